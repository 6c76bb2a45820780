"""What every benchmark needs: a machine by name, a command watched, medians, tables, history."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PERFORMANCE = ROOT / "docs" / "performance.md"
PBI = (sys.executable, "-m", "app.cli")
_NAMED = ("openvino", "chromadb", "sqlalchemy", "pypdfium2", "spacy", "streamlit")


@dataclass(frozen=True, slots=True)
class Watched:
    """What a command took: seconds on the clock and of processor, and its tree's peak of memory."""

    seconds: float
    processor: float
    peak_mb: float
    out: str


def watched(command: Sequence[str], *, apart: bool = False, **environment: str) -> Watched:
    """Runs a command to its end.

    Args:
        apart: pages of memory that processes share are counted once in all, not once for each;
            that takes the system longer to tell.

    Raises:
        RuntimeError: it failed; the message is the last line that it said.
    """
    stop = threading.Event()
    used: dict[int, float] = {}
    peak = [0.0]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=err, cwd=ROOT, env={**os.environ, **environment}
        )
        thread = threading.Thread(
            target=_sample, args=(process.pid, stop, used, peak, _own if apart else _resident)
        )
        thread.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        stop.set()
        thread.join()
        out.seek(0)
        err.seek(0)
        said, wrong = out.read().decode(), err.read().decode()
    if process.returncode:
        lines = wrong.strip().splitlines() or ["no word"]
        raise RuntimeError(f"{' '.join(command[:4])} ... ended {process.returncode}: {lines[-1]}")
    used.pop(process.pid, None)
    processor = usage.ru_utime + usage.ru_stime
    # Children that were waited for are in their parent's usage already; those killed are too.
    return Watched(seconds, max(processor, sum(used.values())), max(peak[0], 0.0), said)


def _sample(
    pid: int,
    stop: threading.Event,
    used: dict[int, float],
    peak: list[float],
    held_by: Callable[[psutil.Process], int],
) -> None:
    """Adds up what a process and all below it hold, and the processor time of each."""
    try:
        top = psutil.Process(pid)
        while not stop.wait(0.02 if held_by is _resident else 0.1):
            held = 0
            for one in (top, *top.children(recursive=True)):
                try:
                    held += held_by(one)
                    spent = one.cpu_times()
                    used[one.pid] = spent.user + spent.system
                except psutil.Error:
                    continue
            peak[0] = max(peak[0], held / 2**20)
    except psutil.Error:
        return


def _resident(process: psutil.Process) -> int:
    return int(process.memory_info().rss)


def _own(process: psutil.Process) -> int:
    """Its own pages and its part of those that it shares, in bytes."""
    for line in _lines(Path(f"/proc/{process.pid}/smaps_rollup")):
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return _resident(process)


def milliseconds(work: Callable[[], object], times: int = 15, warm: int = 2) -> list[float]:
    """How long each of some calls took, after a few that do not count."""
    for _ in range(warm):
        work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The one that nineteen in twenty do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


def machine() -> str:
    """Processor, cores, memory, versions, commit and how busy it was, in two lines."""
    cpu = platform.processor() or platform.machine()
    for line in _lines(Path("/proc/cpuinfo")):
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    memory = psutil.virtual_memory().total / 2**30
    known = ", ".join(f"{name} {_version(name)}" for name in _NAMED)
    busy = psutil.getloadavg()[0]
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, load {busy:.1f}\n"
        f"Python {platform.python_version()}, {known}; commit {commit()}"
    )


def commit() -> str:
    """The tree that was measured."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip() or "none"


def begin(title: str, *more: Callable[[argparse.ArgumentParser], object]) -> argparse.Namespace:
    """Reads the command line and says what is measured on what."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--keep", action="store_true", help="add a row to docs/performance.md")
    for one in more:
        one(parser)
    given = parser.parse_args()
    print(f"\n{title}\n{machine()}\n", flush=True)
    return given


def keep(what: str, figures: str, given: argparse.Namespace) -> None:
    """Adds a dated row to the history in docs/performance.md, if that was asked for."""
    if not given.keep:
        return
    row = f"| {datetime.now(UTC):%Y-%m-%d} | {commit()} | {what} | {figures} |"
    PERFORMANCE.write_text(
        PERFORMANCE.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints columns: the first to the left, figures to the right."""
    shown = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[at]) for row in shown) for at in range(len(head))]
    for row in shown:
        cells = [
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)
    print()


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
