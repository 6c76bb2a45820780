"""A question's text as tokens, with the things named in it recognised and merged."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest import vocabulary as vocabularies
from ingest.numbers import pbis_in
from ingest.records import Severity
from kb.understand.lexicon import Found, Lexicon, word_set
from kb.understand.number_words import SMALL
from kb.understand.periods import periods_in
from kb.understand.rewording import reworded
from kb.understand.spans_of_time import Clock, Mention
from kb.understand.spelling import Speller
from kb.understand.titles import Titles
from kb.understand.units import all_counted

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

    from ingest.vocabulary import Vocabulary
    from kb.results import Catalogue

_QUOTES = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "–": "-", "—": " - ", "…": " "}
)
_JOIN = re.compile(
    r"\s*(?:,|/|&|\bor\b|\band\b|\bnor\b|\band/or\b|\bplus\b|\s)+(?:\s*(?:the|with|by|either|"
    r"severity|status)\b)*\s*",
    re.IGNORECASE,
)
_HAS_AND = re.compile(r"\band\b|&|\bplus\b", re.IGNORECASE)
# Statuses that are everyday words: only beside the word "status" do they name one.
_EVERYDAY = word_set("annotate_everyday")
_REMEDY = (
    "Pending",
    "Under Review",
    "Under Investigation",
    "Assigned",
    "Draft",
    "Cancelled",
    "Rejected",
    "Request for Authorization",
    "On hold",
    "In progress",
    "Deferred",
    "Awaiting fix",
    "Closed",
    "Resolved",
    "Completed",
    "Open",
)
_SEVERITY_PLAIN = re.compile(
    r"critical|crit|high|medium|med|low|(?:p|s|sev(?:erity)?|priority|prio|pri)[\s-]?[1-4]s?",
    re.IGNORECASE,
)
_NOT_SEVERITY_AFTER = re.compile(
    r"\s+(?:level|volume|volumes|number|numbers|traffic|latency|term|wave|voltage|load|rate|"
    r"rates|memory|disk|credit|balance|power|battery|alerts?|"
    r"frequency|tariff|availability|risk|cpu|usage|error)\b",
    re.IGNORECASE,
)
_NOT_SEVERITY_BEFORE = re.compile(
    r"\b(?:how|too|so|very|running|mission|business)\s+$", re.IGNORECASE
)
_HOLDING = re.compile(
    r"\b(?:involv\w+|(?:own|held|holds?|assigned|belong\w*|allocated)(?:ed|s)?(?: (?:by|to))?|"
    r"problems? "
    r"(?:not )?with|(?:are|is) (?:not )?with)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(
    r"\b(?:impact|effect|affect\w*|on|to|hurt\w*|impact\w*|hit\w*|for|do|did|does|will|can|"
    r"could|would)\s+(?:the\s+)?(?:end\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Parties named together: canonical names with roles, and whether "and" joined them."""

    parties: tuple[tuple[str, str | None], ...]
    every: bool = False


@dataclass
class Marked:
    """A question as tokens: `doc` with one token per thing named, `things` by token index."""

    question: str
    text: str
    doc: Doc
    things: dict[int, Mention]
    found: list[Found]
    corrections: dict[str, str] = field(default_factory=dict)
    processes: Callable[[str], tuple[str, ...]] = lambda _: ()

    def of(self, *labels: str) -> list[tuple[int, Mention]]:
        """Things with one of the labels, in order."""
        return [(i, thing) for i, thing in sorted(self.things.items()) if thing.label in labels]

    def norm(self, index: int) -> str:
        """The normalised word at a token, "" outside the question."""
        return str(self.doc[index].norm_) if 0 <= index < len(self.doc) else ""

    def table(self, name: str) -> list[Found]:
        """Concepts of one table, the longest first at each place and overlaps left out."""
        rows = [f for f in self.found if f.id.startswith(name + ".")]
        rows.sort(key=lambda f: (-len(f.solid), f.end - f.start, f.start))
        kept: list[Found] = []
        used: set[int] = set()
        for row in rows:
            if not row.solid & used:
                kept.append(row)
                used |= row.solid
        return sorted(kept, key=lambda f: f.start)

    def has(self, *ids: str) -> bool:
        """Whether any of the concepts was found anywhere."""
        return any(f.id in ids for f in self.found)

    def line(self) -> tuple[str, list[int]]:
        """The normalised words in one line, and the token at each of its characters.

        Things named read as their label: "open in <quarter> but not in <quarter>".
        """
        line, places = "", list[int]()
        for token in self.doc:
            if token.norm_ in ("?", "."):
                continue
            word = token.norm_ + " "
            line += word
            places += [token.i] * len(word)
        return line.strip(), places

    def all(self, id: str) -> list[Found]:
        """Every finding of one concept, overlaps included."""
        return [f for f in self.found if f.id == id]


