"""What narrows the problems: open, severities, impact, missing fields, ages, slips."""

from __future__ import annotations

from ingest.records import ImpactClass
from kb.understand.lexicon import Lexicon
from kb.understand.negation import negation
from kb.understand.sketch import Sketch
from kb.understand.statuses import either_status

_IMPACT = {
    "no_impact": ImpactClass.NONE,
    "no_enduring": ImpactClass.NO_ENDURING,
    "impacting": ImpactClass.IMPACTING,
}


_FLAGS = {"major_incident": "major_incident", "workaround": "has_workaround", "overdue": "overdue"}


def read_conditions(sketch: Sketch, lexicon: Lexicon) -> None:
    """Open or closed, impact, Major Incidents, workarounds, overdue, outage, vanished, findings."""
    either_status(sketch)
    for row in sketch.marked.table("filter"):
        kind = row.id.partition(".")[2]
        if kind in ("slipped", "owned") or not sketch.free(row.solid):
            continue
        denied = negation(sketch, lexicon, row.start)
        if kind in ("open", "closed"):
            sketch.put("open", (kind == "open") != (denied is not None), row.start)
        elif kind in _IMPACT:
            name = "not_impact_classes" if denied is not None else "impact_classes"
            sketch.put(name, (_IMPACT[kind],), row.start)
        elif kind in _FLAGS:
            sketch.put(_FLAGS[kind], denied is None, row.start)
        elif kind == "outage":
            sketch.put("outage", denied is None, row.start)
        elif kind == "vanished":
            sketch.put("vanished", denied is None, row.start)
        elif kind == "findings":
            sketch.put("findings", ("*",), row.start)
        sketch.use(*row.solid, *(denied or ()))
