"""The whole knowledge base in one file, and back: records, uploads, and a list of sha256 sums.

The records are copied in one snapshot while others read and write. The vectors are not carried:
they are derived, and made again from the restored records. A restore checks every byte before it
changes anything, and the database is put in place last: killed at any point, it has either not
happened or is complete.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kb import audit
from kb.errors import BadBackup, RecordNotFound, StoreUnavailable, WrongState
from kb.rights import Right, needs
from kb.tables import SCHEMA, TRIGGERS

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.settings import Settings

FORMAT = 1
MANIFEST, RECORDS = "manifest.json", "records.sqlite"
_MEMBER = re.compile(r"records\.sqlite|files/[0-9a-f]{64}")
_MANIFEST_BYTES = 64 * 1024 * 1024
_CHUNK = 1 << 20
_ATTEMPTS = 5


class Member(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class Manifest(BaseModel):
    """What a backup holds. `schema_version` is the revision of its database."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    made_at: datetime
    schema_version: str
    reports: int = Field(ge=0)
    members: dict[str, Member]


@needs(Right.KEEP)
def back_up(kb: KnowledgeBase, target: Path) -> Manifest:
    """Writes everything that lasts to one new file, which its owner alone may read.

    Raises:
        WrongState: the file is there already.
        StoreUnavailable: it cannot be written, or an upload is lost or damaged.
    """
    if target.exists():
        raise WrongState(f"{target} exists already: give the backup another name")
    with (
        _explained(target),
        tempfile.TemporaryDirectory(prefix=".pbi-backup-", dir=target.parent) as folder,
    ):
        part = Path(folder, "part")
        for attempt in range(_ATTEMPTS):
            try:
                manifest = _written(kb, Path(folder, RECORDS), part)
                break
            except RecordNotFound:
                # A report was removed between the copy of the records and that of its upload.
                if attempt == _ATTEMPTS - 1:
                    raise
        _lasting(part)
        try:
            os.link(part, target)  # never over a file that came up meanwhile
        except FileExistsError as error:
            raise WrongState(f"{target} exists already: give the backup another name") from error
        except OSError:  # a file system without links
            os.replace(part, target)
        _lasting(target.parent)
    audit.record(kb, audit.Action.BACKED_UP)
    return manifest


def restore(settings: Settings, source: Path) -> Manifest:
    """Puts a backup in the place of an empty knowledge base, or of none.

    Raises:
        BadBackup: no backup, damaged, of a newer release, or holding what no backup holds.
        WrongState: the place holds reports, or is in use.
        StoreUnavailable: it cannot be written.
    """
    if _on_a_server(settings):
        return _restored_to_server(settings, source)
    place = _place(settings)
    _expect_empty(place)
    with _explained(place):
        settings.data.mkdir(parents=True, exist_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".pbi-restore-", dir=place.parent) as folder:
            manifest = _unpacked(source, Path(folder))
            _ready(source, Path(folder, RECORDS), manifest)
            _put_files(settings, Path(folder))
            _put_in_place(Path(folder, RECORDS), place)
    return manifest


# Writing ---------------------------------------------------------------------------------------


