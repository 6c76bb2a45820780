"""Free text: search by words and by meaning, and the vectors that it stands on."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from kb.core import EVERYTHING, Progress
from kb.errors import EncoderUnavailable, IndexMismatch, IndexUnavailable
from kb.filters import Filters
from kb.lookup import Lookup
from kb.records import Passage
from kb.rights import guarded_class

if TYPE_CHECKING:
    from kb.encode import Encoder, Vectors
    from kb.index import VectorIndex
    from kb.results import Hit
    from kb.tellings import Told

log = logging.getLogger(__name__)

_ANOTHER = "another process is just making the vectors anew: they can be used in a moment"


@guarded_class
class Texts(Lookup):
    """What reports say, as text."""

    def search(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 20, *, vectors: bool = True
    ) -> list[Hit]:
        """Problems that a text finds, best first, by words and (with `vectors`) by meaning.

        Where search by meaning is not possible, words alone decide, and `meaning_off` says why.
        """
        from kb import search

        only = self._changed(filters)
        near = self._near(text, filters, only) if vectors and text.strip() else {}
        with self.store.sight() as (connection, sight):
            words = search.by_words(connection, sight, text, filters, only)
            named = search.by_number(connection, sight, text, filters, only)
            load = partial(self.store.by_id, connection, sight)
            return search.hits(text, search.fused(words, near, named), limit, load)

    def told(
        self,
        texts: Sequence[str],
        filters: Filters = EVERYTHING,
        limit: int = 30,
        *,
        words: str | None = None,
    ) -> dict[str, list[Told]]:
        """What the narratives of the problems nearest to a question say, passage by passage.

        Args:
            texts: ways of putting the question: what is searched for is near to all of them.
            words: to look for in the full text; default the first text.

        Returns:
            by PBI, best first; each problem's passages as its latest report has them first.
        """
        from kb.tellings import told

        only = self._changed(filters)
        meaning = self._meaning(*texts) if texts[0].strip() else None
        for vectors in (meaning, None):
            try:
                with self.store.sight() as (connection, sight):
                    load = partial(self.store.by_id, connection, sight)
                    wanted = words or texts[0]
                    return told(connection, sight, wanted, vectors, filters, only, limit, load)
            except IndexUnavailable as error:
                self.meaning_off = str(error)
        return {}

    def passages(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 10, *, vectors: bool = True
    ) -> list[Passage]:
        """The stretches of narrative and stated values that a text finds, best first."""
        found = [
            passage
            for hit in self.search(text, filters, max(limit, 10), vectors=vectors)
            for passage in hit.passages
        ]
        return sorted(found, key=lambda passage: -passage.score)[:limit]

    def catch_up(self, progress: Progress | None = None) -> int:
        """Brings the vectors up to date with the records; returns how many texts were encoded.

        Raises:
            IndexUnavailable, EncoderUnavailable: what is left undone waits for the next time.
        """
        from kb.outbox import drain, pending

        with self._guard:
            index = self._opened_index()
            if not pending(self.database):
                return 0
            with self._shared.turns.taken() as mine:
                # Another process is just doing it: what it has done so far is answered from.
                return drain(self.database, index, self._made_encoder(), progress) if mine else 0

    def vector_ids(self) -> set[str] | None:
        """The ids in the vector index; None where none was made yet.

        Raises:
            IndexUnavailable, EncoderUnavailable: it cannot be looked into.
        """
        with self._guard:
            if not self._has_vectors():
                return None
            return self._opened_index().ids()

    def rebuild_vectors(self, progress: Progress | None = None) -> int:
        """Makes the vector index anew from the records; returns how many texts were encoded.

        Raises:
            IndexUnavailable, EncoderUnavailable.
        """
        with self._guard, self._shared.turns.taken() as mine:
            if not mine:
                raise IndexUnavailable(_ANOTHER)
            self._made_anew(self._made_index(), self._made_encoder().fingerprint())
            return self.catch_up(progress)

    def _has_vectors(self) -> bool:
        """An index was made at some time; without one there is nothing to keep in step."""
        made = self.settings.chroma_url or (self.settings.data / "vectors").is_dir()
        return self._index is not None or bool(made)

    def _near(
        self, text: str, filters: Filters, only: Collection[str] | None
    ) -> dict[int, dict[str, float]]:
        """What is near in meaning; {} where that cannot be told, and `meaning_off` says why."""
        from kb import search

        # An index that was lost is noticed by the first attempt and made anew by the second.
        for _ in range(2):
            meaning = self._meaning(text)
            if meaning is None:
                break
            try:
                with self.store.sight() as (connection, sight):
                    return search.by_meaning(connection, sight, *meaning, filters, only)
            except IndexUnavailable as error:
                self.meaning_off = str(error)
        return {}

    def _meaning(self, *texts: str) -> tuple[VectorIndex, Any] | None:
        try:
            with self._guard:
                self.catch_up()
                vector = self._made_encoder().encode(list(dict.fromkeys(texts))).mean(axis=0)
                self.meaning_off = None
                return self._opened_index(), vector
        except (IndexUnavailable, EncoderUnavailable) as error:
            self.meaning_off = str(error)
            log.info("search by words alone: %s", error)
            return None

    def vectors_of(self, texts: Sequence[str]) -> Vectors | None:
        """One unit vector a text, shape (len(texts), dimension); None without an encoder."""
        try:
            with self._guard:
                return self._made_encoder().encode(texts)
        except EncoderUnavailable as error:
            log.info("no vectors: %s", error)
            return None

    def _made_encoder(self) -> Encoder:
        if self._encoder is None:
            from kb.encode import make_encoder

            self._encoder = make_encoder(self.settings.model, self.settings.model_sha256)
        return self._encoder

    def _opened_index(self) -> VectorIndex:
        """The index, open; made anew from the records where it does not fit them."""
        fingerprint = self._made_encoder().fingerprint()
        index = self._made_index()
        try:
            index.open(fingerprint)
        except IndexMismatch:
            with self._shared.turns.taken() as mine:
                if not mine:
                    raise IndexUnavailable(_ANOTHER) from None
                try:
                    index.open(fingerprint)  # it may have been made meanwhile
                except IndexMismatch as error:
                    log.info("%s", error)
                    self._made_anew(index, fingerprint)
        return index

    def _made_anew(self, index: VectorIndex, fingerprint: str) -> None:
        from kb import outbox

        # In this order a crash in between is met again, and nothing that is due is forgotten.
        with self.database.write() as connection:
            outbox.refill(connection)
        index.reset(fingerprint)

    def _made_index(self) -> VectorIndex:
        if self._index is None:
            from kb.index import make_index

            self._index = make_index(
                self.settings.data / "vectors", self.settings.index_wait, self.settings.chroma_url
            )
        return self._index
