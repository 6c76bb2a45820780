"""Nearest vectors. Derived from the records, holds no text, and can be thrown away and rebuilt."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit
from uuid import uuid4

from kb.errors import IndexBusy, IndexMismatch, IndexMissing, IndexUnavailable
from kb.settings import without_password
from kb.vectors import RecentVectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from filelock import FileLock

    from kb.encode import Vectors

COLLECTION = "passages"
_BATCH = 4000


class VectorIndex(Protocol):
    """Vectors by id (the hash of the text that they stand for). Safe between threads."""

    def open(self, fingerprint: str) -> None:
        """Makes ready for vectors of that fingerprint. Opening twice does nothing.

        Raises:
            IndexBusy: another process owns it.
            IndexMismatch: there is none yet, or it holds vectors of another fingerprint: note
                down every vector that is due, then `reset` it.
            IndexUnavailable: it cannot be read.
        """
        ...

    def reset(self, fingerprint: str) -> None:
        """An empty index for that fingerprint in place of whatever there was."""
        ...

    def among(self, ids: Collection[str]) -> set[str]:
        """Those of the ids that it holds."""
        ...

    def ids(self) -> set[str]:
        """Every id that it holds."""
        ...

    def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces. vectors: shape (len(ids), dimension), unit length."""
        ...

    def drop(self, ids: Sequence[str]) -> None:
        """Forgets; ids that it does not hold are passed over."""
        ...

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """Up to k (id, cosine similarity), best first; equal scores in id order."""
        ...

    def scores(self, vector: Vectors, ids: Sequence[str]) -> list[tuple[str, float]]:
        """`nearest` over these ids alone, exactly."""
        ...

    def close(self) -> None:
        """Lets go of it, so that another process may own it."""
        ...


