"""Who or what a problem moved from and to: "from DSP to DCO", "became Critical"."""

from __future__ import annotations

import re

from kb.records import EventKind
from kb.understand.annotate import Named
from kb.understand.events import EVENTS
from kb.understand.sketch import Sketch


def read_moves(sketch: Sketch) -> None:
    """ "from Pending ... to Closed", "from DSP to DCO", "became Critical"."""
    marked = sketch.marked
    for place, thing in marked.of("SEVERITY", "STATUS"):
        if marked.norm(place - 1) in ("became", "become", "becomes", "becoming", "turned", "made"):
            name = "severity_changed" if thing.label == "SEVERITY" else "status_changed"
            sketch.events += [*EVENTS[name]]
            sketch.after_value = _plain(thing.value)
            sketch.use(place, place - 1)
            sketch.compared = True
            return
    if _other_moves(sketch) or _taken_over(sketch):
        return
    for label in ("STATUS", "SEVERITY", "PARTY"):
        rows = marked.of(label)
        left = next((r for r in rows if _before(sketch, r[0]) == "from"), None)
        right = next(
            (
                r
                for r in rows
                if _before(sketch, r[0]) in ("to", "into") and _moving(sketch, r[0], label)
            ),
            None,
        )
        if left is None and right is None:
            continue
        if left is not None and right is None and not _moving(sketch, left[0], label):
            continue
        if label == "STATUS":
            sketch.events += [*EVENTS["status_changed"]]
        elif label == "SEVERITY":
            sketch.events += [*EVENTS["severity_changed"]]
        else:
            sketch.events += [*EVENTS["owner_changed"]]
        for row, name in ((left, "before_value"), (right, "after_value")):
            if row is not None:
                setattr(sketch, name, _plain(row[1].value))
                sketch.use(row[0], row[0] - 1)
        sketch.compared = True
        for found in marked.table("event"):
            sketch.use(*found.solid)
        return


_NOTHING = r"(?:none|no target|no date|nothing|not stated|unstated|blank|tbc|no deadline)"


_DATE = (
    r"(?:a|an|its|their|some)?\s*(?:target|completion|due)?\s*(?:completion )?"
    r"(?:date|target|deadline)"
)


_GAP = r"(?:\s+\S+){0,6}?"


_LOST = re.compile(rf"\bfrom {_DATE}\b{_GAP}\s+to {_NOTHING}\b", re.IGNORECASE)


_GAINED = re.compile(rf"\bfrom {_NOTHING}\b{_GAP}\s+to {_DATE}\b", re.IGNORECASE)


_CLASS = (
    r"(none|no impact|no enduring(?: impact)?|user impacting|impacting|not stated|unstated|nothing)"
)


_IMPACT_MOVE = re.compile(rf"\bfrom {_CLASS}\b{_GAP}\s+to {_CLASS}\b", re.IGNORECASE)


_BECAME = re.compile(
    r"\b(?:became|become|becomes|becoming|turned|started|began|begun|newly)\s+(?:\w+\s+)?"
    r"(?:(?:user|customer|service)s?\s+)?(impacting|affecting|hurting)\b",
    re.IGNORECASE,
)


def _other_moves(sketch: Sketch) -> bool:
    """ "from a target to none", "impact from none to impacting", "became user impacting"."""
    text = sketch.marked.text
    lost, gained, impact, became = (
        pattern.search(text) for pattern in (_LOST, _GAINED, _IMPACT_MOVE, _BECAME)
    )
    match = lost or gained
    if match is not None:
        sketch.events += [*EVENTS["target_removed" if lost else "target_given"]]
    elif impact is not None and "impact" in text.lower():
        match = impact
        sketch.events += [EventKind.IMPACT_CHANGED]
        sketch.before_value, sketch.after_value = _class(impact[1]), _class(impact[2])
    elif became is not None:
        match = became
        sketch.events += [EventKind.IMPACT_CHANGED]
        sketch.after_value = "impacting"
    else:
        return False
    sketch.compared = True
    verbs = {"went", "gone", "go", "changed", "moved", "turned", "impact", "still", "while", "open"}
    for token in sketch.marked.doc:
        inside = match.start() <= token.idx < match.end()
        if token.i not in sketch.marked.things and (inside or token.norm_ in verbs):
            sketch.use(token.i)
    return True


def _class(words: str) -> str:
    plain = words.lower()
    if "enduring" in plain:
        return "no_enduring"
    if "impacting" in plain:
        return "impacting"
    return "not_stated" if "stated" in plain else "none"


_TAKING = re.compile(
    r"\b(?:take|took|taken|taking|takes) over\b|\binherit(?:ed|s)?\b|\bpick(?:ed)? up\b|"
    r"\breceive[ds]?\b|\bgain(?:ed)?\b",
    re.IGNORECASE,
)


_GIVING = re.compile(
    r"\b(?:hand|pass|give|gave|transfer|move)(?:ed|red|d)?(?: over| on)? (?:over )?(?:to)\b|"
    r"\b(?:hand|pass|sign)(?:ed)? over\b|\b(?:lose|lost)\b",
    re.IGNORECASE,
)


def _taken_over(sketch: Sketch) -> bool:
    """ "what did A take over from B", "what did A hand over to B": who held it, and who then."""
    marked = sketch.marked
    taking, giving = _TAKING.search(marked.text), _GIVING.search(marked.text)
    match = taking or giving
    rows = marked.of("PARTY")
    if match is None or not rows:
        return False
    doer = next((r for r in rows if marked.doc[r[0]].idx < match.start()), None)
    other = next((r for r in rows if marked.doc[r[0]].idx >= match.end()), None)
    if doer is None or (taking is None and other is None):
        return False
    if taking is not None and other is None and not re.search(r"over|inherit", match[0], re.I):
        return False
    ends = (other, doer) if taking is not None else (doer, other)
    for row, name in zip(ends, ("before_value", "after_value"), strict=True):
        if row is not None:
            setattr(sketch, name, _plain(row[1].value))
            sketch.use(row[0], row[0] - 1)
    for token in marked.doc:
        if match.start() <= token.idx < match.end():
            sketch.use(token.i)
    sketch.events += [*EVENTS["owner_changed"]]
    sketch.compared = True
    return True


def _plain(value: object) -> str:
    if isinstance(value, Named):
        return value.parties[0][0]
    assert isinstance(value, tuple)
    return str(value[0])


def _before(sketch: Sketch, place: int) -> str:
    step = place - 1
    while sketch.marked.norm(step) in (
        "status",
        "severity",
        "priority",
        "being",
        "with",
        "the",
        "owner",
        "state",
        "a",
        "`",
        "'",
        '"',
    ):
        step -= 1
    return sketch.marked.norm(step)


def _moving(sketch: Sketch, place: int, label: str) -> bool:
    verbs = {
        "moved",
        "went",
        "gone",
        "changed",
        "turned",
        "switched",
        "passed",
        "transferred",
        "handed",
        "reassigned",
        "move",
        "moves",
        "moving",
        "raised",
        "lowered",
        "upgraded",
        "downgraded",
        "escalated",
        "dropped",
        "shifted",
        "change",
        "go",
        "pass",
        "upped",
        "reduced",
        "increased",
        "given",
        "swapped",
        "swap",
        "came",
    }
    if label == "PARTY":
        verbs -= {"given", "raised", "came"}
    words = [sketch.marked.norm(i) for i in range(max(0, place - 12), place)]
    return bool(verbs & set(words))
