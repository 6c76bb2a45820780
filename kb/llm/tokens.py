"""A sentence in pieces that can be compared: numbers, dates, quotes and words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ingest.numbers import pbis_in
from ingest.quarters import spoken
from ingest.rules.dates import dates_in
from kb.answer.pages import squeezed


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that carry no fact. No quantity, tense, cause, order or denial is among them.
GLUE = _words(
    "a an the and also as at in of on for to with its it they them their this that these those "
    "there which who is are be has have named respectively namely while whose where being "
    "here such overall according say tell show pbi pbis problem problems record records"
)
DENIALS = _words("no not none never without neither nor cannot nothing nobody")
# The words behind which a name, number or date stands in a part of its own.
RELATIONS = _words(
    "from to by with until till since before after between involving involve involves owner "
    "than over under above below into against"
)
_UNITS = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_UNITS.split())}
_QUOTE = re.compile(r"“([^”]*)”|\"([^\"]*)\"")
_QUARTER = re.compile(r"\bQ[1-4] \d{4}\b|\b\d{4}-Q[1-4]\b")
_PIECE = re.compile(
    r"(?P<number>(?<![\w.])\d+(?:[.,:/]\d+)*(?!\w))|(?P<word>[^\W_][\w’']*(?:[-/&][\w’']+)*)|"
    r"(?P<end>[.;:!?])|(?P<blank>[\s,()\u2013\u2014’'/%&+-]|…)|(?P<other>.)",
    re.DOTALL,
)
PARTS = ("word", "number", "date", "quarter", "pbi", "quote")


class Token(NamedTuple):
    """One piece of a sentence. `kind`: one of `PARTS`, "end" of a clause, or "other" (a sign)."""

    kind: str
    value: str


def tokens_of(text: str) -> list[Token]:
    """A text in pieces: quotes, PBI numbers, quarters and dates whole, then numbers and words."""
    spans: list[tuple[int, int, Token]] = []
    spans += [
        (m.start(), m.end(), Token("quote", bare(m[1] if m[1] is not None else m[2])))
        for m in _QUOTE.finditer(text)
    ]
    spans += [(p.start, p.end, Token("pbi", p.pbi)) for p in pbis_in(text, bare=True)]
    spans += [
        (m.start(), m.end(), Token("quarter", m[0] if m[0][0] == "Q" else spoken(m[0])))
        for m in _QUARTER.finditer(text)
    ]
    spans += [(d.start, d.end, Token("date", d.value.isoformat())) for d in dates_in(text)]
    out: list[Token] = []
    at = 0
    for start, end, token in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            out += [*_pieces(text[at:start]), token]
            at = end
    return out + list(_pieces(text[at:]))


def _pieces(text: str) -> Iterable[Token]:
    for match in _PIECE.finditer(text.replace("%", " per cent ")):
        kind = match.lastgroup or ""
        value = match[0].lower().replace("’", "'")
        if kind == "word":
            value = value.removesuffix("'s").strip("'")
            if value in _NUMBER_WORDS:
                kind, value = "number", _NUMBER_WORDS[value]
            elif len(value) > 3 and value not in GLUE | DENIALS:
                value = re.sub(r"(?<![sui])s$", "", value)
        elif kind == "number":
            value = re.sub(r",(?=\d{3}\b)", "", value)
        if kind != "blank":
            yield Token(kind, value)


def bare(quote: str) -> str:
    """A quote as it is compared: without white space and the full stop that may close it."""
    return squeezed(quote.strip().rstrip(".…")).rstrip(".")
