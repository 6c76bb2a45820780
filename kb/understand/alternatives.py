""" "Critical or with TSP": alternatives on different things, which one tuple cannot hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.filters import Filters
from kb.understand.about_terms import PROBLEM_WORDS, SCOPE
from kb.understand.sketch import DIMENSIONS, Sketch

Placed = tuple[int, str, Any]

_BOUNDS = frozenset(["that", "which", "who", "either", "where", "whose", "those", "ones", "are"])
# "on or before", "six months or more": a bound rather than a choice.
_BOUNDING = frozenset(
    """after before by since earlier later more less fewer above below over under worse higher lower
    longer older newer sooner not so""".split()  # noqa: SIM905
)
_OPPOSITE = {
    "severities": "not_severities",
    "statuses": "not_statuses",
    "owners": "not_owners",
    "suppliers": "not_suppliers",
    "impact_classes": "not_impact_classes",
}
_ADJECTIVES = frozenset(["severities", "statuses", "open", "overdue"])
_FLAGS = frozenset(["open", "overdue", "major_incident", "has_workaround", "outage", "vanished"])


def read_alternatives(sketch: Sketch) -> None:
    """Gathers conditions on different things with "or" between them into one choice."""
    if sketch.pbis or sketch.events:
        return
    marked = sketch.marked
    for place in range(len(marked.doc)):
        bounds = marked.norm(place + 1) in _BOUNDING or marked.norm(place - 1) in ("on", "either")
        if (
            marked.norm(place) == "or"
            and not bounds
            and place not in sketch.used
            and _split(sketch, place)
        ):
            return


def _split(sketch: Sketch, at: int) -> bool:
    held = sorted((p for p in sketch.places if p[1] not in SCOPE), key=lambda p: p[0])
    before, after = [p for p in held if p[0] < at], [p for p in held if p[0] > at]
    if not before or not after or _dimension(before[-1]) == _dimension(after[0]):
        return False
    if _denied_both(sketch, at, before[-1], after):
        return True
    left, right = _sides(sketch, at, before, after)
    groups = [*_parted(sketch, left), right]
    _take_out(sketch, [one for group in groups for one in group])
    sketch.use(at)
    sketch.put("any_of", tuple(Filters(**_values(group)) for group in groups), at)
    return True


def _sides(
    sketch: Sketch, at: int, before: list[Placed], after: list[Placed]
) -> tuple[list[Placed], list[Placed]]:
    """What stands on either side of "or"; what comes before both holds of both."""
    marked = sketch.marked
    again = any(marked.norm(i) in PROBLEM_WORDS | {"those"} for i in range(at + 1, after[0][0]))
    if again:
        # "overdue problems or those with DSP": each side is whole in itself.
        return before, after
    bound = max(
        (
            i
            for i in range(at)
            if marked.norm(i) in _BOUNDS | PROBLEM_WORDS and any(p[0] > i for p in before)
        ),
        default=None,
    )
    if bound is None:
        # "open critical or overdue problems": the two adjectives nearest to it.
        place = before[-1][0]
        near = [p for p in before if p[0] == place]
        return near, [p for p in after if p[0] == after[0][0]]
    left = [p for p in before if p[0] > bound]
    ends = [
        i
        for i in range(after[0][0] + 1, len(marked.doc))
        if marked.norm(i) in ("that", "which", "and", ",") and _anew(sketch, i)
    ]
    end = min(ends, default=len(marked.doc))
    return left, [p for p in after if p[0] < end]


def _anew(sketch: Sketch, at: int) -> bool:
    """Whether a further condition on both sides begins: "..., and that are open"."""
    following = sketch.marked.norm(at + 1)
    here = sketch.marked.norm(at)
    return here in ("that", "which") or following in ("that", "which", "are", "were", "is")


def _parted(sketch: Sketch, group: list[Placed]) -> list[list[Placed]]:
    """ "overdue, with TSP or critical": commas part alternatives as well."""
    out: list[list[Placed]] = []
    for one in group:
        between = range(out[-1][-1][0], one[0]) if out else range(0)
        if not out or any(sketch.marked.norm(i) == "," for i in between):
            out.append([one])
        else:
            out[-1].append(one)
    return out


def _denied_both(sketch: Sketch, at: int, last: Placed, after: list[Placed]) -> bool:
    """ "not critical or overdue" denies both."""
    denied = last[1].startswith("not_") or last[2] is False
    following = after[0]
    plain = {last[1].removeprefix("not_"), following[1]} <= _ADJECTIVES
    if not denied or not plain or following[0] != at + 1:
        return False
    name, value = following[1], following[2]
    if name in _FLAGS:
        sketch.filters[name] = not value
        sketch.places = [
            p if p is not following else (p[0], name, not value) for p in sketch.places
        ]
    elif name in _OPPOSITE:
        _take_out(sketch, [following])
        sketch.put(_OPPOSITE[name], value, following[0])
    else:
        return False
    sketch.use(at)
    return True


def _dimension(one: Placed) -> str:
    return next((name for name, fields in DIMENSIONS.items() if one[1] in fields), one[1])


def _values(group: Sequence[Placed]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for _, name, value in group:
        values[name] = (*values.get(name, ()), *value) if isinstance(value, tuple) else value
    return values


def _take_out(sketch: Sketch, gone: Sequence[Placed]) -> None:
    """Takes conditions out of the sketch, with what they had put into its filters."""
    marks = [id(one) for one in gone]
    sketch.places = [one for one in sketch.places if id(one) not in marks]
    for name in {one[1] for one in gone}:
        left = [one for one in sketch.places if one[1] == name]
        sketch.filters.pop(name, None)
        if left:
            sketch.filters[name] = _values(left)[name]


__all__ = ["read_alternatives"]
