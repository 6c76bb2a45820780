"""What happened between reports: closed, slipped, reassigned, gone."""

from __future__ import annotations

import re

from kb.query import OrderBy
from kb.records import EventKind
from kb.understand.about_terms import ABOUT, PROBLEM_WORDS
from kb.understand.lexicon import Found
from kb.understand.sketch import Sketch

EVENTS: dict[str, tuple[EventKind, ...]] = {
    "appeared": (EventKind.APPEARED,),
    "closed": (EventKind.CLOSED,),
    "reopened": (EventKind.REOPENED,),
    "target_slipped": (EventKind.SLIPPED,),
    "target_brought_forward": (EventKind.BROUGHT_FORWARD,),
    "target_given": (EventKind.TARGET_GIVEN,),
    "target_removed": (EventKind.TARGET_REMOVED,),
    "owner_changed": (EventKind.OWNER_CHANGED,),
    "severity_raised": (EventKind.SEVERITY_RAISED,),
    "severity_lowered": (EventKind.SEVERITY_LOWERED,),
    "severity_changed": (EventKind.SEVERITY_RAISED, EventKind.SEVERITY_LOWERED),
    "status_changed": (EventKind.STATUS_CHANGED, EventKind.CLOSED, EventKind.REOPENED),
    "impact_class_changed": (EventKind.IMPACT_CHANGED, EventKind.IMPACT_REWORDED),
    "retitled": (EventKind.RETITLED,),
    "vanished": (EventKind.VANISHED,),
    "came_back": (EventKind.CAME_BACK,),
}


# These are filters too, unless two reports are compared.
WEAK = frozenset({"closed", "target_slipped", "vanished"})


def read_events(sketch: Sketch) -> None:
    """What happened between reports, where it is asked of two of them or of all of them."""
    marked = sketch.marked
    idle = {i for f in marked.table("aside") for i in range(f.start, f.end)}
    idle |= {i for f in marked.all("filter.slipped") for i in f.solid}
    changes = [f for f in marked.table("ask") if f.id == "ask.changes" and f.solid - idle]
    rows = [f for f in marked.table("event") if sketch.free(_telling(sketch, f))]
    rows = [
        f
        for f in rows
        if not (_lost_otherwise(sketch, f) or _denied(sketch, f) or of_others(sketch, f))
    ]
    names = list(dict.fromkeys(f.id.partition(".")[2] for f in rows))
    words = {marked.norm(i) for i in range(len(marked.doc))}
    ranked = sketch.superlative and sketch.order in (OrderBy.SLIPS, OrderBy.SLIP_DAYS)
    if sketch.events or ranked:
        return
    compared = sketch.compared or bool(sketch.quarters and _against(sketch))
    relative = bool(sketch.quarters) and (
        compared or bool(words & {"this", "during", "over", "in", "last", "latest"})
    )
    strong = [name for name in names if name not in WEAK and _strong(sketch, name, words, compared)]
    weak = [
        name
        for name in names
        if name in WEAK
        and (relative or (name == "vanished" and _gone_from(sketch, rows)))
        and _verb(sketch, name, rows, compared)
    ]
    chosen = [name for name in names if name in strong or name in weak]
    if "came_back" in chosen:
        chosen = [name for name in chosen if name not in ("vanished", "appeared")]
    if "vanished" in chosen:
        # "vanished without being closed": the closing is denied.
        chosen = [name for name in chosen if name not in ("closed", "appeared")]
    if chosen:
        for name in chosen:
            sketch.events += [kind for kind in EVENTS[name] if kind not in sketch.events]
        for row in rows:
            if row.id.partition(".")[2] in chosen:
                sketch.use(*row.solid)
        sketch.compared = True
    elif changes and not sketch.pbis:
        sketch.compared = True
        sketch.events = []
        for row in changes:
            sketch.use(*row.solid)
        sketch.notes.append("changes")


_LINKS = frozenset(["from", "in", "of", "out", "to", "the", "on", "into", "since"])


def _telling(sketch: Sketch, row: Found) -> frozenset[int]:
    """The tokens of an event without prepositions, which a date behind it may have taken."""
    solid = frozenset(i for i in row.solid if sketch.marked.norm(i) not in _LINKS)
    return solid or row.solid


def _lost_otherwise(sketch: Sketch, row: Found) -> bool:
    """ "Responses being lost": what is lost is no problem record."""
    if row.id != "event.vanished" or sketch.marked.norm(row.start) != "lost":
        return False
    before = [sketch.marked.norm(i) for i in range(max(0, row.start - 3), row.start)]
    return not set(before) & (PROBLEM_WORDS | {"which", "we", "have", "got"})


_MOVING = frozenset(
    [
        "drifted",
        "drift",
        "slipped",
        "slipping",
        "delayed",
        "postponed",
        "extended",
        "deferred",
        "dropped",
        "changed",
        "upgraded",
        "moved",
        "raised",
        "lowered",
    ]
)


