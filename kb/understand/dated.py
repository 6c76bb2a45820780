"""What a date is about, and whether it is a beginning or an end."""

from __future__ import annotations

from kb.understand.lexicon import word_set
from kb.understand.sketch import Sketch

_RAISED = word_set("times_raised")


_DUE = word_set("times_due")


_SLIPPING = word_set("times_slipping")


_CLOSED = word_set("times_closed")


_TO_BE = word_set("times_to_be")


_SINCE, _AFTER = (
    frozenset({"since"}),
    frozenset({"after", "later", "post", "following", "beyond", "past"}),
)


_BEFORE = word_set("times_before")


_UNTIL = frozenset({"by", "until", "till", "through"})


_SKIP = word_set("times_skip")


def subject(sketch: Sketch, place: int, *, quarter: bool = False) -> tuple[str | None, list[int]]:
    """What a date is about ("created", "target", "closed"), and the tokens that say so."""
    marked = sketch.marked
    raised = _RAISED - {"reported", "appeared", "added", "recorded"} if quarter else _RAISED
    for step in range(place - 1, max(-1, place - 12), -1):
        word = marked.norm(step)
        if word == "dated" and marked.norm(step - 1) in ("report", "paper", "status", "reports"):
            return None, []
        if word in raised and marked.norm(step + 1) == "back":
            return None, []
        if word in raised and _of_severity(sketch, step):
            return None, []  # "severity raised between Q2 and Q3" is no date of creation
        if word in raised and _spoken_for(sketch, step, place):
            continue
        if word in raised and not _is_target_word(marked.norm(step + 1)):
            return "created", [step]
        if word in _DUE and (_left_out(sketch, step) or _spoken_for(sketch, step, place)):
            continue  # "without a target date in Q3 2021", "past their target in Q3 2021"
        if word in _DUE:
            between = {marked.norm(i) for i in range(step + 1, place)}
            if between & _SLIPPING:
                return None, []
            if word in ("date", "dates") and marked.norm(step - 1) in ("status", "report"):
                return None, []
            if word in ("date", "dates") and marked.norm(step - 1) in (
                "created",
                "creation",
                "raised",
            ):
                return "created", [step]
            if word in ("date", "dates") and marked.norm(step - 1) not in (
                "due",
                "target",
                "completion",
                "fix",
                "end",
            ):
                continue
            if word == "reported":
                continue
            return "target", [step]
        if word in _CLOSED and _not_closed(sketch, step):
            return None, []  # "vanished without being closed between Q3 and Q4"
        if word in _CLOSED:
            left = {marked.norm(step - 1), marked.norm(step - 2)}
            return ("target" if left & _TO_BE else "closed"), [step]
        if (
            step in marked.things
            and marked.things[step].label in ("QUARTER", "PERIOD")
            and step < place - 1
            and marked.norm(step + 1) not in ("and", "to", "-", "until", "report")
        ):
            break
    for step in range(place + 1, min(len(marked.doc), place + (3 if quarter else 6))):
        word = marked.norm(step)
        if word in ("is", "are", "was", "were") and quarter:
            break  # "the problems in Q3 2021 are due ..."
        if step in sketch.used:
            continue
        if word in (
            "target",
            "targets",
            "deadline",
            "deadlines",
            "due",
            "completion",
            "completions",
        ):
            return "target", [step]
        if word in ("raised", "created", "opened", "logged"):
            return "created", [step]
    return None, []


def _of_severity(sketch: Sketch, step: int) -> bool:
    before = {sketch.marked.norm(i) for i in range(max(0, step - 4), step)}
    return sketch.marked.norm(step) in ("raised", "raise") and bool(
        before & {"severity", "severities", "priority", "priorities"}
    )


def _left_out(sketch: Sketch, step: int) -> bool:
    near = [place for place, name, _ in sketch.places if name == "missing"]
    return step in sketch.used and any(abs(place - step) <= 3 for place in near)


def _spoken_for(sketch: Sketch, step: int, place: int) -> bool:
    """Whether the word is about another date, or about a target that has passed."""
    before = {sketch.marked.norm(i) for i in range(max(0, step - 3), step)}
    if before & {"past", "beyond", "missed", "overran"}:
        return True
    dated = any(
        sketch.marked.things[i].label == "PERIOD"
        for i in range(step + 1, place)
        if i in sketch.marked.things
    )
    joined = sketch.marked.norm(place - 1) in ("and", "or", "to", "-")
    return dated and step in sketch.used and not joined


def _not_closed(sketch: Sketch, step: int) -> bool:
    before = {sketch.marked.norm(i) for i in range(max(0, step - 3), step)}
    return bool(before & {"without", "never"})


def _is_target_word(word: str) -> bool:
    return word in ("target", "deadline")


def bound(sketch: Sketch, place: int) -> tuple[str, list[int]]:
    """ "before", "until", "after", "since" or "in", and the tokens that said so."""
    marked = sketch.marked
    tokens: list[int] = []
    step = place - 1
    words: list[str] = []
    while step >= 0 and place - step <= 5:
        word = marked.norm(step)
        if word in _SINCE | _AFTER | _BEFORE | _UNTIL or word in (
            "between",
            "from",
            "within",
            "during",
            "over",
            "up",
        ):
            tokens.append(step)
            words.append(word)
            denied = marked.norm(step - 1) in ("no", "not", "or") or "no" in (
                marked.norm(step - 1),
                marked.norm(step - 2),
            )
            if word in _BEFORE:
                if denied and marked.norm(step - 1) == "or":
                    return "until", tokens
                return ("since" if denied else "before"), tokens
            if word in _AFTER:
                if denied and marked.norm(step - 1) == "or":
                    return "since", tokens
                return ("until" if denied else "after"), tokens
            if word in _SINCE:
                return "since", tokens
            if word in _UNTIL:
                return "until", tokens
            if word == "up":
                return "until", tokens
            if word == "from" and marked.norm(place + 1) in (
                "onwards",
                "onward",
                "on",
                "forward",
                "forwards",
            ):
                tokens.append(place + 1)
                return "since", tokens
            return "in", tokens
        if word not in _SKIP:
            break
        tokens.append(step)
        step -= 1
    if marked.norm(place + 1) in ("onwards", "onward", "forward", "forwards") or (
        marked.norm(place + 1) == "or" and marked.norm(place + 2) in ("later", "after", "newer")
    ):
        return "since", [place + 1, place + 2]
    if marked.norm(place + 1) == "or" and marked.norm(place + 2) in (
        "earlier",
        "before",
        "sooner",
        "older",
    ):
        return "until", [place + 1, place + 2]
    return "in", tokens
