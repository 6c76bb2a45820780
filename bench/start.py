"""Cold start: commands that only look something up, and the app to its first page.

python bench/start.py [--rounds 9] [--keep]
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from measure import PBI, ROOT, begin, keep, median, table, watched

LOOK_UPS = (("show", "122422"), ("reports",), ("search", "--owner", "DCO"))
FLOOR = (
    ("python -c pass", "pass"),
    ("import sqlalchemy", "import sqlalchemy"),
    ("import pydantic_settings", "import pydantic_settings"),
    ("import typer", "import typer"),
)


def main() -> int:
    """Prints the table."""
    given = begin("Cold start", lambda parser: parser.add_argument("--rounds", type=int, default=9))
    taken: dict[str, list[float]] = {}
    spent: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as data:
        corpus = sorted((ROOT / "corpus").glob("*-problem-report.pdf"))
        watched([*PBI, "--data", data, "ingest", *map(str, corpus)])
        commands = [(f"pbi {' '.join(verb)}", [*PBI, "--data", data, *verb]) for verb in LOOK_UPS]
        commands += [(name, [sys.executable, "-c", code]) for name, code in FLOOR]
        for _ in range(given.rounds):
            for name, command in commands:
                run = watched(command)
                taken.setdefault(name, []).append(run.seconds)
                spent.setdefault(name, []).append(run.processor)
        first = [served(Path(data)) for _ in range(max(1, given.rounds // 3))]
    rows = [
        (
            name,
            f"{median(taken[name]):.2f}",
            f"{min(taken[name]):.2f}",
            f"{median(spent[name]):.2f}",
        )
        for name in taken
    ]
    rows.append(("pbi serve, first page", f"{median(first):.2f}", f"{min(first):.2f}", "-"))
    table(("seconds", "median", "least", "processor"), rows)
    keep("start", ", ".join(f"{row[0]} {row[1]} s" for row in (*rows[:3], rows[-1])), given)
    return 0


def served(data: Path) -> float:
    """Seconds from `pbi serve` to the first page that is answered."""
    port = free_port()
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*PBI, "--data", str(data), "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answers(f"http://127.0.0.1:{port}/", 60)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(url: str, seconds: float) -> None:
    """Waits until a page is answered.

    Raises:
        RuntimeError: it was not, within that time.
    """
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                if page.status == 200:
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.02)
    raise RuntimeError(f"{url} answered nothing within {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