class Annotator:
    """Marks questions against one catalogue. Made once per state of the knowledge base."""

    def __init__(
        self, lexicon: Lexicon, catalogue: Catalogue, vocabulary: Vocabulary | None = None
    ) -> None:
        self.lexicon = lexicon
        self.catalogue = catalogue
        self.vocabulary = vocabulary or vocabularies.load()
        self.titles = Titles(catalogue.titles)
        terms = set(lexicon.words) | set(_words(" ".join(self.vocabulary.parties)))
        terms |= set(_words(" ".join(catalogue.statuses))) | {s.value.lower() for s in Severity}
        terms |= set(
            _words(
                "january february march april june july august september october november december"
            )
        )
        terms |= set(
            _words(
                "christmas summer autumn winter spring operator software provider north south "
                "central"
            )
        )
        self.speller = Speller(terms, self.titles.words, lexicon.glue - lexicon.patterned)
        self._statuses = _status_pattern((*catalogue.statuses, *_REMEDY))

    def annotate(self, question: str, clock: Clock) -> Marked:
        """The question with everything that could be recognised in it."""
        text = self.spelled(" ".join(question.translate(_QUOTES).split()))
        text, corrections = self.speller.corrected(text)
        text = all_counted(self.lexicon.rewritten(text), len(self.catalogue.quarters))
        text = reworded(text)
        mentions = joined(self.mentions(text, clock), text)
        doc, things = self._tokens(text, mentions)
        found = self.lexicon.find(doc)
        return Marked(question, text, doc, things, found, corrections, self.vocabulary.processes_in)

    def spelled(self, text: str) -> str:
        """Chat and shorthand written out; case is kept elsewhere, for names."""
        out = []
        for part in re.split(r"(\s+|[?!,;.]+(?=\s|$))", text):
            plain = part.lower()
            short = self.lexicon.spelled.get(plain)
            # "R", "N", "Y" in capitals are names of things, not chat.
            out.append(part if short is None or (part.isupper() and len(part) < 2) else short)
        return " ".join("".join(out).split())

    def mentions(self, text: str, clock: Clock) -> list[Mention]:
        """Everything named, in reading order, none overlapping."""
        found: list[Mention] = []

        def masked() -> str:
            chars = list(text)
            for mention in found:
                chars[mention.start : mention.end] = "\u0001" * (mention.end - mention.start)
            return "".join(chars)

        for pbi in pbis_in(text, bare=True):
            raw = text[pbi.start : pbi.end]
            digits = re.sub(r"\D", "", raw).lstrip("0")
            prefixed = raw.lower().startswith("pbi")
            year = len(digits) == 4
            if pbi.pbi in self.catalogue.titles or prefixed or (len(digits) == 6 and not year):
                found.append(Mention("PBI", (pbi.pbi,), pbi.start, pbi.end))
        for title in self.titles.find(masked()):
            found.append(title)
        for mention in periods_in(masked(), clock):
            found.append(mention)
        rest = masked()
        for party in self.vocabulary.parties_in(rest):
            if "\u0001" in rest[party.start : party.end]:
                continue
            if (party.party == "Service Users" and not _HOLDING.search(rest[: party.start])) or (
                party.party in ("Energy Suppliers", "SEC Parties")
                and (_INSTRUMENT.search(rest[: party.start]) or not self._held(party.party))
            ):
                continue
            found.append(
                Mention("PARTY", Named(((party.party, party.role),)), party.start, party.end)
            )
        found += self._statuses_in(masked())
        found += self._severities_in(masked())
        for match in re.finditer(
            r"(?<![\w./#-])(\d{1,3}|[a-z]+)(?![\w/%])", masked(), re.IGNORECASE
        ):
            word = match[1].lower()
            if (
                word.isdigit()
                or (SMALL.get(word, 0) > 1 and word not in ("few", "half", "several", "couple"))
                or word == "once"
            ):
                found.append(
                    Mention(
                        "NUMBER",
                        int(word) if word.isdigit() else SMALL[word],
                        match.start(1),
                        match.end(1),
                    )
                )
        return sorted(found, key=lambda mention: mention.start)

    def _held(self, party: str) -> bool:
        return party in self.catalogue.parties

    def _statuses_in(self, text: str) -> list[Mention]:
        held = {status.lower() for status in self.catalogue.statuses}
        out = []
        for match in self._statuses.finditer(text):
            word = " ".join(match[0].lower().split())
            before, after = text[: match.start()].lower(), text[match.end() :].lower()
            beside = re.search(
                r"\b(?:status(?:es)?|state)\s*(?:is|of|was|are|=|:|to|as|being)?\s*\W?$", before
            )
            beside = beside or re.match(r"\W?\s*(?:as\s+(?:its|the|their)\s+)?status", after)
            # "moved from Pending to Closed": a change of status names statuses.
            shown = match[0][:1].isupper() and re.search(
                r"\b(?:shown|listed|marked|recorded|reported|given|stated|down|shows?|set)\s+as\s+\W?$",
                before,
            )
            moved = re.search(
                r"\b(?:moved|went|changed|gone|turned|switched|change|move|"
                r"going)\s+(?:\w+\s+)?from\b|\bfrom\s+\w+.*\bto\s+$",
                before,
            )
            still = re.search(r"\b(?:still|while|yet|remain\w*|stay\w*)\s+$", before)
            if word in _EVERYDAY and not beside and (still or not (moved or shown)):
                continue
            if word == "assigned" and re.match(r"\s*(?:to|by)\b", after):
                continue
            counted = re.match(r"\s*(?:ones?|problems?|issues?|records?|pbis?)\b", after)
            if word in ("draft",) and word not in held and not (beside or counted):
                continue
            value = self.vocabulary.status_of(match[0]) or match[0]
            out.append(Mention("STATUS", (value,), match.start(), match.end()))
        return out

    def _severities_in(self, text: str) -> list[Mention]:
        out = []
        for word in self.vocabulary.severities_in(text):
            raw = text[word.start : word.end]
            before, after = text[: word.start], text[word.end :]
            if before.endswith("'"):
                continue  # the "s" of "what's 2" is no severity
            beside = re.search(
                r"\b(?:severity|priority)\s*(?:is|of|was|=|:|to|as|level)?\s*\W?$",
                before,
                re.IGNORECASE,
            )
            beside = beside or re.match(r"\W?\s*(?:severity|priority)", after, re.IGNORECASE)
            if not beside and not _SEVERITY_PLAIN.fullmatch(raw.strip()):
                continue
            if not beside and (
                _NOT_SEVERITY_AFTER.match(after) or _NOT_SEVERITY_BEFORE.search(before)
            ):
                continue
            out.append(Mention("SEVERITY", (Severity(word.value),), word.start, word.end))
        return out

    def _tokens(self, text: str, mentions: list[Mention]) -> tuple[Doc, dict[int, Mention]]:
        doc = self.lexicon.nlp.make_doc(text)
        spans: list[tuple[Span, Mention]] = []
        for mention in mentions:
            span = doc.char_span(
                mention.start,
                mention.end,
                label="PBI" if mention.label == "TITLE" else mention.label,
                alignment_mode="expand",
            )
            if span is not None and not any(
                s.start < span.end and span.start < s.end for s, _ in spans
            ):
                spans.append((span, mention))
        doc.ents = [span for span, _ in spans]
        starts = {span.start_char: mention for span, mention in spans}
        with doc.retokenize() as retokenizer:
            for span, _ in spans:
                retokenizer.merge(span)
        things = {token.i: starts[token.idx] for token in doc if token.idx in starts}
        question_words = {
            "who",
            "what",
            "where",
            "when",
            "how",
            "why",
            "there",
            "it",
            "that",
            "which",
            "here",
            "he",
        }
        for token in doc:
            norm = token.lower_
            if token.i in things:
                norm = f"<{things[token.i].label.lower()}>"
            elif norm in ("n't", "nt"):
                norm = "not"
            elif norm in ("'s", "s") and token.i and doc[token.i - 1].lower_ in question_words:
                norm = "is"
            elif norm == "'re":
                norm = "are"
            elif norm == "'ve":
                norm = "have"
            elif norm == "ca":
                norm = "can"
            token.norm_ = norm
        return doc, things


