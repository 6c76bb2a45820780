"""What is wanted of the problems: groups, orders, statistics, changes, fields."""

from __future__ import annotations

import re

from kb.query import GroupBy, OrderBy
from kb.records import EventKind
from kb.understand.annotate import Named
from kb.understand.lexicon import Found, word_set
from kb.understand.sketch import Sketch

_ORDERS: dict[str, tuple[OrderBy, bool]] = {
    "oldest": (OrderBy.CREATED, False),
    "newest": (OrderBy.CREATED, True),
    "soonest": (OrderBy.TARGET, False),
    "furthest": (OrderBy.TARGET, True),
    "most_overdue": (OrderBy.OVERDUE, True),
    "most_slipped": (OrderBy.SLIPS, True),
    "furthest_slipped": (OrderBy.SLIP_DAYS, True),
    "worst": (OrderBy.SEVERITY, False),
}
_KEYS: dict[str, tuple[OrderBy, bool]] = {
    "age": (OrderBy.CREATED, False),
    "created": (OrderBy.CREATED, False),
    "target": (OrderBy.TARGET, False),
    "severity": (OrderBy.SEVERITY, False),
    "overdue": (OrderBy.OVERDUE, True),
    "slips": (OrderBy.SLIPS, True),
    "slip_days": (OrderBy.SLIP_DAYS, True),
    "impact": (OrderBy.IMPACT, False),
    "pbi": (OrderBy.PBI, False),
}
_RANKED = frozenset(["target", "created", "age", "overdue", "slips"])
_FEWEST = frozenset(["fewest", "least", "lowest", "smallest", "rarest"])
_MOST = word_set("wants_most") | _FEWEST
_OUTAGE = frozenset({"outage", "outages", "downtime", "interruption"})
_DATED = word_set("wants_dated")
_PLURAL = word_set("wants_plural")
_OWNING = word_set("wants_owning")
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


def read_groups(sketch: Sketch) -> None:
    """ "by owner", "per severity", "which supplier has the most"."""
    marked = sketch.marked
    dimensions = marked.table("dimension")
    words = {marked.norm(i) for i in range(len(marked.doc))}
    for row in dimensions:
        if not sketch.free(row.solid):
            continue
        kind = row.id.partition(".")[2]
        lead, back = _lead(sketch, row)
        if lead is None:
            continue
        if (
            kind == "supplier"
            and words & _OWNING
            and not words & {"involved", "involve", "involves", "involving", "mentioned"}
        ):
            kind = "owner"
        if kind == "quarter" and not _quarterly(sketch, row):
            continue
        if kind == "quarter" and words & {"raised", "created", "opened", "logged"}:
            kind = "created_quarter"
        if kind == "created_month" and words & {
            "due",
            "target",
            "targeted",
            "deadline",
            "completion",
        }:
            kind = "target_month"
        group = GroupBy(kind)
        if group not in sketch.group_by:
            sketch.group_by.append(group)
        sketch.use(*back, *row.solid)
        if kind in ("created_month", "created_quarter", "target_month"):
            sketch.use(*(i for i in range(len(marked.doc)) if marked.norm(i) in _DATED))
        if lead == "most":
            sketch.group_limit = 1
            sketch.group_ascending = bool(words & _FEWEST)
            sketch.use(
                *(
                    i
                    for i in range(len(marked.doc))
                    if marked.norm(i) in _MOST or marked.norm(i) in ("number", "share")
                )
            )
    if not sketch.group_by and _who_most(sketch):
        sketch.group_by.append(GroupBy.OWNER)
        sketch.group_limit = 1
        sketch.group_ascending = bool(words & _FEWEST)


def _quarterly(sketch: Sketch, row: Found) -> bool:
    # "each report" and "by quarter" group; "by the last report" does not.
    return all(i not in sketch.marked.things for i in range(row.start, row.end))


