"""Memory: reading a very long report, and the app at rest.

    python bench/memory.py [--pages 3000] [--keep]

The long report is made in the same layout as the others. Peaks are of the whole tree of processes,
pages shared between them counted once in all.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import load
import psutil
from ingesting import counted
from measure import PBI, ROOT, Watched, begin, keep, table, watched

PROBLEMS_A_PAGE = 3.8


def main() -> int:
    """Prints the table."""
    given = begin("Memory", lambda parser: parser.add_argument("--pages", type=int, default=3000))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        pages, problems, run = long_report(place, given.pages)
        spent = f"{run.seconds:.0f} s, {run.processor:.0f} of processor"
        print(f"{spent}, for {pages} pages, {problems} problems", flush=True)
        corpus = sorted((ROOT / "corpus").glob("*-problem-report.pdf"))
        watched([*PBI, "--data", str(place / "app"), "ingest", *map(str, corpus)])
        rest, below = at_rest(place / "app")
    table(
        ("", "MB"),
        (
            (f"ingest of {pages} pages, all processes, peak", f"{run.peak_mb:.0f}"),
            ("the app with the sample corpus, one visit, at rest", f"{rest:.0f}"),
            ("of it in child processes", f"{below:.0f}"),
        ),
    )
    keep("memory", f"{pages} pages {run.peak_mb:.0f} MB, app at rest {rest:.0f} MB", given)
    return 0


def long_report(place: Path, pages: int) -> tuple[int, int, Watched]:
    """`pbi ingest` of one report of about so many pages: its pages, its problems, the run."""
    report = next(load.reports(1, int(pages * PROBLEMS_A_PAGE)))
    file = place / report.file
    # Drawn in a process of its own: typesetting holds the whole story in memory.
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import load; from pathlib import Path; "
        "next(load.reports(1, int(sys.argv[2]))).pdf(Path(sys.argv[3]))"
    )
    here = str(Path(__file__).parent)
    arguments = [here, str(len(report.entries)), str(file)]
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, check=True)
    run = watched(
        [*PBI, "--data", str(place / "long"), "ingest", str(file)],
        apart=True,
        PBI_READ_SECONDS="3600",
    )
    return counted([file]), len(report.entries), run


def at_rest(data: Path) -> tuple[float, float]:
    """Megabytes of `pbi serve` after one visit of every page, and of its children."""
    from start import free_port

    port = free_port()
    process = subprocess.Popen(
        [*PBI, "--data", str(data), "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ},
    )
    try:
        _visit(f"http://127.0.0.1:{port}")
        top = psutil.Process(process.pid)
        own = top.memory_info().rss / 2**20
        below = sum(one.memory_info().rss for one in top.children(recursive=True)) / 2**20
        return own + below, below
    finally:
        process.terminate()
        process.wait(timeout=30)


def _visit(url: str) -> None:
    """Every page once in a browser, and one question; without a browser only the first page."""
    from start import answers

    answers(url, 60)
    sys.path.insert(0, str(ROOT / "tests"))
    from browser import PATHS, ask_once
    from browsing import CHROMIUM, browser, settled

    if CHROMIUM is None:
        print("no Chromium: the app was not visited", file=sys.stderr)
        return
    with browser() as chromium:
        context = chromium.new_context()
        page = context.new_page()
        for path in PATHS:
            page.goto(f"{url}/{path}")
            settled(page)
        ask_once(page, url)
        context.close()
    time.sleep(2)


if __name__ == "__main__":
    sys.exit(main())
