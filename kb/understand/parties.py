"""Suppliers in a question: who holds it, or who is involved (rule 4 of the answers)."""

from __future__ import annotations

import re

from kb.understand.annotate import Marked, Named
from kb.understand.lexicon import Lexicon, word_set
from kb.understand.negation import negation
from kb.understand.sketch import Sketch

_BETWEEN = word_set("parties_between")
_NOUNS = word_set("parties_nouns")


def read_parties(sketch: Sketch, lexicon: Lexicon) -> None:
    """Every party named becomes an owner or an involved party, wanted or not."""
    marked = sketch.marked
    for place, thing in marked.of("PARTY"):
        if place in sketch.used or not isinstance(thing.value, Named):
            continue
        relation, tokens = _relation(marked, place)
        if relation == "involved" and all(
            marked.norm(t) in ("'s", "about", "what", "how") for t in tokens
        ):
            sketch.notes.append("party by default")
        start = min([place, *(t for t in tokens if t < place)])
        denied = negation(sketch, lexicon, start) or negation(sketch, lexicon, place)
        if denied is not None and _someone(marked, denied):
            relation = (
                "owner" if relation == "owner" or _by_or_with(marked, min(denied)) else relation
            )
        if denied is not None and relation == "owner" and _anyone(marked, denied):
            # "With anyone but DSP" says that somebody has it: an owner not stated is nobody.
            sketch.put("stated", ("owner",), place)
        sketch.use(place, *tokens, *(denied or ()))
        elsewhere = _elsewhere(sketch, thing.value)
        if elsewhere is not None:
            parties = tuple(dict.fromkeys(party for party, _ in thing.value.parties))
            sketch.put("suppliers", parties, place)
            sketch.put("not_owners", parties, place)
            if elsewhere:
                sketch.put("stated", ("owner",), place)
            continue
        _put(sketch, thing.value, relation, denied is not None, place)


_NOT_ITS_OWN = re.compile(
    r"\b(?:but|and|yet|while|though|although)\s+(?:\w+\s+){0,3}?(?:not|n't|never)\s+"
    r"(?:be\s+|the\s+|actually\s+|itself\s+|an?\s+)*(?:own\w*|hold|held|with (?:it|them)|"
    r"responsible|assigned)\b|"
    r"\bwithout\s+(?:it\s+|them\s+)?(?:owning|holding|being (?:the owner|responsible))|"
    r"\b(?:not|n't)\s+(?:own|hold)\b.{0,20}\bbut\b.{0,20}\binvolv",
    re.IGNORECASE,
)
_WITH_OTHERS = re.compile(
    r"\b(?:with|own(?:ed|s)? by|held by|belong(?:ing|s)? to|sitting with|assigned to|owned by)\s+"
    r"(?:someone|somebody|another|an? different|other|others)"
    r"(?:\s+(?:else|party|parties|supplier|suppliers|owner|owners))?(?!\s+than)\b",
    re.IGNORECASE,
)


def _elsewhere(sketch: Sketch, named: Named) -> bool | None:
    """ "DCO problems that are with someone else": involved without holding.

    True where another owner must be named, False where an owner not stated will do, None where
    nothing of the kind is said.
    """
    text = sketch.marked.text
    if len(sketch.marked.of("PARTY")) > 1 or len(named.parties) > 1:
        return None
    match = _NOT_ITS_OWN.search(text)
    others = match is None and _WITH_OTHERS.search(text)
    found = match or others or None
    first = sketch.marked.of("PARTY")[0][0]
    if found is None or (match and sketch.marked.doc[first].idx > found.start()):
        return None
    for token in sketch.marked.doc:
        if found.start() <= token.idx < found.end() and token.i not in sketch.marked.things:
            sketch.use(token.i)
    return match is None


def _put(sketch: Sketch, named: Named, relation: str, denied: bool, place: int) -> None:
    parties = tuple(dict.fromkeys(party for party, _ in named.parties))
    roles = tuple(dict.fromkeys(role for _, role in named.parties if role))
    name = ("not_" if denied else "") + ("owners" if relation == "owner" else "suppliers")
    sketch.put(name, parties, place)
    if roles and not denied:
        # A role is what an owner has; "the DCO operator's problems" are those that it holds.
        sketch.put("owner_roles", roles, place)
        if relation != "owner":
            sketch.filters.pop("suppliers", None)
            sketch.put("owners", parties, place)
    if relation != "owner" and not denied and named.every and len(parties) > 1:
        sketch.notes.append("every:" + ",".join(parties))


def _someone(marked: Marked, denied: set[int]) -> bool:
    words = {marked.norm(i) for i in denied}
    return bool(
        words
        & {
            "anyone",
            "anybody",
            "someone",
            "somebody",
            "everyone",
            "everybody",
            "neither",
            "not",
            "other",
            "but",
        }
    )