def _lead(sketch: Sketch, row: Found) -> tuple[str | None, list[int]]:
    """How a dimension is led in: "by" groups, "which ... most" finds the top one; else None."""
    marked = sketch.marked
    start = row.start
    if marked.norm(start - 1) in ("the", "their", "its", "different", "of"):
        start -= 1
    word, before = marked.norm(start - 1), marked.norm(start - 2)
    if word in ("and", "then", "&") and sketch.group_by and (start - 2) in sketch.used:
        return "by", [start - 1]
    if word in ("by", "per", "each", "every", "across", "through") and (
        word != "by"
        or before not in ("owned", "held", "order", "raised", "sorted", "ordered", "ranked")
    ):
        if word == "by" and _value_follows(sketch, row.end):
            return None, []
        return "by", [
            start - 1,
            *(
                [start - 2]
                if before
                in (
                    "for",
                    "by",
                    "from",
                    "with",
                    "in",
                    "of",
                    "against",
                    "to",
                    "does",
                    "do",
                    "split",
                    "broken",
                    "grouped",
                    "breakdown",
                )
                else []
            ),
        ]
    if word in ("between", "among", "amongst", "into", "down") and marked.norm(
        row.end - 1
    ).endswith("s"):
        return "by", [start - 1]
    text = [marked.norm(i) for i in range(len(marked.doc))]
    if word in ("which", "what", "whose") and _most_after(text, row.end):
        return "most", [start - 1]
    if word in ("common", "frequent", "usual", "popular", "typical") and before in _MOST:
        return "most", [start - 1, start - 2]
    if word in ("top", "biggest", "worst", "main", "leading", "largest") and row.id in (
        "dimension.owner",
        "dimension.supplier",
    ):
        return "most", [start - 1]
    if word in ("breakdown", "split", "distribution", "mix", "spread") or (
        before in ("breakdown", "split", "distribution", "mix", "spread") and word in ("of", "by")
    ):
        return "by", [start - 1, start - 2]
    after = marked.norm(row.end)
    if after in ("breakdown", "split", "distribution", "mix", "profile", "spread"):
        return "by", [row.end]
    return None, []


def _most_after(words: list[str], start: int) -> bool:
    """ "most" counts problems ("the most open ones"), rather than ranking one ("most slipped")."""
    return any(words[place] in _MOST for place in range(start, len(words)))


def _value_follows(sketch: Sketch, end: int) -> bool:
    thing = sketch.marked.things.get(end)
    return thing is not None and thing.label in ("PARTY", "SEVERITY", "STATUS")


def _who_most(sketch: Sketch) -> bool:
    marked = sketch.marked
    for place in range(len(marked.doc)):
        if marked.norm(place) in ("who", "whom") and marked.norm(place + 1) in _OWNING | {
            "is",
            "are",
        }:
            for step in range(place + 1, min(place + 6, len(marked.doc))):
                if marked.norm(step) in _MOST:
                    sketch.use(*range(place, step + 1))
                    return True
    return False


def read_order(sketch: Sketch) -> None:
    """Superlatives with their number, and "sorted by"."""
    marked = sketch.marked
    for row in marked.all("order.by"):
        keys = [
            f
            for f in marked.found
            if f.id.startswith("order_key.") and f.start in (row.end, row.end + 1)
        ]
        if keys and sketch.free(row.solid):
            key = max(keys, key=lambda f: f.end - f.start)
            sketch.order, sketch.descending = _KEYS[key.id.partition(".")[2]]
            sketch.use_span(row.start, key.end)
            if marked.has("order.descending") or marked.norm(key.end) in ("descending", "desc"):
                sketch.descending = True
            return
    for row in marked.found:
        # "list open problems by target date"; a severity or an owner after "by" groups.
        name = row.id.partition(".")[2]
        ranked = row.id.startswith("order_key.") and name in _RANKED
        if ranked and marked.norm(row.start - 1) == "by" and not sketch.group_by:
            before = marked.norm(row.start - 2)
            if sketch.free(row.solid) and before in _PLURAL:
                sketch.order, sketch.descending = _KEYS[name]
                sketch.use_span(row.start - 1, row.end)
                return
    if _led_first(sketch):
        return
    for row in marked.table("order"):
        kind = row.id.partition(".")[2]
        if kind not in _ORDERS or not sketch.free(row.solid):
            continue
        if sketch.group_limit is not None and kind in ("worst", "most_overdue", "most_slipped"):
            continue
        if (
            marked.norm(row.start) in ("longest", "soonest", "earliest", "furthest")
            and row.end - row.start == 1
            and marked.norm(row.end) in ("to", "way")
        ):
            continue
        if (
            kind == "worst"
            and sketch.marked.norm(row.start) == "most"
            and marked.norm(row.end - 1) == "critical"
            and marked.norm(row.start - 1) in ("has", "have", "with")
        ):
            continue
        if sketch.marked.norm(row.start - 1) == "first" and marked.norm(row.end) == "report":
            continue
        if (
            kind == "oldest"
            and marked.norm(row.start) == "longest"
            and marked.norm(row.start + 1) in ("any", "a", "that", "time")
        ):
            continue
        if kind == "oldest" and {marked.norm(i) for i in range(row.end, row.end + 3)} & _OUTAGE:
            continue
        if kind in ("oldest", "newest") and _first_listed(sketch, row):
            continue
        sketch.order, sketch.descending = _ORDERS[kind]
        sketch.use(*row.solid)
        first = marked.norm(row.end) == "first"
        sketch.superlative = not first
        if first:
            sketch.use(row.end)
            return
        _limit(sketch, row)
        return
    _top(sketch)


