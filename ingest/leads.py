"""Values above a number: badges over the head of a card are not those of the card before."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.blocks import FlowItem, Start
from ingest.fields import Lines, Scanner
from ingest.flow import FlowLine
from ingest.vocabulary import Vocabulary

_BADGES = {"severity", "status", "status_date", "owner", "major_incident", "target_completion"}
_LOOKED_AT = 6


def leads_of(
    starts: Sequence[Start], items: Sequence[FlowItem], vocabulary: Vocabulary
) -> dict[int, FlowLine]:
    """The line of values above each start, by the start's index, where all records have one.

    The first record has one too, above which no other record stands: so the lines are told from
    those that end the record before.
    """
    if len(starts) < 2 or not _above(starts[0], items):
        return {}
    found: dict[int, FlowLine] = {}
    for place, start in enumerate(starts):
        line = _above(start, items)
        if line is not None and _all_values(line, vocabulary):
            found[start.index] = line
        elif place < _LOOKED_AT:
            return {}
    return found


def _above(start: Start, items: Sequence[FlowItem]) -> FlowLine | None:
    item = items[start.index - 1] if start.index else None
    head = items[start.index]
    if not isinstance(item, FlowLine) or not isinstance(head, FlowLine):
        return None
    one, two = item.line, head.line
    return item if (one.page, one.block) == (two.page, two.block) else None


def _all_values(line: FlowLine, vocabulary: Vocabulary) -> bool:
    scan = Scanner(Lines([line]), vocabulary).scan()
    named = {found.field for found in scan.found}
    return bool(named & {"severity", "status"}) and named <= _BADGES and not scan.rest
