"""Units of a share, and numbers of reports that mean all of them: they narrow nothing."""

from __future__ import annotations

import re

_SHARE = re.compile(
    r"\b(?:share|proportion|fraction|percentage|percent|per cent|part|portion|slice|ratio)\b", re.I
)
_UNIT = re.compile(
    r",?\s*(?:\(\s*(?:(?:in|as) )?(?:an? )?(?:%|per ?cent|percentage)\s*\)|"
    r"\b(?:expressed |given |stated |shown |please )*(?:in|as) (?:an? )?(?:whole )?"
    r"(?:per ?cent|percentage|%)(?: terms| figure| value| points)?(?!\s+of)(?!\w)|"
    r"\bto the nearest (?:whole )?(?:per ?cent|%))",
    re.IGNORECASE,
)
_OF = re.compile(r"\bhow (?:many|much) of\b", re.IGNORECASE)


def unit_aside(text: str) -> str:
    """A share's text without its unit: "what share, in per cent, ..." asks for no words."""
    bare = _UNIT.sub("", text)
    if bare != text and not _SHARE.search(bare):
        if not _OF.search(bare):
            return text
        bare = _OF.sub("what share of", bare)
    return re.sub(r"\bper ?cent\b", "percentage", bare, flags=re.IGNORECASE)


_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve")  # fmt: skip
_PAPERS = r"(?:reports|quarters|papers|editions)"
_KINDS = r"(?:loaded |published |held |quarterly |problem |available )*"


def all_counted(text: str, held: int) -> str:
    """ "Each of the four quarters" where four are held: each quarter, all of the reports."""
    number = "|".join({str(held), _WORDS[held]} if 1 < held < len(_WORDS) else {str(held)})
    whole = rf"(?:the|these|those|our|all|all of the|all the|your) (?:{number}) {_KINDS}{_PAPERS}"
    text = re.sub(
        rf"\b(?:in|for|by|over|across|at) (?:each|every)(?: one)? of {whole}\b",
        "in each quarter",
        text,
        flags=re.IGNORECASE,
    )
    told = rf"(?:do|did) {whole} (?:cover|list|hold|contain|mention|include|name|report|describe)\b"
    between = r"(?: (?:altogether|in total|in all|between them|together|overall|combined))?"
    text = re.sub(rf"\b{told}{between}", "are there across all reports", text, flags=re.I)
    return re.sub(
        rf"\b(in|across|over|throughout|among|from|through) {whole}{between}(?=\W|$)",
        r"\1 all reports",
        text,
        flags=re.IGNORECASE,
    )


__all__ = ["all_counted", "unit_aside"]
