"""Months, seasons and numbers as words."""

from __future__ import annotations

import re

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}


SEASONS = {
    "spring": (3, 5),
    "summer": (6, 8),
    "autumn": (9, 11),
    "fall": (9, 11),
    "winter": (12, 2),
}


SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ]
    )
} | {"a": 1, "an": 1, "couple": 2, "few": 3, "fifteen": 15, "eighteen": 18, "twenty": 20}


SMALL |= {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100}


SMALL |= {"dozen": 12, "once": 1, "twice": 2, "thrice": 3, "single": 1, "half": 1, "several": 3}


ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
}


ORDINALS |= {"last": 4, "final": 4}


MONTH_RE = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"


NUMBER_RE = r"(?:\d{1,4}|" + "|".join(sorted(SMALL, key=len, reverse=True)) + ")"


YEAR_RE = r"(?:19|20)\d\d"


NTH_RE = r"(?:st|nd|rd|th)?"


def number_of(words: str) -> int:
    """ "12", "twelve", "a couple of" as a number.

    Raises:
        KeyError: no number that is known.
    """
    words = words.lower().strip()
    return int(words) if words.isdigit() else SMALL[words.split()[0]]


def year_of(text: str | None) -> int | None:
    """A year in two or four figures."""
    if not text:
        return None
    digits = re.sub(r"\D", "", text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