_LED = re.compile(
    r"[,;(]\s*(?:the |with the )?(?:(newest|latest|most recent)|(oldest|earliest|longest)|"
    r"(soonest|nearest)|(worst|highest|most severe|most critical|most serious))"
    r"(?: (?:ones?|target|targets|due|severity|date|raised|created))* first\W*$",
    re.IGNORECASE,
)


def _led_first(sketch: Sketch) -> bool:
    """ "..., newest first": the order of the whole list, at its end."""
    match = _LED.search(sketch.marked.text)
    if match is None or not sketch.marked.text[: match.start()].strip():
        return False
    kind = ("newest", "oldest", "soonest", "worst")[(match.lastindex or 1) - 1]
    sketch.order, sketch.descending = _ORDERS[kind]
    for token in sketch.marked.doc:
        if token.idx >= match.start():
            sketch.use(token.i)
    return True


def _first_listed(sketch: Sketch, row: Found) -> bool:
    """ "first reported in Q1 2022": new in that report, rather than the oldest."""
    marked = sketch.marked
    words = [marked.norm(i) for i in range(row.start, row.end)]
    ahead = range(row.end, min(row.end + 4, len(marked.doc)))
    told = {"reported", "recorded", "listed", "mentioned", "seen"} & set(words)
    return bool(told) and any(
        i in marked.things and marked.things[i].label in ("QUARTER", "LATEST") for i in ahead
    )


def _limit(sketch: Sketch, row: Found) -> None:
    marked = sketch.marked
    near = [row.start - 1, row.end, row.start - 2, row.end + 1, row.start - 3]
    for place in near:
        thing = marked.things.get(place)
        if (
            thing is not None
            and thing.label == "NUMBER"
            and place not in sketch.used
            and isinstance(thing.value, int)
        ):
            sketch.limit = thing.value
            sketch.use(place)
            break
    if sketch.limit is None:
        _counted_nouns(sketch)
    for place in range(max(0, row.start - 4), row.start):
        if marked.norm(place) in ("top", "first"):
            sketch.use(place)
    shared = {"share", "shares", "sharing", "joint", "jointly", "tied", "tie", "equal"}
    if sketch.limit is None and shared & {marked.norm(i) for i in range(len(marked.doc))}:
        sketch.limit = 1
    if sketch.limit is None:
        following = [marked.norm(i) for i in range(row.start, min(len(marked.doc), row.end + 5))]
        before = [marked.norm(i) for i in range(max(0, row.start - 6), row.start)]
        plural = any(word in _PLURAL for word in (*following, *before[-4:])) and not (
            set(following) & {"problem", "issue", "record", "pbi", "one"}
        )
        sketch.limit = 5 if plural and _many(before, following) else 1


def _counted_nouns(sketch: Sketch) -> None:
    """ "which three open problems were raised most recently": the number of them that is wanted."""
    marked = sketch.marked
    for place, thing in marked.of("NUMBER"):
        if place in sketch.used or not isinstance(thing.value, int):
            continue
        if {marked.norm(i) for i in range(place + 1, place + 5)} & _PLURAL:
            sketch.limit = thing.value
            sketch.use(place)
            return


def _many(before: list[str], following: list[str]) -> bool:
    # "which of the open problems is the oldest" wants one; "the oldest problems" wants several.
    return not ({"is", "has", "was"} & set(before)) and "is" not in following[:1]


def _top(sketch: Sketch) -> None:
    marked = sketch.marked
    for row in marked.all("order.top"):
        if marked.norm(row.start) in ("top", "first") and sketch.order is None:
            for place in range(row.start, row.end):
                thing = marked.things.get(place)
                if thing is not None and thing.label == "NUMBER" and isinstance(thing.value, int):
                    sketch.limit = thing.value
                    sketch.use_span(row.start, row.end)
                    sketch.superlative = True
                    for key in marked.found:
                        if key.id.startswith("order_key.") and marked.norm(key.start - 1) == "by":
                            sketch.order, sketch.descending = _KEYS[key.id.partition(".")[2]]
                            sketch.use_span(key.start - 1, key.end)
                    return


