"""The fields of one record out of its running lines: labels, values, and the narrative left."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from ingest.flow import Break, FlowLine
from ingest.guesses import guess_field
from ingest.joining import JoinedText, join_lines
from ingest.labels import LONGEST, LabelMatch
from ingest.numbers import pbis_in
from ingest.records import Box, Grade
from ingest.rules.run_in import told_in
from ingest.rules.sentences import sentences_in
from ingest.rules.ticks import ticked
from ingest.rules.values import (
    Value,
    bare_values,
    date_value,
    owner_value,
    severity_value,
    status_value,
)
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

DATES = ("created", "target_completion", "target_original", "status_date", "other")
TYPED = (*DATES, "severity", "status", "owner", "supplier", "parties", "pbi")
LONG = ("description", "update", "more")
"""Fields that may run over several paragraphs, up to the next label."""

_ADVERBS = ("since", "currently", "presently", "at present")
"""Labels that begin a sentence as often as they stand before a value."""
_MENTIONING = re.compile(
    r"(?:linked|related|associated|parent|originating)?\s*incidents?(?:\s+\w+)?"
)

_LISTED = re.compile(r"\W*[A-Z]{2,4}[\s-]?\d{4,}")

_WORD = re.compile(r"(?<![\w/\u2019'-])[A-Za-z\u2018'\"]")


# "Remedial works complete by: ", and on a line of its own "Remedial works complete by 30/11/2021".
_UNLISTED = re.compile(
    r"(?P<label>[A-Z][^:=.;|?!\n]{1,58}?\??)(?P<mark>[\s\u00a0]*[:=][\s\u00a0]+|[\s\u00a0]+[\u2013\u2014-][\s\u00a0]+)"
)
_EMPTY = re.compile(r"(?P<label>[A-Z][^:=.;|?!\n]{1,40}?)[\s\u00a0]*[:=][\s\u00a0]*")
_UNLISTED_DATE = re.compile(
    r"(?P<label>[A-Z][A-Za-z'\u2019 /()-]{2,48}?)(?P<mark>[\s\u00a0]+)"
    r"(?=\d{1,2}(?:[/.-]\d{1,2}[/.-]\d{2,4}|(?:st|nd|rd|th)?[\s-]+[A-Za-z]{3,9}[\s-]+\d{2,4})[\s.,;]*$)"
)
_LINKING = re.compile(
    r"(?:[,(\u2010-\u2015-]|\b(?:a|an|the|this|that|its|their|of|and|or|to|for|in|on|at|by|from|with|as|is|are|was|"
    r"were|be|under|see|per|root|next|latest|no))[\s\u00a0]+\Z",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:has|have|had|been|was|were|is|are|will|be|no)\b", re.IGNORECASE)
_WORD_CHARACTER = re.compile(r"\w")
_ENDING = (".", ",", ";", "|")
_PARTING = (*_ENDING, "\u2022", "\u00b7", "(", "\u2013", "\u2014", "/")
_PARTED = re.compile(rf"[{re.escape(''.join(_PARTING))}]\s*")
_ITEM = re.compile(r"[\u2022\u25aa*\u2013-]\s|\(?\w{1,2}[.)]\s")
_ANSWER = re.compile(r"(?i:yes|no|y|n)(?=[\s;|]*(?:$|[A-Z]))")
_NOW = re.compile(r"[\s,;.]*(?:now|currently|presently|still)\s+", re.IGNORECASE)
_SEGMENT = re.compile(r"\s*[;|\u2022]|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Hit:
    """A label with its value, as offsets into the joined text."""

    label: LabelMatch
    start: int
    end: int
    value: Value | None = None
    grade: Grade = Grade.GOOD
    why: str | None = None


@dataclass(slots=True)
class Scan:
    """What one stretch of lines states.

    Attributes:
        rest: the stretches that no label claims, one per paragraph: the narrative.
        unknown: (label, span) of labels that no list holds and no rule could place.
    """

    found: list[Found] = field(default_factory=list)
    rest: list[Span] = field(default_factory=list)
    unknown: list[tuple[str, Span]] = field(default_factory=list)


class Lines:
    """Lines joined into one text, with what each line start in it means."""

    def __init__(
        self,
        lines: Sequence[FlowLine],
        *,
        cell_box: Box | None = None,
        known: Container[str] = frozenset(),
    ) -> None:
        self.joined: JoinedText = join_lines(
            [item.line for item in lines], cell_box=cell_box, known=known
        )
        self.text = self.joined.text
        self.starts: dict[int, Break] = {}
        self.gaps: set[int] = set()
        breaks = {id(item.line): item.before for item in lines}
        previous, first = None, 0
        for index, (start, _, _, line) in enumerate(self.joined.pieces):
            if line is not previous:
                self.starts[start] = breaks[id(line)]
                previous, first = line, index
            elif index - first in line.gaps:
                self.gaps.add(start)
        if self.joined.pieces:
            self.starts[0] = Break.HARD
        # Every word of a long text asks what begins where: the answers are looked up, not sought.
        self.ordered = sorted(self.starts)
        self._begins = {
            kind: [at for at in self.ordered if self.starts[at] >= kind]
            for kind in (Break.SOFT, Break.HARD)
        }

    def fresh(self, at: int) -> bool:
        """A line that was meant to begin begins here."""
        return self.starts.get(at, Break.WRAP) is not Break.WRAP

    def next_break(self, at: int, kind: Break) -> int:
        """The offset of the next line start of at least this kind, or the end of the text."""
        begins = self._begins[kind]
        place = bisect_right(begins, at)
        return begins[place] if place < len(begins) else len(self.text)

    def begun(self, at: int) -> int:
        """The offset at which the line that was meant to begin, and in which `at` lies, begins."""
        begins = self._begins[Break.SOFT]
        place = bisect_right(begins, at)
        return begins[place - 1] if place else 0

    def before(self, at: int, length: int = 1) -> str:
        """The last characters before an offset, white space left out."""
        end = at
        while end and self.text[end - 1].isspace():
            end -= 1
        return self.text[max(0, end - length) : end]


class Scanner:
    """One pass over joined lines: every labelled value in them, and what is left over."""

    def __init__(self, lines: Lines, vocabulary: Vocabulary) -> None:
        self.lines = lines
        self.text = lines.text
        self.vocabulary = vocabulary
        self.unknown: list[tuple[str, Span]] = []

    def scan(self) -> Scan:
        """Labels from left to right, then their values, then the rest."""
        found, claimed = self._claims()
        return Scan(found, self._rest(sorted(claimed)), self.unknown)

    def stated(self) -> set[str]:
        """Names of the fields that the lines state."""
        return {found.field for found in self._claims()[0]}

    def _claims(self) -> tuple[list[Found], list[tuple[int, int]]]:
        """Every value, and the stretches of the text that labels and values take."""
        hits = self._hits()
        told = self._told(hits)
        hits = [hit for hit in hits if not any(a <= hit.label.start < b for a, b, _ in told)]
        claimed = [(start, end) for start, end, _ in told]
        bounds = sorted(
            [hit.label.start for hit in hits] + [start for start, end, _ in told if end > start]
        )
        out: list[Found] = []
        for hit in hits:
            place = bisect_right(bounds, hit.label.start)
            limit = bounds[place] if place < len(bounds) else len(self.text)
            end = hit.end if hit.value else self._text_end(hit, limit)
            claimed.append((hit.label.start, end))
            out += self._founds(hit, end)
        for found, span in [*self._badges(claimed), *self._between(claimed)]:
            out.append(found)
            claimed.append(span)
        return out + [found for _, _, founds in told for found in founds], claimed

    # ---------------------------------------------------------------- sentences

    def _told(self, hits: Sequence[Hit]) -> list[tuple[int, int, list[Found]]]:
        """Sentences that tell fields in words, with what they tell.

        One that says nothing else is a stretch of its own; another has no length, as it stays in
        the narrative. What a label such as "Update" claims is left alone.
        """
        out = []
        for a, b in pairwise([*self._cuts, len(self.text)]):
            beside = False
            for start, end in sentences_in(self.text[a:b]):
                sentence = self.text[a + start : a + end]
                told = told_in(sentence, self.vocabulary, beside=beside)
                if told is None or self._is_claimed(hits, a + start, a + end):
                    beside = False
                    continue
                beside = told.only
                founds = []
                for name, left, right in told.fields:
                    span = Span(self.lines.joined, a + start + left, a + start + right)
                    founds.append(Found(name, span.text, span, f"told.{name}"))
                stop = a + end if told.only else a + start
                out.append((a + start, stop, founds))
        return out

    def _is_claimed(self, hits: Sequence[Hit], start: int, end: int) -> bool:
        """A label at or in the sentence, or one before it whose text it belongs to."""
        first = bisect_left(hits, start, key=_begins)
        for hit in hits[first : bisect_left(hits, end, key=_begins)]:
            if hit.label.mark in (":", "="):
                return True
        last = hits[first - 1] if first else None
        if last is None or last.value or last.label.field == "description":
            return False
        return self._text_end(last, len(self.text)) > start

    # ---------------------------------------------------------------- labels

    def _hits(self) -> list[Hit]:
        hits: list[Hit] = []
        free = 0
        text = self.text
        # Where a word need not be a capital one to open a label: all others are passed over fast.
        heads = {parted.end() for parted in _PARTED.finditer(text)}
        heads |= self.lines.starts.keys() | self.lines.gaps
        valued = False
        for word in _WORD.finditer(text):
            at = word.start()
            if at < free or not (valued or at in heads or text[at].isupper()):
                continue
            position = self._position(at, free, hits)
            valued = valued and not text[at].isalpha()
            if position in ("wrap", "mid") and not self.text[at].isupper():
                continue  # most words of a narrative: no label is taken there
            label = self._on_its_line(self.vocabulary.labels.match(self.text, at))
            hit = self._accept(label, position, hits) if label else None
            if hit is None and position not in ("wrap", "mid"):
                hit = self._unlisted(at, position)
                label = hit.label if hit else None
            if hit and label:
                why = self.vocabulary.labels.why(self.text[label.start : label.stop])
                hits.append(replace(hit, grade=Grade.FAIR, why=why) if why else hit)
                free = hit.end if hit.value else label.end
                valued = hit.value is not None
        return hits

    def _on_its_line(self, label: LabelMatch | None) -> LabelMatch | None:
        """ "What happened" over "On 5 May ...": the word that opens the next line is no part."""
        if label is None:
            return None
        ends = self.lines.next_break(label.start, Break.SOFT)
        if label.stop <= ends < label.end and label.mark:
            return replace(label, end=ends, mark="")  # the dash below the label is its value
        if ends >= label.stop:
            return label
        head = self.text[label.start : ends].rstrip()
        if self.vocabulary.labels.field_of(head) != label.field:
            return label
        return replace(label, stop=label.start + len(head), end=ends, mark="")

    def _position(self, at: int, free: int, hits: list[Hit]) -> str:
        """Where a word stands: "line", "wrap", "value" (behind one), "mark", "gap" or "mid"."""
        if at in self.lines.starts:
            if self.lines.fresh(at):
                return "line"
            if hits and hits[-1].value and not _WORD_CHARACTER.search(self.text, free, at):
                return "line"  # the value before it is complete
            return "line" if self.lines.before(at) in _ENDING else "wrap"
        if at in self.lines.gaps:
            return "gap"
        if hits and hits[-1].value and not _WORD_CHARACTER.search(self.text, free, at):
            return "value"
        return "mark" if self.lines.before(at) in _PARTING else "mid"

    def _in_narrative(self, label: LabelMatch, position: str, hits: list[Hit]) -> bool:
        """ "... was replaced. Linked incidents: INC1 and INC2." tells of incidents in passing."""
        if label.field != "incident_observation" or position in ("line", "gap", "value"):
            return False
        if not _MENTIONING.fullmatch(label.label) or "observ" in label.label:
            return False
        if self.lines.before(label.start) in ("|", ";", "\u2022", "\u00b7"):
            return False
        begins = self.lines.begun(label.start)
        last = hits[-1] if hits else None
        return last is None or last.label.start < begins or last.label.field in LONG

    def _accept(self, label: LabelMatch, position: str, hits: list[Hit]) -> Hit | None:
        if not label.mark and self._opens_status(label):
            return None
        strong = label.mark in (":", "=", "|")
        capital = self.text[label.start].isupper()
        if position == "wrap" and capital and label.mark and label.field in TYPED:
            filled = self._whole_line(label)
            if filled:
                return filled
        if position in ("wrap", "mid") and not (strong and capital):
            return None
        if label.field in ("severity", "status", "major_incident"):
            limit = min(self.lines.next_break(label.end, Break.HARD), label.end + 80)
            limit = self._next_label(label.end, limit)
            if chosen := ticked(self.text, label.end, limit):
                return Hit(label, chosen[0], limit, Value(*chosen))
        if label.field in TYPED:
            return self._typed(label, position, strong)
        if label.field == "links" and (position != "line" or not strong):
            return None
        if self._in_narrative(label, position, hits):
            return None
        answer = _ANSWER.match(self.text, label.end) if label.field == "major_incident" else None
        if answer and label.mark:  # no more than its word, so that another label may follow
            return Hit(label, answer.start(), answer.end(), Value(answer.start(), answer.end()))
        if strong:
            single = " " not in label.label
            if single and (
                position == "mid" or (position == "wrap" and not self._opens_line(label))
            ):
                return None
            return Hit(label, label.end, label.end)
        if position not in ("line", "gap") or not capital:
            return None
        line_end = self.lines.next_break(label.start, Break.SOFT)
        alone = not self.text[label.stop : line_end].strip(" \u00a0*+\u2020")  # "Summary*"
        if label.mark == "-" or alone or (label.end in self.lines.gaps):
            return Hit(label, label.end, label.end)
        if " " in label.label and self.text[label.end : label.end + 1].isupper():
            return Hit(label, label.end, label.end)
        return None

    def _opens_line(self, label: LabelMatch) -> bool:
        """ "Update: ..." below a line that is full: no word before it needs another to follow."""
        if label.mark != ":" or label.field not in (*LONG, "user_impact", "workaround"):
            return False
        return not _LINKING.search(self.text[max(0, label.start - 24) : label.start])

    def _opens_status(self, label: LabelMatch) -> bool:
        """ "Root cause" in a badge "Root cause identified": words of a status, and no label."""
        end = self.vocabulary.status.head(self.text, label.start, len(self.text))
        return bool(end and end > label.stop)

    def _whole_line(self, label: LabelMatch) -> Hit | None:
        """ "Supplier \u2013 DSP" below a line without a stop: label and value fill the line."""
        hit = self._typed(label, "line", label.mark in (":", "=", "|"))
        if hit is None or hit.value is None:
            return None
        ordered = self.lines.ordered
        place = bisect_right(ordered, label.start)
        ends = ordered[place] if place < len(ordered) else len(self.text)
        filled = hit.value.known and not re.search(r"\w", self.text[hit.end : ends])
        return hit if filled and hit.end <= ends else None

    def _typed(self, label: LabelMatch, position: str, strong: bool) -> Hit | None:
        limit = self._typed_limit(label)
        firm = strong or (label.mark == "-" and position in ("line", "gap"))
        firm = firm or (label.end in self.lines.gaps)
        value: Value | None
        if label.field in DATES:
            value = date_value(self.text, label.end, limit)
        elif label.field == "severity":
            value = severity_value(self.text, label.end, limit, self.vocabulary)
        elif label.field == "status":
            value = status_value(
                self.text, label.end, limit, self.vocabulary, strong=firm and position != "mid"
            )
        elif label.field == "pbi":
            value = self._number(label.end, limit)
            return Hit(label, value.start, value.end, value) if value else None
        else:
            value = owner_value(
                self.text, label.end, limit, self.vocabulary, strong=strong and position != "mid"
            )
        if value is None:
            sure = position == "line" or (label.field == "other" and position != "wrap")
            return self._unreadable(label, limit) if strong and sure else None
        if label.mark == "" and position == "mark" and not value.known:
            return None
        if label.mark == "" and self._goes_on(
            label, max(value.end, value.date[1] if value.date else 0)
        ):
            return None
        end = max(value.end, value.date[1] if value.date else 0)
        return Hit(label, value.start, end, value)

    def _goes_on(self, label: LabelMatch, end: int) -> bool:
        """ "Since 9 January the broker has ...", "Currently pending with ...": a sentence."""
        if label.field not in DATES and label.label not in _ADVERBS:
            return False
        if end in self.lines.gaps or self.lines.fresh(end + 1):
            return False
        behind = self.text[end : end + 12].lstrip(" \u00a0)]")
        return behind[:1].islower() or (label.label in _ADVERBS and behind[:1] == ",")

    def _number(self, at: int, limit: int) -> Value | None:
        for mention in pbis_in(self.text[at:limit]):
            if not re.search(r"\w", self.text[at : at + mention.start]):
                return Value(at + mention.start, at + mention.end)
            break
        return None

    def _typed_limit(self, label: LabelMatch) -> int:
        """A typed value ends with its paragraph; a label alone on its line has it on the next."""
        stop = self.lines.next_break(label.stop - 1, Break.SOFT)
        if not re.search(r"\w", self.text[label.end : stop]):
            if label.field != "status" and self._empty(label.start, stop):
                return stop
            stop = self.lines.next_break(stop, Break.SOFT)
        if self._runs_on(stop):  # "Status = On", "hold"
            stop = self.lines.next_break(stop, Break.SOFT)
        return stop

    def _unreadable(self, label: LabelMatch, limit: int) -> Hit | None:
        """A value behind a sure label that no rule understands: kept as printed."""
        stop = re.compile(r"\s*[;|]|\.(?=\s|$)").search(self.text, label.end, limit)
        end = stop.start() if stop else limit
        while end > label.end and self.text[end - 1].isspace():
            end -= 1
        words = len(self.text[label.end : end].split())
        if end <= label.end or (label.field == "other" and words > 4):
            return None  # "Days open: 14" is no field of ours; "Service: ..." may open a sentence
        return Hit(label, label.end, end, Value(label.end, end, known=False))

    def _unlisted(self, at: int, position: str) -> Hit | None:
        """A label that no list holds, placed by its value and by nearness."""
        line_end = self.lines.next_break(at, Break.SOFT)
        if position == "line" and (empty := self._empty(at, line_end)):
            return empty
        match = _UNLISTED.match(self.text, at, line_end)
        if match is None and position == "line":
            match = _UNLISTED_DATE.match(self.text, at, line_end)
            if match and _VERB.search(match["label"]):
                return None  # "No recurrence has been seen since 10 January 2024"
        if match is None or len(match["label"].split()) > LONGEST or pbis_in(match["label"]):
            return None
        if match["label"].count("(") != match["label"].count(")"):
            return None  # the end of a bracket that was opened in the line above
        stop = _SEGMENT.search(self.text, match.end("mark"), line_end)
        end = stop.start() if stop else line_end
        end = self._next_label(match.end("mark"), end)
        value = self.text[match.end("mark") : end]
        if not re.search(r"\w|[\u2010-\u2015-]", value):
            end = self.lines.next_break(line_end, Break.SOFT)
            value = self.text[line_end:end]
        dash = match["mark"].strip() in ("\u2013", "\u2014")
        guess = guess_field(match["label"], value, self.vocabulary, typed=dash)
        if guess is None:
            if dash:
                return None
            if position == "line" and match["mark"].strip() and len(match["label"].split()) <= 5:
                span = Span(self.lines.joined, match.end("mark"), end).trimmed()
                self.unknown.append((match["label"].strip(), span))
                if self._in_column(at):  # a field of its own, be it of none of ours
                    label = LabelMatch("other", "", at, match.end("label"), match.end("mark"), ":")
                    return Hit(label, label.end, label.end)
            return None
        label = LabelMatch(
            guess.field, match["label"].casefold(), at, match.end("label"), match.end("mark"), ":"
        )
        if guess.field in TYPED:
            typed = self._typed(label, position, True)
            return replace(typed, grade=Grade.FAIR, why=guess.why) if typed else None
        return Hit(label, label.end, label.end, None, Grade.FAIR, guess.why)

    def _empty(self, at: int, line_end: int) -> Hit | None:
        """ "Related Inc :" over another label, or at the end: a field that was left empty."""
        found = _EMPTY.fullmatch(self.text, at, line_end)
        if found is None or len(found["label"].split()) > 4:
            return None
        behind = line_end < len(self.text)
        if behind and not self.vocabulary.labels.opens_field(self.text[line_end : line_end + 80]):
            return None
        label = LabelMatch("other", "", at, found.end("label"), found.end(), ":")
        return Hit(label, label.end, label.end)

    def _in_column(self, at: int) -> bool:
        """The line is one of a column of labels, as programs list records in plain text."""
        return any(piece.line.begins is True for piece in self.lines.joined.pieces_at(at, at + 1))

    def _next_label(self, start: int, end: int) -> int:
        """Where a listed label with its mark begins behind a value, or the end."""
        for word in _WORD.finditer(self.text, start + 1, end):
            if self.text[word.start()].isupper():
                label = self.vocabulary.labels.match(self.text, word.start())
                if label and label.mark:
                    return word.start()
        return end

    # ---------------------------------------------------------------- values

    def _text_end(self, hit: Hit, limit: int) -> int:
        """Where the words behind a label for running text end."""
        if hit.label.field in LONG:
            return limit
        stop = self.lines.next_break(max(hit.label.end - 1, hit.label.start), Break.SOFT)
        if not re.search(r"\w", self.text[hit.label.end : stop]):
            stop = self.lines.next_break(stop, Break.SOFT)
        # A line that was only a little short may still have been wrapped within a sentence.
        links = hit.label.field == "links"
        while stop < limit and (self._runs_on(stop) or (links and self._lists(stop))):
            stop = self.lines.next_break(stop, Break.SOFT)
        return min(stop, limit)

    def _lists(self, at: int) -> bool:
        return bool(_LISTED.match(self.text, at))

    def _runs_on(self, at: int) -> bool:
        return (
            self.lines.starts.get(at) is Break.SOFT
            and at < len(self.text)
            and self.text[at].islower()
            and self.lines.before(at) not in (".", ":", ";")
        )

    def _founds(self, hit: Hit, end: int) -> list[Found]:
        name = hit.label.field
        label = self.text[hit.label.start : hit.label.stop]
        whole = Span(self.lines.joined, hit.label.start, end)
        if hit.value is None:
            span = Span(self.lines.joined, hit.label.end, end).trimmed(" \u00a0/|\u2022\u00b7")
            if not span.raw:
                return []
            return [Found(name, span.text, span, f"label.{name}", hit.grade, hit.why, label)]
        found = []
        value = hit.value
        if value.end > value.start:
            span = whole.within(value.start, value.end).trimmed(" \u00a0")
            grade = hit.grade if value.known else Grade.FAIR
            why = hit.why or (None if value.known else "the vocabulary does not know the value")
            found.append(Found(name, span.text, span, f"label.{name}", grade, why, label))
        if value.date:
            span = whole.within(*value.date)
            found.append(Found("status_date", span.text, span, "status.date", label=label))
        return found

    def _between(self, claimed: Sequence[tuple[int, int]]) -> list[tuple[Found, tuple[int, int]]]:
        """Values between labelled ones: "Logged 2 May 2022, DSP, Medium, Pending, due 3 June"."""
        out = []
        for (_, a), (b, _) in pairwise(sorted(claimed)):
            if 3 < b - a <= 80:
                now = _NOW.match(self.text, a, b)
                for name, start, end in bare_values(
                    self.text, now.end() if now else a, b, self.vocabulary
                ):
                    span = Span(self.lines.joined, start, end)
                    why = "a value without a label, recognised by its words"
                    found = Found(name, span.text, span, f"badge.{name}", Grade.FAIR, why)
                    out.append((found, (a, b)))
        return out

    def _badges(self, claimed: list[tuple[int, int]]) -> list[tuple[Found, tuple[int, int]]]:
        """Lines that hold nothing but values: "CRITICAL  PENDING", as cards print them."""
        out: list[tuple[Found, tuple[int, int]]] = []
        starts = self.lines.ordered
        if not self.text:
            return out
        taken = sorted(claimed)
        reach = [0]
        for _, b in taken:
            reach.append(max(reach[-1], b))
        for start, end in zip(starts, [*starts[1:], len(self.text)], strict=False):
            ends_here = end == len(self.text) or self.lines.starts[end] is not Break.WRAP
            if not ends_here or self.lines.starts[start] is Break.WRAP or end - start > 60:
                continue
            begun = reach[bisect_left(taken, (end,))]
            if begun > start:  # a label claims some of it: "Sev 3 (Medium)  Assigned"
                first = bisect_left(taken, (start,))
                if begun >= end or first == len(taken) or taken[first][0] != start:
                    continue
            for name, a, b in bare_values(self.text, max(start, begun), end, self.vocabulary):
                span = Span(self.lines.joined, a, b)
                why = "a value without a label, recognised by its words"
                found = Found(name, span.text, span, f"badge.{name}", Grade.FAIR, why)
                out.append((found, (max(start, begun), end)))
        return out

    def _rest(self, claimed: list[tuple[int, int]]) -> list[Span]:
        """What lies between the labelled values, paragraph by paragraph."""
        rest: list[Span] = []
        at = 0
        for start, end in [*claimed, (len(self.text), len(self.text))]:
            rest += self._paragraphs(at, start)
            at = max(at, end)
        return rest

    def _parts(self, cut: int, mark: Break) -> bool:
        """A line start that begins a paragraph of the narrative, not just a ragged line."""
        if mark is not Break.SOFT:
            return mark is Break.HARD
        ended = self.lines.before(cut) in (".", ":", ";", "!", "?", "\u201d", '"')
        return ended or bool(_ITEM.match(self.text, cut))

    @cached_property
    def _cuts(self) -> list[int]:
        """Where paragraphs begin."""
        return [at for at in self.lines.ordered if self._parts(at, self.lines.starts[at])]

    def _paragraphs(self, start: int, end: int) -> list[Span]:
        cuts = self._cuts[bisect_right(self._cuts, start) : bisect_left(self._cuts, end)]
        spans = [
            _tidy(Span(self.lines.joined, a, b))
            for a, b in zip([start, *cuts], [*cuts, end], strict=True)
        ]
        return [span for span in spans if re.search(r"\w", span.raw) and not self._heading(span)]

    def _heading(self, span: Span) -> bool:
        """A bold line of a few words over plain ones: a label that no list holds."""
        lines = span.joined.lines_at(span.start, span.end)
        if len(lines) != 1 or not lines[0].bold or span.end - span.start < len(lines[0].text) - 2:
            return False
        words = span.raw.split()
        if len(words) > 6 or span.raw.endswith((".", "!", ",")):
            return False
        if span.joined.last_plain < span.end:
            return False
        self.unknown.append((span.raw.rstrip(" :"), span))
        return True


def _begins(hit: Hit) -> int:
    return hit.label.start


def _tidy(span: Span) -> Span:
    """Without what is left of a neighbour: its closing comma or stop, a bar, a bullet."""
    span = span.trimmed(" \u00a0|/\u2022\u00b7")
    raw = span.raw
    lead = len(raw) - len(raw.lstrip(" \u00a0,;.:|/\u2022\u00b7"))
    return span.within(span.start + lead, span.end)
