"""What problems are counted by: "by owner", "per severity", "which supplier has the most"."""

from __future__ import annotations

from kb.query import GroupBy
from kb.understand.lexicon import Found, word_set
from kb.understand.sketch import Sketch

_FEWEST = frozenset(["fewest", "least", "lowest", "smallest", "rarest"])


_MOST = word_set("wants_most") | _FEWEST


_DATED = word_set("wants_dated")


_OWNING = word_set("wants_owning")


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
        broken = before == "down" and sketch.marked.norm(start - 3) in ("broken", "split", "break")
        return "by", [
            start - 1,
            *([start - 3, start - 2] if broken else []),
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
    whole = after in ("breakdown", "split", "distribution", "mix", "profile", "spread")
    if whole and sketch.marked.norm(row.end + 1) != "by":
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
