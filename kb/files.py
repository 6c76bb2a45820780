"""The bytes as uploaded, one file each, named by their sha256.

A file is written under a temporary name, synced and renamed: whatever stands under its own name
is whole. The name that a person gave it is never used as a path.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from kb.errors import RecordNotFound, StoreUnavailable

_NAME = re.compile(r"[0-9a-f]{64}")


class Files(Protocol):
    """Where uploads are kept."""

    def put(self, data: bytes) -> str:
        """Keeps the bytes; returns their sha256. Bytes that are there already are left alone."""
        ...

    def get(self, name: str) -> bytes:
        """The bytes of a sha256. Raises RecordNotFound, or StoreUnavailable if they changed."""
        ...

    def drop(self, name: str) -> None:
        """Forgets the bytes; no error where there are none."""
        ...

    def names(self) -> Iterator[str]:
        """The sha256 of everything kept."""
        ...

    def sweep(self) -> int:
        """Removes what broken-off writes left; returns how many."""
        ...

    def reach(self) -> None:
        """Does nothing where the place can be used. Raises StoreUnavailable."""
        ...


class Folder:
    """`Files` in a folder of the local disk, spread over 256 subfolders."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        """See `Files.put`."""
        name = sha256(data).hexdigest()
        path = self._path(name)
        if path.exists() and path.stat().st_size == len(data):
            return name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
        except OSError as error:
            raise StoreUnavailable(
                f"the upload cannot be kept in {self._root}: {error.strerror or error}"
            ) from error
        return name

    def get(self, name: str) -> bytes:
        """See `Files.get`."""
        try:
            data = self._path(name).read_bytes()
        except OSError as error:
            raise RecordNotFound(
                f"the file {name[:12]} is not in {self._root}: run `pbi check`"
            ) from error
        if sha256(data).hexdigest() != name:
            raise StoreUnavailable(f"the file {name[:12]} in {self._root} was changed on disk")
        return data

    def drop(self, name: str) -> None:
        """See `Files.drop`."""
        self._path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """See `Files.names`."""
        for path in sorted(self._root.glob("[0-9a-f][0-9a-f]/*")):
            if whole(path.name):
                yield path.name

    def sweep(self) -> int:
        """See `Files.sweep`."""
        left = list(self._root.glob("[0-9a-f][0-9a-f]/.*.part"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def reach(self) -> None:
        """See `Files.reach`; a folder that is not there yet can be made."""
        place = self._root
        while not place.exists() and place != place.parent:
            place = place.parent
        if not (place.is_dir() and os.access(place, os.R_OK | os.W_OK | os.X_OK)):
            raise StoreUnavailable(f"uploads cannot be kept in {self._root}: check permissions")

    def _path(self, name: str) -> Path:
        if not whole(name):
            raise RecordNotFound(f"{name!r} is no sha256")
        return self._root / name[:2] / name


def make_files(folder: Path, url: str | None = None) -> Files:
    """The uploads of a folder, or of an fsspec URL."""
    if not url:
        return Folder(folder)
    from kb.remote_files import Remote

    return Remote(url)


def whole(name: str) -> bool:
    """The name of an upload, not of what a broken-off write left."""
    return _NAME.fullmatch(name) is not None


def _write(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    # The rename itself lasts only once the folder is synced.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
