"""What held in any report, whatever holds now: "ever been Critical", "used to be with DCC"."""

from __future__ import annotations

import re
from typing import Any

from kb.filters import Filters
from kb.understand.sketch import Sketch

_ONCE = re.compile(
    r"\b(?:ever|at (?:some|any) (?:point|time|stage)|at one time|in the past|once(?! (?:a|per)\b)|"
    r"(?P<gone>used to (?:be|have|own|hold)|formerly|previously))\b"
)
REPORTS = 8
"""Reports that alternatives can be told over: with more the question is left as it was."""
_STATES = {
    "severities": "not_severities",
    "statuses": "not_statuses",
    "owners": "not_owners",
    "owner_roles": None,
    "impact_classes": "not_impact_classes",
    "major_incident": None,
    "missing": None,
}
"""Conditions that may have held once, and what says that they no longer hold."""


def read_once(sketch: Sketch) -> None:
    """Puts conditions that a question says held at any time on all reports."""
    line, places = sketch.marked.line()
    found = _ONCE.search(line)
    state = {name: value for name, value in sketch.filters.items() if name in _STATES and value}
    spoken_of_time = sketch.pbis or sketch.quarters or sketch.latest or sketch.events
    if len(sketch.clock.quarters) > REPORTS:
        return
    if found is None or not state or spoken_of_time or {"also_in", "any_of"} & set(sketch.filters):
        return
    if found["gone"] is None and re.search(r"\bif\b", line[: found.start()]):
        return
    for name in state:
        del sketch.filters[name]
    sketch.filters["ever"] = True
    then = tuple(
        Filters(also_in=(Filters(**state, quarters=(quarter,)),))
        for quarter in sorted(sketch.clock.quarters)
    )
    sketch.put("any_of", then, places[found.start()])
    sketch.use(*{places[i] for i in range(found.start(), found.end())})
    if found["gone"] is not None:
        for name, value in _no_longer(state).items():
            sketch.put(name, value, places[found.start()])


def _no_longer(state: dict[str, Any]) -> dict[str, Any]:
    return {denied: state[name] for name, denied in _STATES.items() if denied and name in state}


__all__ = ["read_once"]
