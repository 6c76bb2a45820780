"""PBI numbers in every form that people print and type."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = 12
"""BMC Remedy pads a problem investigation number to twelve digits."""

# "PBI", perhaps "No.", "number" or "#", and the digits: padded to twelve and perhaps in groups
# ("0000 0012 3400"), two groups of three ("123 400"), or in one run. A space ends any other run:
# in "PBI 123400 2021 outage" the year is no part of the number.
_GAP = r"[ \u00a0\u2009]?"
_PREFIXED = re.compile(
    r"\bPBI(?:s|\s*(?:No\.?|number|ref(?:erence)?\.?|\#))?[\s:#\-\u2010-\u2014\u00a0_]*"
    rf"(?P<digits>0(?:{_GAP}\d){{11}}|\d{{3}}[ \u00a0]\d{{3}}(?![ \u00a0]?\d)|\d{{4,15}})(?!\d)",
    re.IGNORECASE,
)
# A bare number in a question or a cell: five to seven digits, or the padded twelve.
_BARE = re.compile(r"(?<![\w/.,:£$-])#?(?P<digits>0{3,7}\d{5,8}|[1-9]\d{4,6})(?![\w%/:-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class PbiMention:
    """A PBI number in a text: canonical form, and the half-open span that it was read from."""

    pbi: str
    start: int
    end: int


def canonical_pbi(digits: str) -> str:
    """ "123400", "PBI 0000 0012 3400" and their like as "PBI000000123400".

    Raises:
        ValueError: no digits, or more than twelve after leading zeros.
    """
    bare = re.sub(r"\D", "", digits).lstrip("0")
    if not bare or len(bare) > DIGITS:
        raise ValueError(f"{digits!r} is no PBI number: 1 to {DIGITS} digits are expected")
    return f"PBI{bare:0>{DIGITS}}"


def short_pbi(pbi: str) -> str:
    """ "PBI000000123400" as people say it: "123400"."""
    return pbi.removeprefix("PBI").lstrip("0")


def pbis_in(text: str, *, bare: bool = False) -> list[PbiMention]:
    """PBI numbers in reading order; with `bare`, numbers of five to seven digits without "PBI" too.

    A list such as "PBI 122422, 123400 and 123102" is read whole only with `bare`.
    """
    found = [
        PbiMention(canonical_pbi(match["digits"]), match.start(), match.end())
        for match in _PREFIXED.finditer(text)
        if 0 < len(re.sub(r"\D", "", match["digits"]).lstrip("0")) <= DIGITS
    ]
    if bare:
        taken = [(mention.start, mention.end) for mention in found]
        found += [
            PbiMention(canonical_pbi(match["digits"]), match.start(), match.end())
            for match in _BARE.finditer(text)
            if not any(start < match.end() and match.start() < end for start, end in taken)
        ]
    return sorted(found, key=lambda mention: mention.start)
