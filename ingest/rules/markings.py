"""Classification markings: a configurable list, and a rule for those that it does not hold."""

from __future__ import annotations

import re
from typing import Any

from ingest.rules.parties import loose

_LONGEST = 8
"""Words in a line that may be a marking and nothing else."""


class Markings:
    """Finds the marking in a line of page furniture, or in a labelled value."""

    def __init__(self, data: dict[str, Any]) -> None:
        # A colon or a space, "TLP:AMBER" is "TLP: Amber".
        known = "|".join(
            loose(word).replace(":", r"\s*:?\s*")
            for word in sorted(data["known"], key=len, reverse=True)
        )
        marks = "|".join(data["marks"])
        audiences = "|".join(data["audiences"])
        labels = "|".join(re.escape(word) for word in sorted(data["labels"], key=len, reverse=True))
        self._known = re.compile(rf"(?<![\w-])(?:{known})(?![\w-])", re.IGNORECASE)
        self._whole = re.compile(rf"\W*(?P<mark>{known})\W*", re.IGNORECASE)
        self._label = re.compile(
            rf"(?<!\w)(?:{labels})\s*[:=\u2013\u2014-]\s*(?P<mark>[^|\u2022]{{2,60}})",
            re.IGNORECASE,
        )
        self._bare_label = re.compile(rf"^(?:{labels})\s+(?=\w)", re.IGNORECASE)
        self._shouted = re.compile(
            rf"(?<![\w-])(?P<mark>(?:[A-Z][A-Z&/]*[\s\u00a0-]+){{0,4}}(?:{marks.upper()})"
            rf"(?:[\s\u00a0:-]+[A-Z][A-Z&/]*){{0,3}}(?:\s*\[[^\]]*\])?)(?![\w-])"
        )
        self._only = re.compile(
            rf"(?P<mark>(?:for\s+)?(?:[\w&/-]+\s+){{0,3}}(?:{audiences})(?:\s+use)?\s+only)(?!\w)",
            re.IGNORECASE,
        )
        # "DCC Internal and SEC Parties": a marking that names a second circle of readers.
        self._shared = re.compile(
            rf"(?P<mark>(?:[\w&/-]+\s+){{0,2}}(?:{marks})\s+(?:and|&|\+|/)\s+(?:[\w&/-]+\s+){{0,2}}"
            rf"(?:{marks}|{audiences}))",
            re.IGNORECASE,
        )
        self._marks = re.compile(rf"(?<!\w)(?:{marks})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> str | None:
        """The marking as printed, None when the line holds none."""
        line = re.sub(r"\s+", " ", text).strip()
        labelled = self._label.search(line)
        if labelled:
            return _tidy(labelled["mark"])
        parts = [
            part.strip() for part in re.split(r"\s[|\u2022\u00b7\u2013\u2014]\s|\t|\s{3,}", line)
        ]
        for part in parts:
            mark = self._in_part(part)
            if mark:
                bare = self._bare_label.sub("", mark)  # two cells of one row, with no colon
                return _tidy(bare if self._in_part(bare) else mark)
        return None

    def _in_part(self, part: str) -> str | None:
        whole = self._whole.fullmatch(part)
        if whole:
            return whole["mark"]
        if re.fullmatch(r"(?:TLP[:\s]*)?(?:RED|AMBER(?:\+STRICT)?|GREEN|WHITE|CLEAR)", part):
            return part  # a colour of the traffic light protocol, by itself and in capitals
        shouted = self._shouted.search(part)
        if shouted:
            return shouted["mark"]
        if len(part.split()) <= _LONGEST:
            only = self._only.search(part)
            if only:
                return only["mark"]
            # "DCC Public" in mixed case stands alone or beside a page number.
            rest = re.sub(
                r"(?:page\s*)?\d+(?:\s*(?:of|/)\s*\d+)?", "", part, flags=re.IGNORECASE
            ).strip()
            if self._marks.search(rest) and len(rest.split()) <= 3:
                return rest
            shared = self._shared.fullmatch(rest)
            if shared:
                return shared["mark"]
        known = self._known.search(part)
        if known and known[0].isupper() and len(known[0].split()) > 1:
            return known[0]
        return None


def _tidy(mark: str) -> str:
    return re.sub(r"\s+", " ", mark).strip(" .,;:|-\u2013\u2014")
