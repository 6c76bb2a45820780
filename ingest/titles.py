"""The title of a report: what its head calls the title, and what stands above its first section."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.cells import rows_of
from ingest.document import Cell, Document, Line, Table
from ingest.numbers import pbis_in

_TITLE = re.compile(
    r"\W*(?:(?:report|document|paper|agenda)\s+)?(?:title|subject|name\s+of\s+(?:paper|report))\W*",
    re.IGNORECASE,
)
# What else the head of a paper gives; a record has none of these beside its title.
_HEAD = re.compile(
    r"\W*(?:(?:report|document|paper|meeting|agenda)\s+)?(?:meeting|agenda|item|from|author|"
    r"presented\s+by|presenter|prepared\s+(?:by|for)|to|for|reference|ref|paper(?:\s+no)?|version|"
    r"classification|marking|circulation|audience|purpose|action|issued?(?:\s+(?:by|on|date))?|period|"
    r"quarter|reporting\s+period|committee|group)(?:\s+(?:date|item|number|no\.?|name|required))?\W*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}|[.)])+|1)\s+[A-Z](?!\w*\s+20\d\d\b)")
_SECTION = re.compile(
    r"(?:section\s+\w{1,2}\W*)?(?:purpose(?:\s+of\s+(?:this|the)\s+\w+)?|background|introduction|"
    r"(?:executive\s+|management\s+)?summary|overview|scope|context|(?:table\s+of\s+)?contents|"
    r"aims?|objectives?)\W*",
    re.IGNORECASE,
)


def title_in_head(document: Document) -> Sequence[Line]:
    """The value of "Title" in the table that heads a paper; empty where there is none."""
    for item in document.pages[0].body if document.pages else ():
        if pbis_in(item.text if isinstance(item, Line) else _text(item)):
            return ()
        if isinstance(item, Table) and (found := _titled(item)):
            return found.lines
    return ()


def _text(table: Table) -> str:
    return "\n".join(row.text for row in rows_of(table))


def _titled(table: Table) -> Cell | None:
    """The cell beside "Title", in a table whose other labels are those of a paper."""
    pairs = []
    for row in rows_of(table):
        cells = [cell for _, cell in sorted(row.cells.items())]
        pairs += list(zip(cells[::2], cells[1::2], strict=False))
    if not any(_HEAD.fullmatch(label.text) for label, _ in pairs):
        return None
    return next((value for label, value in pairs if _TITLE.fullmatch(label.text)), None)


def is_section(text: str) -> bool:
    """ "1. Purpose", "Background": heads a section, and is no title of a report."""
    return bool(_NUMBERED.match(text) or _SECTION.fullmatch(text))


def above_sections(lines: Sequence[Line]) -> list[Line]:
    """The lines above the first section; of a report that opens with one, what is set larger."""
    at = next((k for k, line in enumerate(lines) if is_section(line.text)), len(lines))
    if at:
        return list(lines[:at])
    return [
        line for line in lines if line.size > 1.08 * lines[0].size and not is_section(line.text)
    ]
