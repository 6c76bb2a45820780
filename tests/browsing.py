"""A real server and a real browser for the tests that people's clicks decide."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CORPUS = sorted((ROOT / "corpus").glob("2*.pdf"))
RESULTS = ROOT / "test-results"

CHROMIUM = next(
    (
        path
        for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(path).exists()
    ),
    None,
)

needs_browser = [
    pytest.mark.browser,
    # A machine may stand still for a minute: what timed out, and only that, gets a second chance,
    # and the summary says so.
    pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]),
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="NO BROWSER: chromium is not installed; scripts/install_system_packages.sh does",
    ),
]

_READY = "[data-testid=stApp][data-test-script-state=notRunning]"


class Server:
    """`pbi serve` on a free port of this machine, over a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / "serve.log").open("w")
        self._process = subprocess.Popen(
            [*pbi(folder), "serve", "--port", str(self.port)],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )

    def wait(self, seconds: float = 60) -> None:
        """Until it answers. Raises AssertionError with its log if it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"pbi serve did not start:\n{self.log()}")

    def log(self) -> str:
        """What it has written."""
        self._log.flush()
        return Path(self._log.name).read_text(encoding="utf-8")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def pbi(folder: Path) -> list[str]:
    """The command as people run it, over a folder."""
    beside = Path(sys.executable).with_name("pbi")
    command = str(beside) if beside.exists() else shutil.which("pbi")
    assert command, "the pbi command is not installed: make setup"
    return [command, "--data", str(folder)]


@contextmanager
def served(folder: Path, reports: Iterable[Path] = ()) -> Iterator[Server]:
    """A server over a folder into which reports were read first."""
    paths = [str(path) for path in reports]
    if paths:
        subprocess.run([*pbi(folder), "ingest", *paths], check=True, capture_output=True, cwd=ROOT)
    server = Server(folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def visit(
    chromium: Any, server: Server, path: str = "", *, width: int = 1440, dark: bool = False
) -> Iterator[Any]:
    """A person who opens a page in a browser of their own.

    Fails if the page asked anything of another machine. On any failure a screenshot and a trace
    are kept under test-results/.
    """
    context = chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    )
    context.set_default_timeout(60_000)
    context.tracing.start(screenshots=True, snapshots=True)
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda request: _note(outside, server, request.url))
    try:
        page.goto(f"{server.url}/{path}")
        settled(page)
        yield page
        assert not outside, f"the browser asked other machines: {outside}"
    except BaseException:
        name = re.sub(r"\W+", "-", os.environ.get("PYTEST_CURRENT_TEST", "page").split(" ")[0])
        RESULTS.mkdir(exist_ok=True)
        page.screenshot(path=RESULTS / f"{name}.png", full_page=True)
        context.tracing.stop(path=RESULTS / f"{name}.zip")
        raise
    finally:
        context.close()


def settled(page: Any) -> None:
    """Until the page has been drawn and nothing runs any more."""
    page.wait_for_selector(_READY)
    # The next run begins a moment after a click: look twice.
    page.wait_for_timeout(400)
    page.wait_for_selector(_READY)


def click(page: Any, name: str, *, role: str = "button", exact: bool = False) -> None:
    """Press what is called so, and wait."""
    page.get_by_role(role, name=name, exact=exact).first.click()
    settled(page)


def ask(page: Any, question: str) -> str:
    """Type a question; the answer's words."""
    page.get_by_placeholder("Ask about the problem reports").fill(question)
    page.keyboard.press("Enter")
    page.locator(".pr-question", has_text=question).wait_for()
    settled(page)
    return said(page)


def said(page: Any) -> str:
    """The words of the latest answer."""
    words: str = page.locator('[class*="st-key-words_"] .pr-answer').last.inner_text()
    return words


def rows(page: Any) -> list[str]:
    """The numbers of the list on the Problems page, in order."""
    page.locator(".pr-grid tbody tr").first.wait_for()
    return [str(one) for one in page.locator(".pr-grid tbody tr td:first-child").all_inner_texts()]


def _note(outside: list[str], server: Server, url: str) -> None:
    own = (server.url, server.url.replace("http", "ws"), "data:", "blob:", "about:")
    if not url.startswith(own):
        outside.append(url)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
