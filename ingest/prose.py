"""Running lines to drafts: where records start, their titles, and the headings above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.assemble import Draft
from ingest.blocks import FlowItem, Shape, Start, starts_of, whole_headings
from ingest.cells import label_of
from ingest.document import Line
from ingest.endings import split_end, split_section
from ingest.fields import Lines, Scanner
from ingest.flow import Break, Flow, FlowLine
from ingest.forms import FormItem
from ingest.joining import JoinedText, join_lines
from ingest.leads import leads_of
from ingest.piped import is_piped, piped_fields
from ingest.records import Grade
from ingest.rules.run_in import told_in
from ingest.rules.sentences import sentences_in
from ingest.rules.statements import owner_in
from ingest.rules.values import bare_values, date_value
from ingest.share import shared
from ingest.spans import Found, Span
from ingest.vocabulary import Vocabulary

_RECORDS_A_PROCESS = 150
_HEADING_WORDS = re.compile(
    r"(?:\d+(?:\.\d+)*[.)]?|section|part|annex|appendix|problems?|records?|PBIs?|open|closed|new|held|owned|with|by|"
    r"the|for|of|and|currently|attributed|attributable|assigned|to|supplier|service|provider|party|owner|summary|"
    r"relating|related|list|details?|status|outstanding|tickets?|are|is|that|where|lead|led|issues?|known|"
    r"owning|organisation|all|at|resolver|group|in|on|\(\d+\)|[\W_]+|\d+)",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[A-Z][^:]{1,40}:\s")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines and forms of one entry; a long report has thousands, so each is read in its turn.

    Attributes:
        start: what opens it. items: from there on. above: the headings between it and the entry
            before. heading: the party under whose heading it stands. lead: values above the number.
    """

    start: Start
    items: Sequence[FlowItem]
    above: Sequence[FlowLine]
    heading: Found | None
    lead: FlowLine | None = None

    @property
    def pbi(self) -> str:
        """The problem that it tells of."""
        return self.start.pbi

    @property
    def order(self) -> int:
        """Where in the document it begins."""
        return self.start.index

    @property
    def source(self) -> str:
        """As of a draft."""
        return "prose"

    def draft(self, flow: Flow, vocabulary: Vocabulary) -> Draft:
        """The entry as read."""
        draft = read_block(self.start, self.items, flow, vocabulary)
        draft.order = self.order
        if self.lead:
            draft.found += Scanner(Lines([self.lead]), vocabulary).scan().found
        if draft.first("title") is None:
            _title_above(draft, self.above, flow, vocabulary)
        if self.heading:
            draft.found.append(self.heading)
        return draft


@dataclass(slots=True)
class Prose:
    """What running lines hold.

    Attributes:
        blocks: in reading order. front: lines that stand in no record. listed: contents entries.
    """

    blocks: list[Block] = field(default_factory=list)
    front: list[Line] = field(default_factory=list)
    listed: list[tuple[str, Span]] = field(default_factory=list)


def fields_stated(items: Sequence[FlowItem], vocabulary: Vocabulary) -> set[str]:
    """Names of the fields that some lines and forms state by a label."""
    lines = [item for item in items if isinstance(item, FlowLine)]
    names = Scanner(Lines(lines), vocabulary).stated()
    for item in items:
        if isinstance(item, FormItem):
            names |= {found.field for found in item.form.found}
    return names - {"other", "pbi", "links"}


def _stated_in(
    items: Sequence[FlowItem], parts: Sequence[tuple[int, int]], vocabulary: Vocabulary
) -> list[set[str]]:
    """`fields_stated` of stretches of items; of long ones all fields, or two at least."""

    def stated(share: range) -> list[set[str]]:
        out = []
        briefly = True
        for first, end in parts[share.start : share.stop]:
            # Two fields are as good as ten: many records show them in their first lines. Where one
            # does not, those behind it will not either.
            head = min(end, first + 8) if briefly else end
            names = fields_stated(items[first:head], vocabulary)
            if len(names) < 2 and head < end:
                briefly = False
                names = fields_stated(items[first:end], vocabulary)
            out.append(names)
        return out

    return shared(stated, len(parts), least=_RECORDS_A_PROCESS)


