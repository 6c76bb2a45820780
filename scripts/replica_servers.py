"""PostgreSQL, Chroma, some apps and nginx on this machine, as `docs/deploy.md` has them on many."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "bench")]

from postgres import Server  # noqa: E402
from servers import BIN, free_port, running  # noqa: E402

HEADER = "X-Forwarded-Email"
SERVED_BY = "X-Served-By"

NGINX = Template("""
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    include $folder/pbi.conf;
}
""")


@dataclass
class Replica:
    """One process of the app, with a data folder that nobody else uses."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it answers, nginx apart."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Stack:
    """All of it.

    Attributes:
        url: of nginx.
        settings: the environment of every process of ours.
    """

    url: str
    settings: dict[str, str]
    replicas: list[Replica]


@contextmanager
def backends(folder: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL and Chroma, as the settings that name them."""
    server = Server()
    try:
        port = free_port()
        command = [str(BIN / "chroma"), "run", "--path", str(folder / "chroma")]
        with running([*command, "--host", "127.0.0.1", "--port", str(port)], port):
            yield {
                "PBI_DATABASE_URL": server.url(server.bare()),
                "PBI_CHROMA_URL": f"http://127.0.0.1:{port}",
                "PBI_FILES_URL": (folder / "uploads").as_uri(),
            }
    finally:
        server.close()


@contextmanager
def stack(folder: Path, settings: dict[str, str], count: int) -> Iterator[Stack]:
    """So many apps behind nginx, over backends that run."""
    with ExitStack() as held:
        ports = [free_port() for _ in range(count)]
        replicas = [
            Replica(port, held.enter_context(_app(folder / f"app-{port}", port, settings)))
            for port in ports
        ]
        for replica in replicas:
            _answers(f"{replica.url}/readyz", replica.process)
        port = free_port()
        url = held.enter_context(_nginx(folder / "nginx", port, ports))
        _answers(f"{url}/healthz")
        yield Stack(url, settings, replicas)


@contextmanager
def _app(folder: Path, port: int, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir()
    environment = {
        **os.environ,
        **settings,
        # This script plays the part of the proxy that signs people in.
        "PBI_PROXY_HEADER": HEADER,
        "PBI_PROXY_ADDRESSES": "127.0.0.1",
        "PBI_READERS": "0",
    }
    command = [str(BIN / "pbi"), "--data", str(folder), "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _nginx(folder: Path, port: int, ports: list[int]) -> Iterator[str]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise SystemExit("nginx is not installed: apt-get install nginx-light")
    folder.mkdir()
    apps = " ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=5s;" for one in ports)
    site = (ROOT / "deploy" / "pbi.conf.template").read_text(encoding="utf-8")
    for name, value in {"PBI_APPS": apps, "PBI_LISTEN": f"127.0.0.1:{port}"}.items():
        site = site.replace(f"${{{name}}}", value)
    (folder / "pbi.conf").write_text(site, encoding="utf-8")
    config = folder / "nginx.conf"
    config.write_text(NGINX.substitute({"folder": folder}), encoding="utf-8")
    who: dict[str, object] = {}
    if os.geteuid() == 0:  # nobody needs rights for this
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "nobody")
        folder.parent.chmod(0o755)
        who = {"user": "nobody", "extra_groups": ()}
    command = [program, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
    with (folder.parent / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, **who)  # type: ignore[call-overload]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _answers(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except OSError as error:
            if process is not None and process.poll() is not None:
                raise SystemExit(f"{url}: the app ended with {process.returncode}") from error
            time.sleep(0.2)
    raise SystemExit(f"{url} does not answer")