def joined(mentions: list[Mention], text: str) -> list[Mention]:
    """Parties, severities, statuses and numbers that are listed together, as one mention each."""
    out: list[Mention] = []
    for mention in mentions:
        last = out[-1] if out else None
        if last is not None and last.label == mention.label in (
            "PARTY",
            "SEVERITY",
            "STATUS",
            "PBI",
        ):
            gap = text[last.end : mention.start]
            if (_JOIN.fullmatch(gap) and gap.strip()) or (
                mention.label == "PBI" and not gap.strip(" ,")
            ):
                out[-1] = Mention(
                    last.label, _together(last.value, mention.value, gap), last.start, mention.end
                )
                continue
        out.append(mention)
    return out


def _together(one: Any, two: Any, gap: str) -> object:
    if isinstance(one, Named):
        every = one.every or bool(_HAS_AND.search(gap))
        return Named((*one.parties, *two.parties), every)
    return (*one, *(value for value in two if value not in one))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def _status_pattern(statuses: tuple[str, ...]) -> re.Pattern[str]:
    names = sorted({status.lower() for status in statuses}, key=lambda s: (-len(s), s))
    body = "|".join(r"\s+".join(map(re.escape, name.split())) for name in names)
    return re.compile(rf"(?<![\w-])(?:{body})(?![\w-])", re.IGNORECASE)