def read_prose(items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary) -> Prose:
    """The records that lines and forms hold, in reading order."""
    items = whole_headings(items, flow)
    known: dict[tuple[int, int], set[str]] = {}

    def fields_of(parts: Sequence[tuple[int, int]]) -> list[set[str]]:
        missing = [part for part in parts if part not in known]
        for part, names in zip(missing, _stated_in(items, missing, vocabulary), strict=True):
            known[part] = names
        return [known[part] for part in parts]

    starts, listed = starts_of(items, flow, vocabulary, fields_of)
    result = Prose(listed=_listed(listed.starts, items))
    starts = [replace(start, index=start.index - listed.before(start.index)) for start in starts]
    items = [item for index, item in enumerate(items) if index not in listed.indices]
    leads = leads_of(starts, items, vocabulary)
    first = starts[0].index if starts else len(items)
    result.front = _lines(items[: first - (first in leads)])
    heading: Found | None = None
    above: list[FlowItem] = []
    if starts:
        _, above = _split_tail(items[:first], flow, vocabulary)
        heading = _owner_heading(_flow_lines(above), vocabulary)
        heading = heading or _section_above(items[:first], flow, vocabulary)
    for place, start in enumerate(starts):
        after = starts[place + 1].index if place + 1 < len(starts) else len(items)
        own = items[start.index : after - (after in leads)]
        body, tail = _split_tail(own, flow, vocabulary)
        body, section = split_section(start, body, flow)
        tail = [*section, *tail]
        if place + 1 == len(starts):
            before = [block.items for block in result.blocks]
            body, rest = split_end(start, body, flow, vocabulary, before)
            result.front += _lines(rest)
        lead = leads.get(start.index)
        result.blocks.append(Block(start, body, _flow_lines(above), heading, lead))
        above = tail
        heading = _owner_heading(_flow_lines(tail), vocabulary) or heading
        result.front += _lines(tail)
    return result