def read_statistic(sketch: Sketch) -> None:
    """ "average age", "how old is the oldest", "total days overdue"."""
    marked = sketch.marked
    rows = list(marked.table("statistic"))
    measures = marked.table("measure")
    words = {marked.norm(i) for i in range(len(marked.doc))}
    for row in rows:
        kind = row.id.partition(".")[2]
        if kind == "mean" and _verb_mean(sketch, row):
            continue
        if kind in ("mean", "median") or (
            kind in ("max", "min", "sum") and _measured(sketch, row, measures)
        ):
            sketch.statistic = kind
            sketch.use(*row.solid)
            break
    if sketch.statistic is None:
        if (
            words & {"how"}
            and sketch.order in (OrderBy.CREATED, OrderBy.OVERDUE, OrderBy.SLIP_DAYS, OrderBy.SLIPS)
            and _how_much(sketch)
        ):
            sketch.statistic = (
                "min" if sketch.order is OrderBy.CREATED and sketch.descending else "max"
            )
        else:
            return
    if words & _OUTAGE and not words & {"age", "old"}:
        sketch.measure = "outage"
        sketch.use(
            *(
                i
                for i in range(len(marked.doc))
                if marked.norm(i) in _OUTAGE or marked.norm(i) in ("how", "long", "last", "lasted")
            )
        )
        return
    best = max(measures, key=lambda f: f.end - f.start, default=None)
    sketch.measure = best.id.partition(".")[2] if best is not None else "age"
    if best is None and sketch.order in (OrderBy.OVERDUE, OrderBy.SLIP_DAYS, OrderBy.SLIPS):
        sketch.measure = sketch.order.value
    if sketch.measure == "slips" and words & {"far", "days", "length", "long", "much"}:
        sketch.measure = "slip_days"
    if (
        sketch.measure == "slip_days"
        and words & {"times", "often", "number"}
        and "days" not in words
    ):
        sketch.measure = "slips"
    for row in measures:
        if best is None or row.id == best.id:
            sketch.use(*row.solid)
    sketch.use(
        *(
            i
            for i in range(len(marked.doc))
            if marked.norm(i)
            in ("how", "long", "old", "far", "days", "many", "much", "late", "time")
        )
    )


def _verb_mean(sketch: Sketch, row: Found) -> bool:
    """ "what does SRV mean", "usually": no average is asked for."""
    word = sketch.marked.norm(row.start)
    before = {sketch.marked.norm(i) for i in range(max(0, row.start - 4), row.start)}
    if word == "mean":
        return bool(before & {"does", "do", "did", "it", "they", "that", "you", "i"})
    return word in ("usually", "normally", "typically")


def _measured(sketch: Sketch, row: Found, measures: list[Found]) -> bool:
    """ "longest age", "total days overdue": the measure stands right behind."""
    following = {sketch.marked.norm(i) for i in range(row.end, row.end + 3)}
    if following & _OUTAGE:
        return True
    if following & {"any", "a"} and any(m.start > row.end for m in measures):
        return True
    if following & {"problem", "problems", "one", "ones", "issue", "record"}:
        return False
    named = {"age", "ages", "delay", "slip", "slips", "overdue", "days", "time", "lateness"}
    if row.id == "statistic.sum":
        return bool(
            following & {"days", "slip", "slips", "slippage", "overdue", "delay", "lateness"}
        )
    return bool(following & named) or (
        bool(following & {"any", "a"}) and any(m.start > row.end for m in measures)
    )


def _how_much(sketch: Sketch) -> bool:
    marked = sketch.marked
    for place in range(len(marked.doc)):
        if marked.norm(place) == "how" and marked.norm(place + 1) in (
            "old",
            "long",
            "far",
            "overdue",
            "late",
            "many",
            "much",
        ):
            return marked.norm(place + 1) != "many" or marked.norm(place + 2) in (
                "days",
                "weeks",
                "months",
                "years",
                "times",
            )
    return False


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


def read_events(sketch: Sketch) -> None:
    """What happened between reports, where it is asked of two of them or of all of them."""
    marked = sketch.marked
    idle = {i for f in marked.table("aside") for i in range(f.start, f.end)}
    changes = [f for f in marked.table("ask") if f.id == "ask.changes" and f.solid - idle]
    rows = [f for f in marked.table("event") if sketch.free(_telling(sketch, f))]
    names = list(dict.fromkeys(f.id.partition(".")[2] for f in rows))
    words = {marked.norm(i) for i in range(len(marked.doc))}
    ranked = sketch.superlative and sketch.order in (OrderBy.SLIPS, OrderBy.SLIP_DAYS)
    if sketch.events or ranked:
        return
    compared = sketch.compared or bool(
        words & {"since", "compared", "between", "than"} and sketch.quarters
    )
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


def _gone_from(sketch: Sketch, rows: list[Found]) -> bool:
    """ "dropped out of the Q4 report", "missing from Q4": the report that lacks it is named."""
    places = [i for i, _ in sketch.marked.of("QUARTER", "LATEST")]
    ends = [f.end for f in rows if f.id == "event.vanished"]
    return any(0 <= place - end <= 4 for place in places for end in ends)


def _strong(sketch: Sketch, name: str, words: set[str], compared: bool) -> bool:
    marked = sketch.marked
    if name == "appeared":
        return bool(
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
