"""Words by which a question points back: "it", "those", "the second one", "the rest"."""

from __future__ import annotations

from kb.query import Focus
from kb.understand.sketch import Sketch

_ORDINALS = {
    "first": 0,
    "1st": 0,
    "top": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "last": -1,
    "final": -1,
}


IT = frozenset(["it", "its", "that", "this"])


_THEY = frozenset(["they", "them", "those", "these", "their"])


def narrows(sketch: Sketch) -> bool:
    """Whether a sketch narrows, orders or groups anything."""
    return bool(
        sketch.filters
        or sketch.quarters
        or sketch.group_by
        or sketch.latest
        or sketch.order
        or sketch.events
        or sketch.fields
    )


def goes_on(words: list[str]) -> bool:
    """Whether the words carry on from a question before: "and", "what about"."""
    if not words:
        return False
    if words[:2] in (
        ["what", "about"],
        ["how", "about"],
        ["same", "for"],
        ["same", "with"],
        ["and", "what"],
        ["and", "how"],
    ):
        return True
    return words[0] in (
        "and",
        "but",
        "or",
        "only",
        "just",
        "also",
        "then",
        "so",
        "ok",
        "now",
        "instead",
        "sorry",
        "oops",
        "no",
    )


def asks_itself(sketch: Sketch, words: list[str]) -> bool:
    """Whether the question says itself what it wants."""
    text = words[1:] if words[:1] in (["and"], ["but"], ["so"], ["ok"]) else words
    if text[:2] in (["what", "about"], ["how", "about"], ["same", "for"]):
        return bool(sketch.group_by or sketch.statistic)
    if sketch.group_by or sketch.statistic or sketch.superlative or sketch.fields:
        return True
    if sketch.order is not None:
        return True
    return sketch.marked.has("ask.count", "ask.share", "ask.history", "ask.impact") or bool(
        set(text[:2])
        & {
            "which",
            "list",
            "show",
            "who",
            "when",
            "where",
            "why",
            "is",
            "are",
            "was",
            "were",
            "do",
            "does",
            "did",
            "has",
            "have",
            "how",
        }
    )


def pronouns_in(words: list[str]) -> set[str]:
    """Which kinds of pronoun point back: "it", "they", "those", "one", "ones"."""
    found: set[str] = set()
    text = " ".join(words)
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in IT and not (
            word == "that"
            and following
            in (
                "are",
                "have",
                "has",
                "is",
                "were",
                "was",
                "involve",
                "do",
                "does",
                "slipped",
                "closed",
                "had",
                "been",
                "affect",
                "can",
                "will",
            )
            and place > 1
        ):
            if word in ("this", "that") and following in (
                "quarter",
                "report",
                "month",
                "year",
                "week",
                "time",
            ):
                continue
            found.add("it")
        if word in _THEY:
            found.add("they" if word in ("they", "them", "their") else "those")
        if (
            word in ("one", "ones")
            and words[place - 1 : place] != ["which"]
            and place
            and words[place - 1] not in ("no", "any", "only")
        ):
            found.add("one" if word == "one" else "ones")
    if "the same" in text:
        found.add("it")
    return found


_ANY = frozenset(
    [
        "anything",
        "something",
        "everything",
        "nothing",
        "any",
        "each",
        "every",
        "problem",
        "problems",
    ]
)


def own_pronouns(sketch: Sketch) -> set[str]:
    """ "what does DSP have on its books", "anything past its target": what the question names."""
    owners = [place for place, _ in sketch.marked.of("PARTY")]
    owners += [t.i for t in sketch.marked.doc if t.norm_ in _ANY]
    if not owners:
        return set()
    after = {t.norm_ for t in sketch.marked.doc if t.i > min(owners)}
    bare = {t.norm_ for t in sketch.marked.doc} & {"it", "that", "this", "they", "them", "those"}
    return {"it", "they"} if after & {"its", "their"} and not bare else set()


def use_pronouns(sketch: Sketch) -> None:
    """Marks pronouns as understood."""
    for token in sketch.marked.doc:
        if token.norm_ in IT | _THEY:
            sketch.use(token.i)


def back_to_topic(sketch: Sketch) -> None:
    """Marks what points back to one problem as understood."""
    use_pronouns(sketch)


def rest_words(sketch: Sketch, words: list[str]) -> bool:
    """Whether the rest of a list is asked for, whatever came before."""
    rows = sketch.marked.all("follow.rest")
    if not rows or sketch.filters or sketch.fields or sketch.group_by or sketch.order:
        return False
    if "due" in words or sketch.marked.things:
        return False
    covered = {i for f in rows for i in range(f.start, f.end)}
    return len(words) - len(covered) <= 3 and not (set(words) & {"problems", "history", "about"})


def asks_the_rest(sketch: Sketch, words: list[str], focus: Focus) -> bool:
    """Whether the rest of the answer before is asked for."""
    return focus.query is not None and rest_words(sketch, words) and len(words) <= 8


def beyond(sketch: Sketch, words: list[str]) -> bool:
    """ "the ninth one" of three."""
    return (
        any(
            sketch.marked.norm(row.start) in _ORDINALS and sketch.marked.norm(row.end - 1) == "one"
            for row in sketch.marked.all("follow.ordinal")
        )
        and len(words) <= 7
    )


def ordinal(sketch: Sketch, words: list[str], focus: Focus) -> str | None:
    """ "the second one", "the last": which of those found."""
    for row in sketch.marked.all("follow.ordinal"):
        word = sketch.marked.norm(row.start)
        following = [sketch.marked.norm(row.end), sketch.marked.norm(row.end - 1)]
        alone = len(words) <= 3 and words[0] in ("the", "and")
        if (
            word in _ORDINALS
            and focus.pbis
            and (set(following) & {"one", "problem", "record", "issue", "pbi"} or alone)
        ):
            if sketch.quarters or sketch.marked.of("QUARTER", "LATEST"):
                continue
            index = _ORDINALS[word]
            if -len(focus.pbis) <= index < len(focus.pbis):
                sketch.use_span(row.start, row.end)
                sketch.order, sketch.superlative = None, False
                return focus.pbis[index]
    return None