def _title_above(
    draft: Draft, above: Sequence[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> None:
    """The heading straight above a record that gives no title, or the first line of its title."""
    lines: list[FlowLine] = []
    for item in reversed(above):
        if _is_party_heading(item.text, vocabulary) or not flow.emphasised(item.line):
            break
        if not _HEADING_WORDS.sub("", item.text).strip():
            break  # "Details", "2. Problem records": a section's heading
        if lines and abs(lines[0].line.size - item.line.size) > 0.3:
            break
        lines.insert(0, item)
        if item.before is Break.HARD:
            break
    if not lines:
        return
    joined = join_lines([item.line for item in lines], known=flow.known)
    span = Span(joined, 0, len(joined.text))
    draft.found.append(Found("title", span.text, span, "title.above"))


def _listed(starts: Sequence[Start], items: Sequence[FlowItem]) -> list[tuple[str, Span]]:
    """Numbers of a list of contents, where its lines have them; a form there has no line."""
    return [
        (start.pbi, Span(join_lines([item.line]), *start.number))
        for start in starts
        if isinstance(item := items[start.index], FlowLine)
    ]


def _flow_lines(items: Sequence[FlowItem]) -> list[FlowLine]:
    return [item for item in items if isinstance(item, FlowLine)]


def _lines(items: Sequence[FlowItem]) -> list[Line]:
    return [item.line for item in items if isinstance(item, FlowLine)]


def read_block(
    start: Start, items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary
) -> Draft:
    """One record out of its lines and forms; the first of them holds the number."""
    forms = [item.form for item in items if isinstance(item, FormItem)]
    lines = _flow_lines(items)
    if start.shape is Shape.FORM:
        number = forms[0].number
        assert number is not None  # a form opens a record only by its number
        draft = Draft(start.pbi, number)
        body = lines
    else:
        draft, body = _headed(start, lines, flow, vocabulary)
    for form in forms:
        draft.found += [
            item for item in form.found if item.field != "title" or not draft.first("title")
        ]
        draft.narrative += form.narrative
        draft.unknown += form.unknown
    body = _carried_over(draft, items, body)
    for part in _between_forms(items, body):
        scan = Scanner(Lines(part, known=flow.known), vocabulary).scan()
        draft.found += scan.found
        draft.narrative += scan.rest
        draft.unknown += scan.unknown
    return draft


def _between_forms(items: Sequence[FlowItem], body: Sequence[FlowLine]) -> list[list[FlowLine]]:
    """The lines before, between and behind forms: no label's text runs on past a form."""
    behind: list[set[int]] = [set()]
    for item in items:
        if isinstance(item, FormItem):
            behind.append(set())
        else:
            behind[-1].add(id(item))
    later = [[line for line in body if id(line) in part] for part in behind[1:]]
    taken = {id(line) for part in later for line in part}
    return [part for part in ([line for line in body if id(line) not in taken], *later) if part]


def _carried_over(
    draft: Draft, items: Sequence[FlowItem], body: Sequence[FlowLine]
) -> list[FlowLine]:
    """Gives a form's last text the words that its cell carries over to the next page."""
    for form, line in pairwise(items):
        if not isinstance(form, FormItem) or not isinstance(line, FlowLine):
            continue
        last = form.form.found[-1] if form.form.found else None
        if last is None or last.field not in _RUNNING or line not in body:
            continue
        if line.line.page == last.at.page or not line.text[:1].islower():
            continue
        span = Span(join_lines([line.line]), 0, len(line.text))
        draft.found.insert(
            draft.found.index(last) + 1, Found(last.field, span.text, span, "form.carried-over")
        )
        return [item for item in body if item is not line]
    return list(body)


_RUNNING = (
    "description", "update", "workaround", "user_impact", "incident_observation", "more",
    "root_cause",
)  # fmt: skip


def _headed(
    start: Start, lines: Sequence[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> tuple[Draft, list[FlowLine]]:
    """A record that a line opens: number and title, and the lines that are left."""
    head = lines[0]
    draft = Draft(start.pbi, Span(join_lines([head.line]), *start.number))
    count = 1
    body: list[FlowLine] = []
    if start.shape in (Shape.TITLED, Shape.LOOSE) and is_piped(head, start.end):
        found, rest = piped_fields(head, start.end, vocabulary)
        draft.found += found
        draft.narrative += rest
    elif start.shape in (Shape.TITLED, Shape.LOOSE):
        count = _title_lines(lines, flow, vocabulary)
        title = join_lines([item.line for item in lines[:count]], known=flow.known)
        stop = _title_stop(title.text, start.end, vocabulary)
        if stop == len(title.text):
            badges, stop = _badges_behind(title, start.end, vocabulary)
            draft.found += badges
            line = len(title.text) if badges else stop
        else:
            line = stop
        span = Span(title, start.end, stop).trimmed(" \t\u00a0/")
        if bracketed := _BRACKETED.match(title.text, start.end, stop):
            span = Span(title, *bracketed.span("title"))
            line = bracketed.end()
        if re.search(r"\w", span.raw):
            draft.found.append(Found("title", span.text, span, "title.start"))
        if line < len(title.text):
            body = _rest_of(lines[:count], max(line, span.end))
    elif start.shape is Shape.TRAILING:
        title = join_lines([head.line], known=flow.known)
        span = Span(title, start.end, start.number[0]).trimmed(" \u00a0([:,-\u2013\u2014|")
        draft.found.append(Found("title", span.text, span, "title.before"))
    elif start.shape is Shape.FIELDS:
        body = [_remainder(head, start.end)]
    elif start.shape is Shape.BADGES:
        draft.found += _badges(head, start.end, vocabulary)
    body += lines[count:]
    if start.shape in (Shape.ALONE, Shape.FIELDS, Shape.BADGES):
        body = _title_below(draft, body, flow, vocabulary)
        if not any(item.field == "title" for item in draft.found):
            body = _title_beside(draft, body, flow, vocabulary)
    return draft, body


def _badges(head: FlowLine, at: int, vocabulary: Vocabulary) -> list[Found]:
    """The values that stand behind the number on its line, as cards print them."""
    joined = join_lines([head.line])
    out = []
    for name, start, end in bare_values(joined.text, at, len(joined.text), vocabulary):
        span = Span(joined, start, end)
        why = "a value without a label, recognised by its words"
        out.append(Found(name, span.text, span, f"badge.{name}", Grade.FAIR, why))
    return out


_BADGES_BEGIN = re.compile(r"\s*[\[(|\u2022\u00b7;/]\s*|\s+[\u2010-\u2015-]\s+")


def _badges_behind(title: JoinedText, at: int, vocabulary: Vocabulary) -> tuple[list[Found], int]:
    """Values that end a title ("... [DSP | High | Open]"), and where the title ends before them."""
    text = title.text
    for match in _BADGES_BEGIN.finditer(text, at + 1):
        values = bare_values(text, match.end(), len(text), vocabulary)
        bracketed = match[0].strip() in ("[", "(")
        if not values or len(values) < (1 if bracketed else 2):
            continue
        why = "a value without a label, recognised by its words"
        out = []
        for name, start, end in values:
            span = Span(title, start, end)
            out.append(Found(name, span.text, span, f"badge.{name}", Grade.FAIR, why))
        return out, match.start()
    return [], len(text)


def _rest_of(lines: Sequence[FlowLine], at: int) -> list[FlowLine]:
    """What is left of a title's lines behind an offset into their joined text."""
    joined = join_lines([item.line for item in lines])
    out: list[FlowLine] = []
    for item in lines:
        pieces = [piece for piece in joined.pieces if piece.line is item.line]
        kept = tuple(piece.word for piece in pieces if piece.start >= at)
        if kept:
            line = Line(item.line.page, kept, item.line.block, item.line.place)
            out.append(FlowLine(line, item.before if out else Break.HARD))
    return out


def _remainder(head: FlowLine, at: int) -> FlowLine:
    """The words of a line from an offset on, as a line of their own."""
    words, offset = [], 0
    for word in head.line.words:
        if offset >= at:
            words.append(word)
        offset += len(word.text) + 1
    line = Line(head.line.page, tuple(words), head.line.block, head.line.place)
    return FlowLine(line, Break.HARD)


_BRACKETED = re.compile(r"[(\[](?P<title>[^()\[\]]{6,140})[)\]](?=[.:;,]?(?:\s|$))")


def _title_stop(text: str, at: int, vocabulary: Vocabulary) -> int:
    """Where fields, or sentences that tell them, begin on the title's own line."""
    for match in re.finditer(r"(?<=[.)\]])\s+(?=[A-Z])", text[at:]):
        begins = at + match.end()
        if told_in(_sentence(text, begins), vocabulary):
            return at + match.start()
        label = vocabulary.labels.match(text, begins)
        if label and label.field == "created" and date_value(text, label.end, len(text)):
            return at + match.start()
    for match in re.finditer(r"[|;\u2022\t]\s*|\s{2,}|(?<=[.,])\s+", text[at:]):
        label = vocabulary.labels.match(text, at + match.end())
        if label and label.mark in (":", "="):
            return at + match.start()
    return len(text)


def _sentence(text: str, at: int) -> str:
    start, end = next(iter(sentences_in(text[at:])), (0, len(text) - at))
    return text[at + start : at + end]


def _title_lines(lines: Sequence[FlowLine], flow: Flow, vocabulary: Vocabulary) -> int:
    """How many lines the title takes: it runs on in the same look, without a gap."""
    count = 1
    while count < len(lines) and count < 5:
        last, item = lines[count - 1], lines[count]
        if item.before is Break.HARD or _opens_field(item, vocabulary):
            break
        if flow.emphasised(lines[0].line) != flow.emphasised(item.line):
            break
        plain = not flow.emphasised(lines[0].line)
        if plain and re.search(r"[.!?]$", last.text):
            break
        if _LABELLED.match(item.text) and plain and (item.before or not flow.body_size):
            break  # "Mood: Pending": a label, be it in no list
        if plain and item.before is Break.SOFT and not _unfinished(item.text):
            break
        if owner_in(item.text, vocabulary):
            break
        count += 1
    return count


def _unfinished(after: str) -> bool:
    """In plain text a title that wraps early: it must go on in small letters, or end at once."""
    return after[:1].islower() or len(after.split()) <= 3


def _opens_field(item: FlowLine, vocabulary: Vocabulary) -> bool:
    alone = set(label_of(item.text, vocabulary).fields) - {"other"}
    if alone and item.before is not Break.WRAP and item.text[:1].isupper():
        return True  # a label alone on its line: its value stands below
    scanner = Scanner(Lines([item]), vocabulary)
    found = scanner.scan()
    return (
        bool(found.found)
        and found.found[0].at.start <= len(item.text)
        and (not found.rest or found.rest[0].start > 0)
    )


def _title_below(
    draft: Draft, body: list[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> list[FlowLine]:
    """A number on a line of its own has its title on the next, if that is no field or sentence."""
    if not body or _opens_field(body[0], vocabulary) or owner_in(body[0].text, vocabulary):
        return body
    count = _title_lines(body, flow, vocabulary)
    text = " ".join(item.text for item in body[:count])
    loud = all(flow.emphasised(item.line) for item in body[:count])
    sentence = re.search(r"[.!?]\s+[A-Z]", text) or (text.endswith(".") and len(text.split()) > 9)
    if not loud and (len(text) > 140 or sentence):
        return body
    if len(body) > count and body[count].before is Break.WRAP and not loud:
        return body
    joined = join_lines([item.line for item in body[:count]])
    span = Span(joined, 0, len(joined.text))
    draft.found.append(
        Found(
            "title",
            span.text,
            span,
            "title.below",
            Grade.GOOD if loud else Grade.FAIR,
            None if loud else "the line below the number was taken for the title",
        )
    )
    return body[count:]


def _title_beside(
    draft: Draft, body: list[FlowLine], flow: Flow, vocabulary: Vocabulary
) -> list[FlowLine]:
    """A number that heads a panel of fields has its title at the head of the text beside it.

    That is the one run of the largest lines of the record, at the head of another column on the
    page of the number, and larger than the body of the report.
    """
    first = body[0].line if body else None
    largest = max((item.line.size for item in body), default=0.0)
    if first is None or not flow.body_size or largest < 1.12 * flow.body_size:
        return body
    loud = [k for k, item in enumerate(body) if item.line.size > 0.97 * largest]
    at, count = loud[0], len(loud)
    head = body[at].line
    stated = any(_opens_field(body[k], vocabulary) for k in loud)
    if loud != list(range(at, at + count)) or count > 3 or stated:
        return body
    if not at or head.block == body[at - 1].line.block or head.page != draft.number.page:
        return body
    joined = join_lines([item.line for item in body[at : at + count]], known=flow.known)
    if len(joined.text.split()) < 2 or owner_in(joined.text, vocabulary):
        return body
    span = Span(joined, 0, len(joined.text))
    draft.found.append(Found("title", span.text, span, "title.beside"))
    return body[:at] + body[at + count :]


def _split_tail(
    items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary
) -> tuple[list[FlowItem], list[FlowItem]]:
    """Cuts off headings that stand at the end of a record but belong to what follows."""
    cut = at = len(items)
    while at > 1 and at > len(items) - 4:
        item = items[at - 1]
        if not isinstance(item, FlowLine) or not _is_heading(item, flow, vocabulary):
            break
        over = items[at - 2]
        named = over.text if isinstance(over, FlowLine) and over.text[:1].isupper() else ""
        labelled = bool(label_of(named, vocabulary).fields)
        if labelled and _is_party_heading(item.text, vocabulary):
            break  # "Responsible", and below it the party: the value of a label
        at -= 1
        if item.before is Break.HARD:  # a heading begins here; its later lines may wrap
            cut = at
    return list(items[:cut]), list(items[cut:])


def _is_heading(item: FlowLine, flow: Flow, vocabulary: Vocabulary) -> bool:
    text = item.text.strip()
    if len(text) > 130 or re.search(r"[.,;=]$", text):
        return False
    if vocabulary.labels.opens_field(text) and not flow.emphasised(item.line):
        return False  # "Service provider: DSP" closes a record as well as it opens a group
    if _is_party_heading(text, vocabulary):
        return item.before is Break.HARD and len(text) <= 70
    loud = flow.emphasised(item.line)
    return loud and not _opens_field(item, vocabulary)


def _is_party_heading(text: str, vocabulary: Vocabulary) -> bool:
    mentions = vocabulary.parties_in(text)
    if len({mention.party for mention in mentions}) != 1:
        return False
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    return not re.sub(r"\s+", "", _HEADING_WORDS.sub("", rest))


def _owner_heading(lines: Sequence[FlowLine], vocabulary: Vocabulary) -> Found | None:
    for item in reversed(lines):
        found = heading_owner(join_lines([item.line]), vocabulary)
        if found:
            return found
    return None


def _section_above(items: Sequence[FlowItem], flow: Flow, vocabulary: Vocabulary) -> Found | None:
    """The party of the section that the first record opens, past a sentence or two below it."""
    for item in reversed(items[-4:]):
        if isinstance(item, FlowLine) and flow.emphasised(item.line):
            return heading_owner(join_lines([item.line]), vocabulary)
    return None


def heading_owner(joined: JoinedText, vocabulary: Vocabulary) -> Found | None:
    """The party that a heading names ("Problems held by DSP"), if it says nothing else."""
    if not _is_party_heading(joined.text, vocabulary):
        return None
    mention = vocabulary.parties_in(joined.text)[0]
    span = Span(joined, mention.start, mention.end)
    return Found(
        "owner_heading",
        span.text,
        span,
        "heading.owner",
        Grade.FAIR,
        "the heading above names the party, the record does not",
    )
