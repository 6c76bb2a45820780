"""Vectors that were looked at lately, kept in memory so that they are scored without being fetched.

A vector stands for the hash of its text: under one fingerprint it never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.encode import Vectors

MOST = 1 << 15
"""Vectors kept at most: 50 MB of 384 numbers each."""

Fetch = Callable[[Sequence[str]], tuple[Sequence[str], Any]]
"""From ids to those of them that are held, with their vectors, in one order."""


class RecentVectors:
    """Up to `most` vectors by id; the ones kept longest go first. Safe between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._place: dict[str, int] = {}
        self._ids: list[str] = []
        self._next = 0
        self._held: Vectors | None = None

    def scores(self, vector: Vectors, ids: Sequence[str], fetch: Fetch) -> list[tuple[str, float]]:
        """Each id that is held with its dot product, in the order of the ids.

        Args:
            vector: shape (dimension,). fetch: asked for what is not in memory.
        """
        if len(ids) > self._most:
            found, made = fetch(ids)
            return list(zip(found, _products(made, vector), strict=True)) if len(found) else []
        with self._lock:
            missing = [one for one in dict.fromkeys(ids) if one not in self._place]
        # Not under the lock: others need not wait for the index.
        found, made = fetch(missing) if missing else ((), None)
        with self._lock:
            if len(found):
                self._keep(found, made)
            known = [one for one in ids if one in self._place]
            if not known or self._held is None:
                return []
            near = _products(self._held[[self._place[one] for one in known]], vector)
        return list(zip(known, near, strict=True))

    def drop(self, ids: Sequence[str]) -> None:
        """Forgets them."""
        with self._lock:
            for one in ids:
                place = self._place.pop(one, None)
                if place is not None:
                    self._ids[place] = ""

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._place, self._ids, self._next, self._held = {}, [], 0, None

    def _keep(self, ids: Sequence[str], made: Any) -> None:
        import numpy as np

        vectors = np.asarray(made, dtype=np.float32)
        for one, row in zip(ids, vectors, strict=True):
            if one in self._place:
                continue
            if len(self._ids) < self._most:
                place = len(self._ids)
                self._ids.append(one)
            else:
                place = self._next
                self._next = (place + 1) % self._most
                self._place.pop(self._ids[place], None)
                self._ids[place] = one
            self._place[one] = place
            self._room(place, row.shape[0])[place] = row

    def _room(self, place: int, dimension: int) -> Vectors:
        """The matrix, with a row of that number."""
        import numpy as np

        if self._held is None:
            self._held = np.empty((1024, dimension), dtype=np.float32)
        if place >= len(self._held):
            more = np.empty((2 * len(self._held), dimension), dtype=np.float32)
            more[: len(self._held)] = self._held
            self._held = more
        return self._held


def _products(made: Any, vector: Vectors) -> list[float]:
    import numpy as np

    products: list[float] = (np.asarray(made, dtype=np.float32) @ vector.reshape(-1)).tolist()
    return products
