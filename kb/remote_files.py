"""Uploads on whatever fsspec reaches: an object store, a share, memory. See `kb/files.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any
from uuid import uuid4

from kb.errors import RecordNotFound, StoreUnavailable
from kb.files import whole
from kb.settings import without_password

OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "memory"})
"""Where an object is seen by others only once it is whole, and folders are part of its name."""

_OPTIONS: dict[str, dict[str, Any]] = {
    # Another process's uploads are seen at once, and a server that is away is not asked for long:
    # s3fs tries five times of its own accord.
    "s3": {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 5, "retries": {"total_max_attempts": 1}},
    }
}
_OPTIONS["s3a"] = _OPTIONS["s3"]


class Remote:
    """`Files` behind an fsspec URL. What the store asks for (keys, its address) it takes from the
    environment, as its own tools do: `AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`.

    Raises:
        StoreUnavailable: no such kind of store, or its package is not installed.
    """

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]

        self._shown = without_password(url)
        kind, _, rest = url.partition("://")
        person, at, _ = rest.partition("/")[0].rpartition("@")
        self._secret = person.partition(":")[2] or person
        if kind in _OPTIONS and at:
            raise StoreUnavailable(
                f"PBI_FILES_URL {self._shown} holds a key: give it by AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY"
            )
        self._objects = kind in OBJECT_STORES
        try:
            options = {"skip_instance_cache": True, **_OPTIONS.get(kind, {})}
            self._system, self._root = url_to_fs(url, **options)
        except ImportError as error:
            extra = "pip install 'problem-reports[s3]'" if kind in _OPTIONS else str(error)
            raise StoreUnavailable(
                f"PBI_FILES_URL {self._shown} cannot be used: {extra}"
            ) from error
        except Exception as error:  # each kind of store has errors of its own
            reason = self._reason(error)
            raise StoreUnavailable(
                f"PBI_FILES_URL {self._shown} cannot be used: {reason}"
            ) from error
        self._bucket = self._root.partition("/")[0] if self._objects else ""

    def put(self, data: bytes) -> str:
        """See `Files.put`."""
        name = sha256(data).hexdigest()
        path = self._path(name)
        with self._explained("kept"):
            if self._size(path) == len(data):
                return name
            if self._objects:
                self._system.pipe_file(path, data)
            else:
                self._write(path, data)
        return name

    def get(self, name: str) -> bytes:
        """See `Files.get`."""
        path = self._path(name)
        try:
            with self._explained("read", missing=False):
                data = bytes(self._system.cat_file(path))
        except FileNotFoundError as error:
            self.reach()  # without its bucket nothing is known to be lost
            raise RecordNotFound(
                f"the file {name[:12]} is not in {self._shown}: run `pbi check`"
            ) from error
        if sha256(data).hexdigest() != name:
            raise StoreUnavailable(f"the file {name[:12]} in {self._shown} was changed")
        return data

    def drop(self, name: str) -> None:
        """See `Files.drop`."""
        path = self._path(name)
        with self._explained("removed", missing=False), suppress(FileNotFoundError):
            self._system.rm_file(path)

    def names(self) -> Iterator[str]:
        """See `Files.names`."""
        held = (path.rpartition("/")[2] for path in self._listed())
        yield from sorted(name for name in held if whole(name))

    def sweep(self) -> int:
        """See `Files.sweep`."""
        left = [path for path in self._listed() if path.endswith(".part")]
        with self._explained("removed", missing=False), suppress(FileNotFoundError):
            for path in left:
                self._system.rm_file(path)
        return len(left)

    def reach(self) -> None:
        """See `Files.reach`."""
        with self._explained("reached"):
            if self._bucket:
                self._system.info(self._bucket)
            else:
                self._system.exists(self._root)

    def _listed(self) -> list[str]:
        self.reach()
        with self._explained("listed", missing=False), suppress(FileNotFoundError):
            return [str(path) for path in self._system.find(self._root)]
        return []

    def _size(self, path: str) -> int | None:
        try:
            return int(self._system.info(path)["size"])
        except FileNotFoundError:
            return None

    def _write(self, path: str, data: bytes) -> None:
        """A rename makes the file whole or not there."""
        parent, _, name = path.rpartition("/")
        self._system.makedirs(parent, exist_ok=True)
        part = f"{parent}/.{name}.{uuid4().hex}.part"
        self._system.pipe_file(part, data)
        self._system.mv(part, path)

    def _path(self, name: str) -> str:
        if not whole(name):
            raise RecordNotFound(f"{name!r} is no sha256")
        return f"{self._root}/{name[:2]}/{name}"

    @contextmanager
    def _explained(self, what: str, *, missing: bool = True) -> Iterator[None]:
        """Whatever the store raises as one line; with `missing`, also that there is no bucket."""
        try:
            yield
        except FileNotFoundError as error:
            if not missing:
                raise
            raise StoreUnavailable(
                f"uploads in {self._shown} cannot be {what}: there is no such bucket or folder"
            ) from error
        except Exception as error:  # not all are OSErrors: those of connections, of bad names
            raise StoreUnavailable(
                f"uploads in {self._shown} cannot be {what}: {self._reason(error)}"
            ) from error

    def _reason(self, error: Exception) -> str:
        said = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        if isinstance(error, PermissionError):
            said += ": check the key and what it may do"
        return without_password(said.replace(self._secret, "***") if self._secret else said)