def _written(kb: KnowledgeBase, records: Path, part: Path) -> Manifest:
    """A snapshot of the records, then every upload that it names."""
    records.unlink(missing_ok=True)
    schema, names = _copied(kb, records)
    members: dict[str, Member] = {}
    part.touch(mode=0o600)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with records.open("rb") as stream:
            members[RECORDS] = _added(archive, RECORDS, stream)
        for name in names:
            data = kb.files.get(name)  # checked against its sha256
            members[f"files/{name}"] = Member(sha256=name, size=len(data))
            archive.writestr(f"files/{name}", data)
        manifest = Manifest(
            format=FORMAT,
            made_at=datetime.now(UTC),
            schema_version=schema,
            reports=len(names),
            members=members,
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _copied(kb: KnowledgeBase, records: Path) -> tuple[str, list[str]]:
    """The database as it is at one moment, in one file; its schema, and the uploads it names."""
    if kb.database.sqlite:
        with kb.database.engine.connect() as connection, closing(sqlite3.connect(records)) as copy:
            live = connection.connection.driver_connection
            assert isinstance(live, sqlite3.Connection)
            live.backup(copy)  # all pages in one step: one state, whoever writes meanwhile
    else:
        _copied_from_server(kb, records)
    with closing(sqlite3.connect(records)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
        (schema,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        names = [name for (name,) in copy.execute("SELECT sha256 FROM reports ORDER BY sha256")]
    return str(schema), names


def _copied_from_server(kb: KnowledgeBase, records: Path) -> None:
    """The same file as of an embedded database: either is restored into either."""
    from kb.copying import copied
    from kb.database import Database

    with (
        closing(Database(f"sqlite:///{records}")) as copy,
        kb.database.read() as live,
        copy.write(counts=False) as connection,
    ):
        copied(live, connection)


def _added(archive: zipfile.ZipFile, name: str, stream: IO[bytes]) -> Member:
    digest, size = sha256(), 0
    with archive.open(name, "w", force_zip64=True) as out:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return Member(sha256=digest.hexdigest(), size=size)


def _lasting(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# Reading ---------------------------------------------------------------------------------------


def _unpacked(source: Path, folder: Path) -> Manifest:
    """Every member under a name of ours, its size and sha256 as the manifest has them.

    Nothing is unpacked by the name that the archive gives: a name is looked for, or refused.
    """
    try:
        with _opened(source) as stream, zipfile.ZipFile(stream) as archive:
            entries = _entries(source, archive)
            manifest = _manifest(source, archive, entries)
            room = shutil.disk_usage(folder).free
            if (needed := sum(member.size for member in manifest.members.values())) > room:
                words = f"{needed / 1e6:.0f} MB, and {room / 1e6:.0f} MB are free"
                raise StoreUnavailable(f"{source} unpacks to {words} in {folder.parent}")
            (folder / "files").mkdir()
            for name, member in manifest.members.items():
                _unpack(source, archive, entries[name], member, folder / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
        raise BadBackup(f"{source} is no backup, or is damaged ({error})") from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        # A place before the start of the file: the list of members is damaged.
        raise BadBackup(f"{source} is damaged: a member has no place in it") from error
    return manifest


def _opened(source: Path) -> IO[bytes]:
    try:
        return source.open("rb")
    except OSError as error:
        raise BadBackup(f"{source} cannot be opened: {error.strerror}") from error


def _entries(source: Path, archive: zipfile.ZipFile) -> Mapping[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        name = entry.orig_filename
        if name in entries or not (name == MANIFEST or _MEMBER.fullmatch(name)):
            raise BadBackup(f"{source} holds {name[:80]!r}, which no backup holds: not restored")
        entries[name] = entry
    return entries


def _manifest(
    source: Path, archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]
) -> Manifest:
    if MANIFEST not in entries:
        raise BadBackup(f"{source} is no backup: it has no {MANIFEST}")
    with archive.open(entries[MANIFEST]) as stream:
        said = stream.read(_MANIFEST_BYTES + 1)
    try:
        if len(said) > _MANIFEST_BYTES:
            raise ValueError("it is too long")
        found = json.loads(said)
        if isinstance(found, dict) and found.get("format", FORMAT) != FORMAT:
            made = f"of format {str(found['format'])[:20]!r}"
            raise BadBackup(f"{source} is {made}: restore it with the release that made it")
        manifest = Manifest.model_validate(found)
    except (ValidationError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise BadBackup(f"{source}: its {MANIFEST} cannot be read ({reason})") from error
    if manifest.members.keys() | {MANIFEST} != entries.keys() or RECORDS not in manifest.members:
        raise BadBackup(f"{source} does not hold what its {MANIFEST} lists: not restored")
    if manifest.schema_version > SCHEMA:
        raise BadBackup(
            f"{source} is at schema {manifest.schema_version} and this release knows {SCHEMA}: "
            "restore it with the newer release"
        )
    return manifest


def _unpack(
    source: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, member: Member, to: Path
) -> None:
    digest, size = sha256(), 0
    with archive.open(entry) as stream, to.open("wb") as out:
        while size <= member.size and (chunk := stream.read(_CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BadBackup(f"{source} is damaged: {entry.filename} is not what was backed up")


def _ready(source: Path, records: Path, manifest: Manifest) -> None:
    """Checks the database of a backup, takes it to this release's schema, has vectors made."""
    from kb import outbox
    from kb.database import Database

    try:
        with closing(sqlite3.connect(records)) as plain:
            plain.execute("PRAGMA trusted_schema = OFF")
            (said,) = plain.execute("PRAGMA integrity_check(1)").fetchone()
            found = plain.execute("SELECT sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
            if said != "ok" or not {sql for (sql,) in found} <= TRIGGERS:
                raise BadBackup(f"{source}: its records are damaged; restore an earlier backup")
            kept = {name for (name,) in plain.execute("SELECT sha256 FROM reports")}
    except sqlite3.Error as error:
        raise BadBackup(f"{source}: its records cannot be read ({error})") from error
    listed = {name.removeprefix("files/") for name in manifest.members} - {RECORDS}
    wrong = [name for name in listed if manifest.members[f"files/{name}"].sha256 != name]
    if kept != listed or wrong:
        raise BadBackup(f"{source}: its uploads are not those of its records; not restored")
    with closing(Database(f"sqlite:///{records}")) as database, database.write() as connection:
        outbox.refill(connection)
    with closing(sqlite3.connect(records)) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")  # all of it in one file


# The place -------------------------------------------------------------------------------------


def _on_a_server(settings: Settings) -> bool:
    from kb.database import embedded

    return settings.database_url is not None and not embedded(settings.database_url)


def _restored_to_server(settings: Settings, source: Path) -> Manifest:
    """The same for a database on a server, whose records are put in place in one transaction."""
    from kb.copying import expect_empty, replaced
    from kb.database import Database

    assert settings.database_url is not None
    with closing(Database(settings.database_url)) as target:
        expect_empty(target)
        with _explained(settings.data):
            settings.data.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".pbi-restore-", dir=settings.data) as folder:
                records = Path(folder, RECORDS)
                manifest = _unpacked(source, Path(folder))
                _ready(source, records, manifest)
                _put_files(settings, Path(folder))
                with closing(Database(f"sqlite:///{records}")) as held, held.read() as kept:
                    replaced(kept, target)
    return manifest


def _put_files(settings: Settings, folder: Path) -> None:
    from kb.files import make_files

    files = make_files(settings.data / "files", settings.files_url)
    for path in sorted(Path(folder, "files").glob("*")):
        files.put(path.read_bytes())


def _place(settings: Settings) -> Path:
    from sqlalchemy import make_url

    if not settings.database_url:
        return settings.data / "pbi.sqlite"
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise StoreUnavailable("PBI_DATABASE_URL names no SQLite file: a backup needs a place")
    return Path(url.database)


def _expect_empty(place: Path) -> None:
    """Raises WrongState where a database holds reports or is in use; leaves it without a log."""
    if not place.exists():
        return
    advice = "restore to another folder (`pbi --data DIR restore ...`)"
    try:
        with closing(sqlite3.connect(place, timeout=1)) as held:
            tables = {name for (name,) in held.execute("SELECT name FROM sqlite_master")}
            if tables and "reports" not in tables:
                raise WrongState(f"{place} is the database of something else: {advice}")
            if "reports" in tables:
                (count,) = held.execute("SELECT count(*) FROM reports").fetchone()
                if count:
                    many = "1 report" if count == 1 else f"{count} reports"
                    raise WrongState(f"{place} holds {many}, which are not replaced: {advice}")
            held.execute("PRAGMA journal_mode = DELETE")  # refused while anybody else has it open
    except sqlite3.OperationalError as error:
        raise WrongState(
            f"{place} is in use by another process ({error}): close it, then restore again"
        ) from error
    except sqlite3.DatabaseError as error:
        raise WrongState(f"{place} is there and damaged ({error}): {advice}") from error


def _put_in_place(records: Path, place: Path) -> None:
    _expect_empty(place)  # somebody may have come meanwhile
    for suffix in ("-wal", "-shm", "-journal"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    os.chmod(records, 0o600)
    _lasting(records)
    os.replace(records, place)
    _lasting(place.parent)


@contextmanager
def _explained(place: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailable(f"{place}: {error}") from error
    except OSError as error:
        raise StoreUnavailable(f"{place} cannot be written: {error.strerror or error}") from error
