"""How long people wait in a browser: the first content of each page, and an answer.

    .venv/bin/python bench/browser.py [ROUNDS]

Reads the sample reports into a folder of its own, serves them with `pbi serve`, and visits every
page with a fresh browser profile each time. Prints medians in milliseconds: "shown" is from the
request to the heading of the page, "done" until nothing runs any more.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
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
        browser() as chromium,
    ):
        print(f"{'page':<24}{'shown':>8}{'done':>8}   ms, median of {rounds}")
        for path in PATHS:
            timed = [_visit(chromium, f"{server.url}/{path}") for _ in range(rounds)]
            shown, done = (statistics.median(column) for column in zip(*timed, strict=True))
            print(f"{path or 'ask':<24}{shown:>8.0f}{done:>8.0f}")
        print(f"{'question':<66}{'answered':>8}   ms, median of {rounds}")
        for question, taken in _asked(chromium, server.url, rounds).items():
            print(f"{question:<66}{statistics.median(taken):>8.0f}")
    return 0


def _visit(chromium: Any, url: str) -> tuple[float, float]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(".pr-title").first.wait_for()
    shown = time.perf_counter() - begun
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    done = time.perf_counter() - begun
    context.close()
    return shown * 1000, done * 1000


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
