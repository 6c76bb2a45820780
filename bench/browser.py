"""How long people wait in a browser: the first content of each page, and an answer.

    .venv/bin/python bench/browser.py [ROUNDS]

Reads the sample reports into a folder of its own, serves them with `pbi serve`, and visits every
page with a fresh browser profile each time. Prints medians in milliseconds: "shown" is from the
request to the heading of the page, "done" until nothing runs any more, "again" to the heading on
a later visit by the same browser. The first row is a Streamlit page with a heading and nothing
else, in the same rounds: what no page of ours can be faster than.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsing import CHROMIUM, CORPUS, browser, served, settled  # noqa: E402

PATHS = ("", "problems", "problem?pbi=122422", "impact?supplier=DCO", "changes", "trends", "upload",
         "about")  # fmt: skip

QUESTIONS = (
    "How many problems are open?",
    "Which open problems are with DSP?",
    "When is 122422 due?",
    "What is the user impact of the open problems attributed to DCO?",
)


def main() -> int:
    """Print the table; 1 where there is no browser."""
    if CHROMIUM is None:
        print("chromium is not installed: scripts/install_system_packages.sh", file=sys.stderr)
        return 1
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with (
        tempfile.TemporaryDirectory() as data,
        served(Path(data), CORPUS) as server,
        _empty(Path(data)) as empty,
        browser() as chromium,
    ):
        urls = {"(an empty page)": empty} | {
            path or "ask": f"{server.url}/{path}" for path in PATHS
        }
        timed: dict[str, list[tuple[float, float, float]]] = {name: [] for name in urls}
        for _ in range(rounds):
            for name, url in urls.items():
                timed[name].append(_visit(chromium, url))
        print(f"{'page':<24}{'shown':>8}{'done':>8}{'again':>8}   ms, median of {rounds}", end="")
        print("   shown / empty, again / empty")
        medians = {
            name: [statistics.median(column) for column in zip(*rows, strict=True)]
            for name, rows in timed.items()
        }
        floor = medians["(an empty page)"]
        for name, (shown, done, again) in medians.items():
            print(f"{name:<24}{shown:>8.0f}{done:>8.0f}{again:>8.0f}", end="")
            print(f"{shown / floor[0]:>31.2f}{again / floor[2]:>15.2f}")
        print(f"{'question':<66}{'answered':>8}   ms, median of {rounds}")
        for question, taken in _asked(chromium, server.url, rounds).items():
            print(f"{question:<66}{statistics.median(taken):>8.0f}")
    return 0


@contextmanager
def _empty(folder: Path) -> Iterator[str]:
    """The address of a Streamlit page that has a heading and nothing else."""
    script = folder / "empty.py"
    script.write_text("import streamlit as st\nst.html(\"<h1 class='pr-title'>Empty</h1>\")\n")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.headless=true", "--browser.gatherUsageStats=false"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with (
                suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"),
            ):
                break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def _visit(chromium: Any, url: str) -> tuple[float, float, float]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    shown, done = _shown(context, url)
    again, _ = _shown(context, url)
    context.close()
    return shown, done, again


def _shown(context: Any, url: str) -> tuple[float, float]:
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".pr-title").first.wait_for()
    shown = time.perf_counter() - begun
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    done = time.perf_counter() - begun
    page.close()
    return shown * 1000, done * 1000


def ask_once(page: Any, url: str) -> None:
    """One question on the first page, until it is answered."""
    page.goto(url)
    settled(page)
    page.get_by_placeholder("Ask about the problem reports").fill(QUESTIONS[0])
    page.keyboard.press("Enter")
    page.wait_for_selector('[class*="st-key-words_"] .pr-answer p')
    settled(page)


def _asked(chromium: Any, url: str, rounds: int) -> dict[str, list[float]]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(url)
    settled(page)
    taken: dict[str, list[float]] = {question: [] for question in QUESTIONS}
    for _ in range(rounds):
        for question in QUESTIONS:
            before = page.locator(".pr-question, [class*='st-key-earlier_']").count()
            page.get_by_placeholder("Ask about the problem reports").fill(question)
            begun = time.perf_counter()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "([before, words]) => document.querySelectorAll("
                "\".pr-question, [class*='st-key-earlier_']\").length > before"
                " && document.querySelector('.pr-question')?.innerText === words"
                " && document.querySelector('[class*=\"st-key-words_\"] .pr-answer p')",
                arg=[before, question],
            )
            taken[question].append((time.perf_counter() - begun) * 1000)
            settled(page)
    context.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