def _anyone(marked: Marked, denied: set[int]) -> bool:
    words = {marked.norm(i) for i in denied}
    return bool(words & {"anyone", "anybody", "someone", "somebody", "everyone", "everybody"})


def _by_or_with(marked: Marked, start: int) -> bool:
    before = {marked.norm(start - 1), marked.norm(start - 2)}
    return bool(before & {"with", "by", "own", "owned", "held", "to"})


def _relation(marked: Marked, place: int) -> tuple[str, list[int]]:
    """ "owner" or "involved", with the tokens that said so."""
    left_end = place
    skipped: list[int] = []
    while marked.norm(left_end - 1) in _BETWEEN and left_end > 0:
        left_end -= 1
        skipped.append(left_end)
    after = place + 1
    possessive = marked.norm(after) in ("'s", "'", "s")
    lefts = [
        f
        for f in marked.found
        if f.id in ("owner.left", "owner.involved_left") and f.end in (left_end, place)
    ]
    # A negation phrase may stand between: "with anyone but DSP".
    for phrase in marked.all("not.phrases"):
        if phrase.end in (left_end, place):
            lefts += [
                f
                for f in marked.found
                if f.id in ("owner.left", "owner.involved_left") and f.end == phrase.start
            ]
    for word in ("neither", "not", "either"):
        if marked.norm(left_end - 1) == word:
            lefts += [
                f
                for f in marked.found
                if f.id in ("owner.left", "owner.involved_left") and f.end == left_end - 1
            ]
    left = max(lefts, key=lambda f: (f.end - f.start, f.id == "owner.involved_left"), default=None)
    rights = [f for f in marked.all("owner.right") if f.start == after]
    right = max(rights, key=lambda f: f.end - f.start, default=None)
    if right is not None and not _verb_of_party(marked, place, right.end):
        right = None
    if right is not None and not (
        left is not None and left.id == "owner.involved_left" and left.end - left.start > 1
    ):
        return "owner", list(range(right.start, right.end))
    if left is not None:
        words = [marked.norm(i) for i in range(left.start, left.end)]
        if words == ["by"] and marked.norm(left.start - 1) in (
            "raised",
            "reported",
            "logged",
            "created",
            "opened",
            "caused",
        ):
            return "involved", list(range(left.start, left.end))
        if left.id == "owner.left" and not (possessive and words == ["by"]):
            if words[-1] in ("on", "in", "with", "by", "under") and _plate(marked, after):
                return "owner", [*range(left.start, left.end), *_plate(marked, after)]
            if words in (["on"], ["in"]):
                return "involved", [*range(left.start, left.end)]
            if words == ["with"] and marked.norm(left.start - 1) in (
                "wrong",
                "compared",
                "compare",
                "linked",
                "connection",
                "associated",
            ):
                return "involved", list(range(left.start, left.end))
            return "owner", list(range(left.start, left.end))
        if left.id == "owner.involved_left":
            return "involved", list(range(left.start, left.end))
    if marked.norm(after) in _NOUNS or possessive:
        return "involved", [after] if possessive else []
    # "does DSP have", "how many has DSP got": the verb stands apart from the party.
    dos = [f for f in marked.all("owner.do") if f.end in (left_end, place)]
    if dos:
        for step in range(after, min(after + 6, len(marked.doc))):
            if any(f.start == step for f in marked.all("owner.hold")):
                return "owner", [dos[0].start, step]
    return "involved", []


def _verb_of_party(marked: Marked, place: int, end: int) -> bool:
    """ "has" and "have" after a party mean holding, unless they only help another verb."""
    words = [marked.norm(i) for i in range(place + 1, end)]
    if (
        words
        and words[-1] in ("has", "have", "had")
        and marked.norm(end)
        in (
            "slipped",
            "been",
            "closed",
            "changed",
            "moved",
            "said",
            "reported",
            "fixed",
            "resolved",
            "not",
            "missed",
            "no",
            "a",
            "an",
        )
    ):
        return False
    if words and words[0] in ("is", "are", "was", "were") and len(words) < 2:
        return False
    return bool(words)


def _plate(marked: Marked, after: int) -> list[int]:
    """ "'s plate", "'s court", "'s hands" behind a party."""
    nouns = (
        "plate",
        "court",
        "hands",
        "desk",
        "queue",
        "tray",
        "books",
        "list",
        "name",
        "watch",
        "side",
        "lap",
        "backlog",
    )
    if marked.norm(after) in ("'s", "'", "s") and marked.norm(after + 1) in nouns:
        return [after, after + 1]
    if marked.norm(after) in nouns:
        return [after]
    return []