def of_others(sketch: Sketch, row: Found) -> bool:
    """ "clocks that drifted", "messages which were delayed": what moved is no problem record."""
    marked = sketch.marked
    if row.end - row.start != 1 or marked.norm(row.start) not in _MOVING:
        return False
    step = row.start - 1
    while marked.norm(step) in ("were", "was", "are", "is", "have", "had", "has", "been", "being"):
        step -= 1
    if step < row.start - 1 and marked.norm(step) not in ("that", "which"):
        # "when the firmware was upgraded"
        said = [marked.norm(i) for i in range(max(0, step - 4), step)]
        named = step in marked.things or marked.norm(step) in PROBLEM_WORDS | _RECORDED | _IT
        return "the" in said and bool(set(said) & _THEN) and not named
    if marked.norm(step) not in ("that", "which"):
        return False
    noun = marked.norm(step - 1)
    led = {marked.norm(i) for i in range(max(0, step - 4), step)} & ABOUT
    return bool(led) and step - 1 not in marked.things and noun not in PROBLEM_WORDS | _RECORDED


_THEN = frozenset(["when", "while", "after", "before", "because"])
_IT = frozenset(["it", "they", "one", "impact", "title", "completion"])
_RECORDED = frozenset(
    [
        "target",
        "targets",
        "date",
        "dates",
        "deadline",
        "deadlines",
        "those",
        "these",
        "ones",
        "severity",
        "owner",
        "status",
    ]
)


def _denied(sketch: Sketch, row: Found) -> bool:
    """ "Have not slipped", "has not been closed": nothing happened, so the state is asked of."""
    if row.id.partition(".")[2] not in ("closed", "target_slipped"):
        return False
    before = [sketch.marked.norm(i) for i in range(max(0, row.start - 4), row.start)]
    while before and before[0] not in ("not", "never"):
        before.pop(0)
    return bool(before) and set(before) <= {
        "not", "never", "been", "yet", "their", "its", "target", "had", "ever", "be", "being"
    }  # fmt: skip


_AGAINST = re.compile(
    r"\b(?:since|compared (?:with|to|against)|between|than)(?: (?:in|the|at|of|end|report|for))* "
    r"<(?:quarter|latest)>"
)


def _against(sketch: Sketch) -> bool:
    """Whether a report is set against another: "than in Q2 2021", and not "more than five"."""
    return bool(_AGAINST.search(sketch.marked.line()[0]))


def _gone_from(sketch: Sketch, rows: list[Found]) -> bool:
    """ "dropped out of the Q4 report", "missing from Q4": the report that lacks it is named."""
    places = [i for i, _ in sketch.marked.of("QUARTER", "LATEST")]
    ends = [f.end for f in rows if f.id == "event.vanished"]
    return any(0 <= place - end <= 4 for place in places for end in ends)


def _strong(sketch: Sketch, name: str, words: set[str], compared: bool) -> bool:
    marked = sketch.marked
    if name == "appeared":
        arrived = compared and bool(words & {"came", "come", "arrived"})
        return (
            arrived
            or bool(
                words
                & {
                    "new",
                    "newly",
                    "appeared",
                    "first",
                    "added",
                    "joined",
                    "arrivals",
                    "fresh",
                    "brand",
                    "entries",
                    "appear",
                }
            )
        ) and not (
            {"raised", "created", "opened"} & words
            and any(t.label == "PERIOD" for t in marked.things.values())
        )
    if name == "target_given" and sketch.pbis and not words & {"first", "newly", "new", "when"}:
        return False  # "has it got a target?" asks for what stands now
    if name == "target_given":
        return compared or bool(words & {"given", "got", "gained", "received", "acquired"})
    if name in ("severity_raised", "severity_lowered"):
        return bool(
            words
            & {
                "escalated",
                "downgraded",
                "upgraded",
                "severity",
                "priority",
                "severe",
                "serious",
                "worse",
                "worsened",
                "critical",
                "became",
                "become",
            }
        ) or bool(marked.of("SEVERITY"))
    if name == "owner_changed":
        return bool(
            words
            & {
                "reassigned",
                "reassign",
                "owner",
                "owners",
                "ownership",
                "hands",
                "passed",
                "transferred",
                "handed",
                "handover",
                "holder",
            }
        ) or bool(marked.of("PARTY"))
    if name == "status_changed":
        return "status" in words
    if name == "target_brought_forward":
        return bool(words & {"forward", "earlier", "sooner", "brought", "pulled"})
    return True


def _verb(sketch: Sketch, name: str, rows: list[Found], compared: bool) -> bool:
    """Whether a weak event word is a verb about a quarter, not an adjective on a list."""
    if name in ("target_slipped", "vanished"):
        return True
    if compared:
        return True
    marked = sketch.marked
    for row in rows:
        if row.id != "event.closed" or marked.norm(row.start - 1) in ("are", "is"):
            continue
        if (
            marked.norm(row.start) in ("close", "closing", "closes", "fix", "resolve")
            and row.end - row.start == 1
        ):
            return True
        following = [marked.norm(i) for i in range(row.end, row.end + 3)]
        places = [
            i
            for i in range(row.end, row.end + 4)
            if i in marked.things and marked.things[i].label in ("QUARTER", "LATEST", "QUARTERS")
        ]
        if (
            following[:1]
            and following[0]
            in (
                "in",
                "during",
                "over",
                "this",
                "last",
                "since",
                "within",
                "<quarter>",
                "<latest>",
                "<quarters>",
            )
            and places
        ):
            thing = places[0]
            text = str(marked.doc[thing].text).lower()
            if "report" not in text and marked.norm(thing + 1) not in ("report", "reports"):
                return True
    return False
