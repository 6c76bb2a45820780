"""The kind of a question by its nearness in meaning to examples: the last resort of understanding.

Only where the rules are not sure is a question compared with `kinds.toml`, so that the encoder is
never loaded for a question that they understand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kb.filters import Filters
from kb.query import Ask, GroupBy, Query
from kb.understand.about_changes import changes_query
from kb.understand.about_terms import filters_of, scoped
from kb.understand.annotate import Marked
from kb.understand.sketch import Sketch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Encode = Callable[[Sequence[str]], "Vectors | None"]

FILE = Path(__file__).with_name("kinds.toml")
NEAREST = 5
"""Examples that vote."""
NEAR = 0.65
"""Cosine to the best example from which a vote counts."""
AHEAD = 0.4
"""How far the kind with the most weight must be ahead of the next one, as a share of all votes.

Found on `tests/questions/seen.jsonl`, where votes from these on name what the rules read in nine of
ten questions on numbers and quarters that are held; 19 of 22 in `heldout.jsonl`, and 40 of 43 of
questions by others.
"""

_NAMES = {
    "PBI": "the problem",
    "TITLE": "the problem",
    "PARTY": "the supplier",
    "SEVERITY": "high severity",
    "QUARTER": "that quarter",
    "QUARTERS": "those quarters",
    "LATEST": "the latest report",
    "PERIOD": "that month",
}


@dataclass(frozen=True)
class Kind:
    """One thing to ask for: its name, whether of named problems, and its part of a query."""

    name: str
    named: bool
    query: Query | None


@dataclass(frozen=True)
class Vote:
    """What the nearest examples say: the kind, the cosine of the best one, and how far ahead."""

    kind: Kind
    near: float
    ahead: float

    @property
    def sure(self) -> bool:
        """Whether it is near enough, and clear enough, to be gone by."""
        return self.near >= NEAR and self.ahead >= AHEAD


@lru_cache(maxsize=1)
def examples() -> tuple[tuple[Kind, str], ...]:
    """Every example with its kind, as the file has them."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rows: list[tuple[Kind, str]] = []
    for name, table in data.items():
        query = Query.model_validate(table["query"]) if "query" in table else None
        kind = Kind(name, table.get("named", False), query)
        rows += [(kind, text) for text in table["examples"]]
    return tuple(rows)


_guard = Lock()
_vectors: dict[str, Vectors] = {}
"""Of the examples, by what the encoder's vectors depend on."""


def masked(marked: Marked) -> str:
    """A question with the names in it put as the examples put them."""
    words = []
    for token in marked.doc:
        thing = marked.things.get(token.i)
        words.append(_NAMES.get(thing.label, token.text) if thing else token.text)
    return " ".join(words).lower().rstrip(" ?!.")


def vote(text: str, named: bool, encode: Encode, encoder: str) -> Vote | None:
    """What the examples nearest to a masked question say; None without an encoder.

    Args:
        named: whether the question names problems: only kinds that fit take part.
        encode: texts to unit vectors, None where there is no encoder.
        encoder: tells one encoder's vectors from another's.
    """
    rows = examples()
    found = encode([text])
    with _guard:
        if found is not None and encoder not in _vectors:
            made = encode([example for _, example in rows])
            if made is None:
                return None
            _vectors[encoder] = made
    if found is None:
        return None
    cosines = _vectors[encoder] @ found[0]
    fitting = [
        (float(cosine), kind)
        for cosine, (kind, _) in zip(cosines, rows, strict=True)
        if kind.query is None or kind.named == named
    ]
    nearest = sorted(fitting, key=lambda row: -row[0])[:NEAREST]
    weights: dict[str, float] = {}
    for cosine, kind in nearest:
        # Cubed, so that one close example outweighs several that are merely alike.
        weights[kind.name] = weights.get(kind.name, 0.0) + max(cosine, 0.0) ** 3
    ranked = sorted(weights.items(), key=lambda row: -row[1])
    total = sum(weights.values()) or 1.0
    best = next(kind for _, kind in nearest if kind.name == ranked[0][0])
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    near = max(cosine for cosine, kind in nearest if kind.name == best.name)
    return Vote(best, near, (ranked[0][1] - second) / total)


def framed(sketch: Sketch, kind: Kind) -> Query | None:
    """The query of a kind with the conditions that the rules recognised; None where none fits."""
    if kind.query is None:
        return None
    scope = scoped(sketch)
    if kind.named:
        if not sketch.pbis:
            return None
        filters = Filters(pbis=sketch.pbis, **(scope or {"ever": True}))
        return kind.query.model_copy(update={"filters": filters})
    if kind.query.ask is Ask.CHANGES:
        query = changes_query(sketch, counting=False, topic=[])
        return query.model_copy(update={"events": kind.query.events})
    brought = kind.query.filters.model_dump(exclude_defaults=True)
    told = filters_of(sketch, **scope).model_dump(exclude_defaults=True)
    if GroupBy.QUARTER in kind.query.group_by and not scope:
        told["quarters"] = tuple(sorted(sketch.clock.quarters))
    filters = Filters.model_validate({**brought, **told})
    return kind.query.model_copy(update={"filters": filters})


__all__ = ["Kind", "Vote", "examples", "framed", "masked", "vote"]
