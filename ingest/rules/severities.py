"""Severity words and scales. The SEC's incident category (1 to 5) is another one: never mapped."""

from __future__ import annotations

import re
from typing import Any

from ingest.records import Severity

_SIDES = r"[\s\u00a0\-\u2010-\u2015:=()\[\]/.#]*"


class SeverityWords:
    """The four words, their near synonyms and the 1 to 4 scale."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.words = {word: Severity(name) for name in Severity for word in data.get(str(name), ())}
        scale = [Severity(name) for name in data["scale"]]
        self._scale = {str(number): severity for number, severity in enumerate(scale, start=1)}
        words = "|".join(re.escape(word) for word in sorted(self.words, key=len, reverse=True))
        prefixes = "|".join(
            re.escape(word) for word in sorted(data["prefixes"], key=len, reverse=True)
        )
        never = "|".join(re.escape(word) for word in sorted(data["never"], key=len, reverse=True))
        self._word = re.compile(rf"(?<!\w)(?<![A-Za-z]-)(?P<word>{words})(?!\w)", re.IGNORECASE)
        self._code = re.compile(
            rf"(?<!\w)(?:{prefixes})[\s\u00a0-]*(?P<number>[1-{len(scale)}])(?![\w/]|\.\d)",
            re.IGNORECASE,
        )
        self._alone = re.compile(rf"{_SIDES}(?P<number>[1-{len(scale)}]){_SIDES}")
        self._never = re.compile(rf"(?<!\w)(?:{never})(?!\w)", re.IGNORECASE)
        # In running text only the four words and coded scales count: "major" and "minor" are prose.
        exact = "|".join(str(name) for name in Severity)
        self._exact = re.compile(rf"(?<!\w)(?<![A-Za-z]-)(?P<word>{exact})(?!\w)", re.IGNORECASE)

    def value(self, text: str) -> Severity | None:
        """What the value of a severity field says; None when it says nothing or too much."""
        if self._never.search(text):
            return None
        exact = {match["word"].capitalize() for match in self._exact.finditer(text)}
        if len(exact) == 1:
            return Severity(exact.pop())
        if len(exact) > 1:
            return None
        word = self._word.search(text)
        if word and len(text) <= 40:
            return self.words[word["word"].lower()]
        code = self._code.search(text) or self._alone.fullmatch(text)
        return self._scale[code["number"]] if code else None

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """(severity, start, end) of each of the four words or codes in running text."""
        found = [
            (match["word"].capitalize(), match.start(), match.end())
            for match in self._exact.finditer(text)
        ]
        found += [
            (str(self._scale[match["number"]]), match.start(), match.end())
            for match in self._code.finditer(text)
        ]
        return sorted(found, key=lambda item: item[1])
