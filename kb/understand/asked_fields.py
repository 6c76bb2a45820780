"""Which fields of a problem are asked for."""

from __future__ import annotations

import re

from kb.understand.lexicon import word_set
from kb.understand.meaning import FIELD_OF
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


_FAR = (
    (
        re.compile(
            r"^(?:and |so |but )?(?:when|(?:on )?(?:what|which) (?:date|day)) (?:was|were|is|"
            r"did) .+ "
            r"(?:raised|created|opened|logged|registered|submitted)(?: originally| first)?$"
        ),
        "created",
    ),
    (
        re.compile(
            r"^(?:and |so |but )?(?:when|(?:by |on )?(?:what|which) (?:date|day)) (?:is|are|"
            r"will|should"
            r"|was|were) .+ (?:due|fixed|completed|finished|resolved|sorted|targeted|expected|"
            r"done|fini"
            r"sh|complete)$"
        ),
        "target_completion",
    ),
    (re.compile(r"^(?:and |so |but )?who (?:is|are|was|were) .+ (?:with|assigned to)$"), "owner"),
    (
        re.compile(r"^(?:and |so |but )?how (?:severe|serious|bad) (?:is|are|was|were) .+$"),
        "severity",
    ),
)


def _read_far(sketch: Sketch) -> None:
    """ "When was the record about the central switching service raised?": the verb stands last."""
    line, places = sketch.marked.line()
    for pattern, name in _FAR:
        if pattern.search(line.rstrip(" ,")):
            sketch.fields.append(name)
            sketch.use(places[0], places[-1])
            return


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
    if sketch.superlative:
        # "The newest user-impacting problem" asks for no impact.
        said = {FIELD_OF.get(name) for name in sketch.filters} - {"status"}
        sketch.fields = [name for name in sketch.fields if name not in said]
    slipping = _slip_field(sketch)
    if slipping is not None:
        sketch.fields = [slipping]
    if not sketch.fields and not sketch.events:
        _read_far(sketch)
    if {"slips", "slip_days"} & set(sketch.fields) and "target_completion" in sketch.fields:
        sketch.fields.remove("target_completion")  # the target's own slips were asked for
