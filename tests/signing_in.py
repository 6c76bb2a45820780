"""A real OpenID provider as a process of its own, and an app that signs people in by it.

Run as a script it is the provider.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browsing import ROOT, Server, pbi, settled

from kb import people
from kb.base import KnowledgeBase
from kb.people import Role
from kb.settings import Settings

CLIENT = "reports-app"
SECRET = "client-secret-4711-never-shown"
COOKIES = "cookie-secret-0815-never-shown-anywhere"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Provider:
    """An OpenID provider on this machine: whoever it is told of can sign in by name."""

    def __init__(self, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", __file__, str(self.port)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(self.url, timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"the provider did not start: {log.read_text(encoding='utf-8')}")

    def knows(self, sub: str, **claims: object) -> None:
        """Tell it of somebody; further claims go into the token, whatever they are."""
        told = {"email": f"{sub}@example.org", "email_verified": True, **claims}
        put = urllib.request.Request(
            f"{self.url}/users/{sub}",
            data=json.dumps(told).encode(),
            method="PUT",
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(put, timeout=10) as answer:
            assert answer.status == 204

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._log.close()


class Guarded(Server):
    """`pbi serve` with other settings; its log is JSON lines."""

    def __init__(self, folder: Path, settings: Mapping[str, str], port: int | None = None) -> None:
        self.folder = folder
        self.settings = dict(settings)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / f"serve-{self.port}.log").open("w")
        self._process = subprocess.Popen(
            [*pbi(folder), "serve", "--port", str(self.port)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, **settings},
        )

    def wait(self, seconds: float = 60) -> None:
        """Until it answers, whoever asks."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"pbi serve did not start:\n{self.log()}")


def oidc_settings(provider: Provider, port: int) -> dict[str, str]:
    """What an app on that port of this machine has to be told."""
    return {
        "PBI_OIDC_METADATA_URL": provider.url,
        "PBI_OIDC_CLIENT_ID": CLIENT,
        "PBI_OIDC_CLIENT_SECRET": SECRET,
        "PBI_OIDC_REDIRECT_URI": f"http://127.0.0.1:{port}/oauth2callback",
        "PBI_COOKIE_SECRET": COOKIES,
    }


@contextmanager
def opened(folder: Path) -> Iterator[KnowledgeBase]:
    """The knowledge base of a folder, as its keeper has it."""
    kb = KnowledgeBase.open(Settings(data=folder))
    try:
        yield kb
    finally:
        kb.close()


def give(folder: Path, sub: str, role: Role | None) -> None:
    """The role that somebody has from now on; None for nobody."""
    email = f"{sub}@example.org"
    with opened(folder) as kb:
        if any(one.email == email for one in people.everybody(kb)):
            people.remove(kb, email, last=True)
        if role is not None:
            people.add(kb, email, role)


@contextmanager
def guest(chromium: Any) -> Iterator[Any]:
    """A page of a browser that nobody has used; it reaches this machine only."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(30_000)
    context.route("**", _here_only)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Any, server: Server, sub: str, path: str = "") -> None:
    """Through the provider's form, back to the app."""
    page.goto(f"{server.url}/{path}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{server.url}/**")
    drawn(page)


def drawn(page: Any) -> None:
    """Until the page says something, and nothing runs any more."""
    page.locator("[data-testid=stMain] [class^=pr-]").first.wait_for()
    settled(page)


def _here_only(route: Any) -> None:
    if "//127.0.0.1:" in route.request.url or "//localhost:" in route.request.url:
        route.continue_()
    else:
        route.abort()


def _serve(port: int) -> None:
    import oidc_provider_mock
    from werkzeug.serving import make_server

    # Whatever is told of a person goes into their token, "aud" and "azp" too.
    app = oidc_provider_mock.app(require_nonce=True)
    make_server("localhost", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
