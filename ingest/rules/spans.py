"""Parties, roles, severities, statuses, dates and measures in text, by spaCy rules.

`spacy.blank("en")` with a span ruler that is made from the vocabulary: no downloaded pipeline. It
is used inside records, whose words are read once; questions use the faster pattern of
`ingest.rules.parties`, and a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ingest.blank import blank_english
from ingest.rules.parties import PartyMention
from ingest.vocabulary import Vocabulary

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher
    from spacy.tokens import Doc, Span

_SPLIT = re.compile(r"\w+|[^\w\s]")
_SQUEEZED = re.compile(r"\S*(?: \S+)* ?")
_NUMBERED = r"^(?:0*[1-9]\d?)$"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A span of a text.

    Attributes:
        kind: "party", "severity", "status", "date", "percent", "duration".
        value: canonical name, or the words. role: of a party. start, end: half-open.
    """

    kind: str
    value: str
    start: int
    end: int
    role: str | None = None


class RecordSpans:
    """A blank English pipeline with rules from one vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.nlp: Language = blank_english()
        self._split_compounds()
        parties = _party_patterns(vocabulary, self.nlp)
        ruler: Any = self.nlp.add_pipe("span_ruler", config={"spans_key": "words"})
        ruler.add_patterns(parties)
        ruler.add_patterns(_word_patterns(vocabulary))
        self._names = _Names(self.nlp, [entry["pattern"] for entry in parties])
        # What is carried over from last quarter is asked of again.
        self._kept = lru_cache(maxsize=4096)(self._parties)

    def _split_compounds(self) -> None:
        """Hyphens and strokes part tokens, so that "CSP-N" and "S1SP1/S1SP2" are seen."""
        from spacy.util import compile_infix_regex

        infixes = [
            *(self.nlp.Defaults.infixes or ()),
            r"[-\u2010-\u2015/&()+]",
            r"(?<=\w)[:=](?=\w)",
        ]
        tokenizer: Any = self.nlp.tokenizer
        tokenizer.infix_finditer = compile_infix_regex(infixes).finditer

    def parties(self, texts: Iterable[str]) -> list[list[PartyMention]]:
        """The party mentions of each text, in reading order; the longest name wins."""
        return [list(self._kept(text)) for text in texts]

    def _parties(self, text: str) -> tuple[PartyMention, ...]:
        plain, back = _squeezed(text)
        return tuple(self._mentions(self._names.spans(self.nlp.make_doc(plain)), back, text))

    def spans(self, text: str) -> list[TextSpan]:
        """Every span of every kind in one text, in reading order; offsets into the text given."""
        plain, back = _squeezed(text)
        doc = self.nlp(plain)
        found = [
            TextSpan("party", item.party, item.start, item.end, item.role)
            for item in self._mentions(self._names.spans(doc), back, text)
        ]
        for span in doc.spans["words"]:
            if span.label_ != "party":
                start, end = back[span.start_char], back[span.end_char - 1] + 1
                found.append(TextSpan(span.label_, span.id_ or span.text, start, end))
        return sorted(found, key=lambda item: (item.start, item.end))

    def _mentions(
        self, spans: Sequence[Span], back: Sequence[int], text: str
    ) -> list[PartyMention]:
        from spacy.util import filter_spans

        # A hyphen within a name stands close ("CSP-N"); a dash between spaces parts two names.
        named = [span for span in spans if not re.search(r"\s[-\u2010-\u2015]\s", span.text)]
        found: list[PartyMention] = []
        places = [
            (back[span.start_char], back[span.end_char - 1] + 1) for span in filter_spans(named)
        ]
        for start, end in places:
            # The pattern reads the words around it: numbers, roles and joint names come from it.
            # They begin and end where no name is cut in two, which would be read as another.
            head, tail = max(0, start - 40), min(len(text), end + 40)
            head = next((a for a, b in places if a < head < b), head)
            tail = next((b for a, b in places if a < tail < b), tail)
            for mention in self.vocabulary.parties_in(text[head:tail]):
                first, last = head + mention.start, head + mention.end
                if first <= start < last:
                    found.append(
                        PartyMention(mention.party, mention.role, mention.text, first, last)
                    )
        return found


class _Names:
    """spaCy's matchers for the names of parties, each asked only where its names may begin.

    Matching every pattern at every token is most of the cost of reading a long report.
    """

    def __init__(self, nlp: Language, patterns: Sequence[list[dict[str, Any]]]) -> None:
        self._vocab = nlp.vocab
        self._patterns = patterns
        self._longest = max(map(len, patterns))
        words, stems = set(), []
        for first, *_ in patterns:
            ((_, word),) = first.items()
            if isinstance(word, dict):
                stems.append(word["REGEX"])
            else:
                words.add(word.lower())
        self._words = frozenset(words)
        self._stem = re.compile("|".join(stems) or "(?!)")
        self._opened_by = lru_cache(maxsize=4096)(self._matcher_of)

    def _matcher_of(self, word: str) -> Matcher | None:
        """The names that a word in lower case may open."""
        from spacy.matcher import Matcher

        if word not in self._words and not self._stem.search(word):
            return None
        opened = [pattern for pattern in self._patterns if _opens(pattern[0], word)]
        matcher = Matcher(self._vocab)
        matcher.add("party", opened)
        return matcher

    def spans(self, doc: Doc) -> list[Span]:
        """Every match of a name, in no order, overlapping ones too."""
        found: set[tuple[int, int]] = set()
        for token in doc:
            if matcher := self._opened_by(token.lower_):
                window = doc[token.i : token.i + self._longest]
                found |= {
                    (token.i + start, token.i + end)
                    for _, start, end in matcher(window)
                    if start == 0
                }
        return [doc[start:end] for start, end in sorted(found)]


def _opens(first: dict[str, Any], word: str) -> bool:
    """The first token of a pattern, a name's word or an expression, takes a word in lower case."""
    ((_, wanted),) = first.items()
    if isinstance(wanted, dict):
        return bool(re.search(wanted["REGEX"], word))
    return bool(wanted.lower() == word)


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text with runs of white space as one space, and each character's old offset.

    spaCy makes tokens of double spaces, which would part the words of a name.
    """
    if text.isascii() and _SQUEEZED.fullmatch(text):
        return text, list(range(len(text)))
    out: list[str] = []
    back: list[int] = []
    for offset, char in enumerate(text):
        blank = char.isspace()
        if blank and out and out[-1] == " ":
            continue
        out.append(" " if blank else char)
        back.append(offset)
    return "".join(out), back


def _party_patterns(vocabulary: Vocabulary, nlp: Language) -> list[dict[str, Any]]:
    patterns: list[dict[str, Any]] = []
    for name in vocabulary.parties:
        entry = vocabulary.party(name)
        if entry is None:
            continue
        for form in dict.fromkeys((entry.name, *entry.names, *entry.cased)):
            attribute = "ORTH" if form in entry.cased else "LOWER"
            tokens = [token.text for token in nlp.make_doc(form)]
            for pattern in _variants(tokens, attribute, numbered=entry.numbered):
                patterns.append({"label": "party", "pattern": pattern, "id": name})
    return patterns


def _variants(tokens: list[str], attribute: str, *, numbered: bool) -> list[list[dict[str, Any]]]:
    """Token patterns for a name: as written, with hyphens or none, plural, and numbered."""
    words = [token for token in tokens if not re.fullmatch(r"[-\u2010-\u2015]", token)]
    gap = {"TEXT": {"REGEX": r"^[-\u2010-\u2015]$"}, "OP": "?"}
    shaped = [word if attribute == "ORTH" else word.lower() for word in words]
    base: list[dict[str, Any]] = []
    for index, word in enumerate(shaped):
        base += [gap] if index else []
        base.append({attribute: word})
    plural = [*base[:-1], {attribute: shaped[-1] + "s"}]
    out = [base, plural]
    joined = "".join(shaped)
    if len(words) > 1 and len(joined) <= 8 and joined.isalnum():
        out.append([{attribute: joined}])
    if numbered:
        number = {"TEXT": {"REGEX": _NUMBERED}}
        out.append([*base, gap, number])
        stem = re.escape(joined if len(words) == 1 else shaped[-1])
        out.append([*base[:-1], {"LOWER": {"REGEX": rf"^{stem.lower()}0*[1-9]\d?$"}}])
    return out


def _word_patterns(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    patterns: list[dict[str, Any]] = []
    for word, severity in vocabulary.severity.words.items():
        if word.capitalize() == str(severity):
            patterns.append(
                {"label": "severity", "pattern": [{"LOWER": word}], "id": str(severity)}
            )
    for status in vocabulary.status.known:
        tokens = [{"LOWER": part.lower()} for part in _SPLIT.findall(status)]
        patterns.append({"label": "status", "pattern": tokens, "id": status})
    number = {"LIKE_NUM": True}
    unit = {"LOWER": {"REGEX": r"^(?:hours?|hrs?|minutes?|mins?|days?|weeks?)$"}}
    hyphen = {"TEXT": {"REGEX": r"^[-\u2010-\u2015]$"}, "OP": "?"}
    months = (
        r"^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
        r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$"
    )
    day = {"TEXT": {"REGEX": r"^\d{1,2}(?:st|nd|rd|th)?$"}}
    stroke = {"TEXT": {"REGEX": r"^[/.-]$"}}
    digits = {"TEXT": {"REGEX": r"^\d{1,4}$"}}
    patterns += [
        {"label": "percent", "pattern": [number, {"TEXT": "%"}]},
        {
            "label": "percent",
            "pattern": [
                number,
                {"LOWER": "per", "OP": "?"},
                {"LOWER": {"IN": ["cent", "percent"]}},
            ],
        },
        {"label": "duration", "pattern": [number, hyphen, unit]},
        {
            "label": "date",
            "pattern": [{"TEXT": {"REGEX": r"^\d{1,2}[/.]\d{1,2}[/.](?:\d{4}|\d{2})$"}}],
        },
        {"label": "date", "pattern": [digits, stroke, digits, stroke, digits]},
        {
            "label": "date",
            "pattern": [day, {"LOWER": "of", "OP": "?"}, {"LOWER": {"REGEX": months}}],
        },
        {
            "label": "date",
            "pattern": [
                day,
                {"LOWER": "of", "OP": "?"},
                {"LOWER": {"REGEX": months}},
                {"SHAPE": "dddd"},
            ],
        },
    ]
    return patterns


@lru_cache(maxsize=2)
def record_spans(vocabulary: Vocabulary) -> RecordSpans:
    """The pipeline of a vocabulary, made once (importing spaCy takes seconds)."""
    return RecordSpans(vocabulary)