class _Collection:
    """What is done with an open Chroma collection, wherever it lives."""

    _place: object
    _collection: ChromaCollection | None
    _recent: RecentVectors

    def among(self, ids: Collection[str]) -> set[str]:
        """See `VectorIndex.among`."""
        found: set[str] = set()
        for batch in _batches(sorted(set(ids))):
            with self._held() as collection:
                found |= set(collection.get(ids=batch, include=[])["ids"])
        return found

    def ids(self) -> set[str]:
        """See `VectorIndex.ids`."""
        with self._held() as collection:
            return set(collection.get(include=[])["ids"])

    def put(self, ids: Sequence[str], vectors: Vectors) -> None:
        """See `VectorIndex.put`."""
        self._recent.drop(ids)
        for start in range(0, len(ids), _BATCH):
            stop = start + _BATCH
            with self._held() as collection:
                collection.upsert(ids=list(ids[start:stop]), embeddings=vectors[start:stop])

    def drop(self, ids: Sequence[str]) -> None:
        """See `VectorIndex.drop`."""
        self._recent.drop(ids)
        for batch in _batches(ids):
            with self._held() as collection:
                collection.delete(ids=batch)

    def nearest(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """See `VectorIndex.nearest`."""
        with self._held() as collection:
            found = collection.query(
                query_embeddings=vector.reshape(1, -1), n_results=k, include=["distances"]
            )
        distances = cast(list[list[float]], found["distances"])
        return _ranked(zip(found["ids"][0], (1.0 - far for far in distances[0]), strict=True))

    def scores(self, vector: Vectors, ids: Sequence[str]) -> list[tuple[str, float]]:
        """See `VectorIndex.scores`."""
        return _ranked(self._recent.scores(vector, ids, self._vectors))

    def _vectors(self, ids: Sequence[str]) -> tuple[list[str], list[Any]]:
        held: list[str] = []
        made: list[Any] = []
        for batch in _batches(ids):
            with self._held() as collection:
                found = collection.get(ids=batch, include=["embeddings"])
            held += found["ids"]
            made.extend(found["embeddings"] if found["embeddings"] is not None else ())
        return held, made

    @contextmanager
    def _held(self) -> Iterator[ChromaCollection]:
        collection = self._collection
        if collection is None:
            raise IndexUnavailable("the vector index is not open")
        try:
            with _explained(self._place):
                yield collection
        except IndexUnavailable:
            self._failed()
            raise

    def _failed(self) -> None:
        """Something went wrong with the collection."""


class ChromaIndex(_Collection):
    """`VectorIndex` on an embedded Chroma, owned by one process through a lock file.

    Embedded Chroma is not safe between processes: a second one would be served stale results.

    Args:
        folder: holds the lock, a folder a build, and the name of the build in use.
        wait: seconds to wait for another owner.
    """

    def __init__(self, folder: Path, wait: float = 5.0) -> None:
        self._folder = self._place = folder
        self._wait = wait
        self._guard = RLock()
        self._lock: FileLock | None = None
        self._client: ClientAPI | None = None
        self._collection: ChromaCollection | None = None
        self._recent = RecentVectors()

    def open(self, fingerprint: str) -> None:
        """See `VectorIndex.open`."""
        with self._guard:
            if self._collection is not None:
                return
            self._own()
            name = self._build()
            if name is None:
                raise IndexMissing("there is no vector index yet: make it from the records")
            try:
                with _explained(self._folder):
                    self._client = _client(self._folder / name)
                    found = self._client.get_collection(COLLECTION, embedding_function=None)
            except IndexUnavailable:
                self._let_go()
                raise
            if not _fits(found, fingerprint):
                self._let_go()
                raise IndexMismatch("the vectors were made with another model: rebuild the index")
            self._collection = found

    def reset(self, fingerprint: str) -> None:
        """See `VectorIndex.reset`. The old build is removed only once the new one is in use."""
        with self._guard:
            self._own()
            self._let_go()
            name = f"build-{uuid4().hex[:12]}"
            with _explained(self._folder):
                self._client = _client(self._folder / name)
                self._collection = _created(self._client, fingerprint)
            pointer = self._folder / "current.part"
            pointer.write_text(json.dumps({"build": name}), encoding="utf-8")
            os.replace(pointer, self._folder / "current")
            for old in self._folder.glob("build-*"):
                if old.name != name:
                    shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """See `VectorIndex.close`."""
        with self._guard:
            self._let_go()
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _own(self) -> None:
        if self._lock is not None:
            return
        from filelock import FileLock, Timeout

        note = self._folder / "owner"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / "owner.lock", timeout=self._wait, thread_local=False)
            lock.acquire()
            note.write_text(str(os.getpid()), encoding="utf-8")
        except Timeout as error:
            self._wait = 0.0  # nobody waits twice for an owner that stays
            owner = note.read_text(encoding="utf-8") if note.is_file() else "unknown"
            raise IndexBusy(
                f"search by meaning is off here: process {owner} owns the vectors in "
                f"{self._folder}; close it (a running `pbi serve`?) or ask there"
            ) from error
        except OSError as error:
            raise IndexUnavailable(f"{self._folder} cannot be written: {error}") from error
        self._lock = lock

    def _build(self) -> str | None:
        try:
            name = str(json.loads((self._folder / "current").read_text(encoding="utf-8"))["build"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return name if (self._folder / name / "chroma.sqlite3").is_file() else None

    def _let_go(self) -> None:
        self._collection = None
        self._recent.clear()
        if self._client is not None:
            cast(Any, self._client).close()
            self._client = None


class ChromaServer(_Collection):
    """`VectorIndex` on a Chroma server, which any number of processes may use at once.

    Args:
        url: "http://host:8000"; https for TLS.
    """

    def __init__(self, url: str) -> None:
        self._place = url
        self._guard = RLock()
        self._client: ClientAPI | None = None
        self._collection: ChromaCollection | None = None
        self._recent = RecentVectors(0)  # others write there too: nothing is kept

    def open(self, fingerprint: str) -> None:
        """See `VectorIndex.open`."""
        with self._guard:
            if self._collection is not None:
                return
            with _explained(self._place):
                client = self._connected()
                names = {one.name for one in client.list_collections()}
                found = (
                    client.get_collection(COLLECTION, embedding_function=None)
                    if COLLECTION in names
                    else None
                )
            if found is None:
                raise IndexMissing("the server has no vectors yet: make the index anew")
            if not _fits(found, fingerprint):
                raise IndexMismatch("the server has vectors of another model: make the index anew")
            self._collection = found

    def reset(self, fingerprint: str) -> None:
        """See `VectorIndex.reset`."""
        with self._guard, _explained(self._place):
            self.forget()
            self._collection = _created(self._connected(), fingerprint)

    def forget(self) -> None:
        """Removes all vectors and the index itself; no error where there is none."""
        with self._guard, _explained(self._place):
            client = self._connected()
            if COLLECTION in {one.name for one in client.list_collections()}:
                client.delete_collection(COLLECTION)
            self._collection = None

    def close(self) -> None:
        """See `VectorIndex.close`."""
        with self._guard:
            self._collection = None
            if self._client is not None:
                client = cast(Any, self._client)
                # Chroma closes its own side only: the connections are left to whoever finds them.
                sides = (client, getattr(client, "_admin_client", None))
                client.close()
                for side in sides:
                    session = getattr(getattr(side, "_server", None), "_session", None)
                    if session is not None:
                        session.close()
                self._client = None

    def _failed(self) -> None:
        # The server may have been restarted or replaced: look at it afresh the next time.
        self._collection = None

    def _connected(self) -> ClientAPI:
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            at = urlsplit(str(self._place))
            secure = at.scheme == "https"
            self._client = chromadb.HttpClient(
                host=at.hostname or "localhost",
                port=at.port or (443 if secure else 8000),
                ssl=secure,
                settings=Settings(anonymized_telemetry=False),
            )
        return self._client


def make_index(folder: Path, wait: float, url: str | None = None) -> VectorIndex:
    """The index of a server, or the embedded one of a folder; opens nothing yet."""
    return ChromaServer(url) if url else ChromaIndex(folder, wait)


def _created(client: ClientAPI, fingerprint: str) -> ChromaCollection:
    return client.create_collection(
        COLLECTION,
        embedding_function=None,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        metadata={"fingerprint": fingerprint},
    )


def _fits(found: ChromaCollection, fingerprint: str) -> bool:
    kept = (found.metadata or {}).get("fingerprint")
    space = (found.configuration_json.get("hnsw") or {}).get("space")
    return bool(kept == fingerprint and space == "cosine")


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


@contextmanager
def _explained(place: object) -> Iterator[None]:
    try:
        yield
    except IndexUnavailable:
        raise
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # Chroma's Rust core panics with a BaseException of its own
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        advice = "run `pbi check --repair`" if isinstance(place, Path) else "is the server up?"
        raise IndexUnavailable(
            without_password(f"the vectors in {place} cannot be used ({reason}): {advice}")
        ) from error


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _BATCH):
        yield list(ids[start : start + _BATCH])


def _ranked(pairs: Any) -> list[tuple[str, float]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
