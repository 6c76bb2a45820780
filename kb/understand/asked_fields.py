"""Which fields of a problem are asked for."""

from __future__ import annotations

from kb.understand.lexicon import word_set
from kb.understand.sketch import Sketch

_MOVING = word_set("wants_moving")


_OF_TARGET = frozenset(["target_completion", "overdue", "slips", "slip_days", "age"])


def _slip_field(sketch: Sketch) -> str | None:
    """ "how often has the target slipped", "how many days has it moved": times or days."""
    words = {sketch.marked.norm(i) for i in range(len(sketch.marked.doc))}
    if "how" not in words or not words & _MOVING or sketch.group_by or sketch.superlative:
        return None
    if not (set(sketch.fields) <= _OF_TARGET and (sketch.fields or sketch.pbis)):
        return None
    if words & {"often", "times", "occasions"}:
        return "slips"
    if words & {"far", "days", "weeks", "months", "much"}:
        return "slip_days"
    return None


def read_fields(sketch: Sketch) -> None:
    """Which fields are asked for, in the order they are named."""
    marked = sketch.marked
    for row in marked.table("field"):
        name = row.id.partition(".")[2]
        if name == "duration" or not row.solid - sketch.used:
            continue
        if name not in sketch.fields:
            sketch.fields.append(name)
        sketch.use(*row.solid)
    slipping = _slip_field(sketch)
    if slipping is not None:
        sketch.fields = [slipping]
    if {"slips", "slip_days"} & set(sketch.fields) and "target_completion" in sketch.fields:
        sketch.fields.remove("target_completion")  # the target's own slips were asked for
