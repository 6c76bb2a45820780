"""Reads thousands of damaged reports, each within limits, and counts what came of them.

python scripts/fuzz.py                       20,000 cases; exit 1 where one crashed, hung or threw
python scripts/fuzz.py --cases 500 --salt 7  other cases
python scripts/fuzz.py --only 17 --keep DIR  one case, and its bytes in a file

A case passes if it is read or refused by an `IngestError`. Anything else is a fault of ours: a
process that ends (crash), one that does not within the limit (hang), any other exception
(traceback). Pages without text are not sent to OCR here: Tesseract has fuzzers of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from mutations import Mutator, Seed, pieces, seeds_of, sheets  # noqa: E402

CASES = 20_000
SECONDS = 20.0
"""Processor time for one case; what it starts from is read in under two."""
PATIENCE = 30.0
"""Times that on the clock, on a machine that does other things too."""
MEMORY_MB = 1024


def seeds() -> list[Seed]:
    """Every report of the corpus, and of its PDFs the first pages one by one and as plain text."""
    from ingest.documents import open_document

    found = seeds_of(ROOT / "corpus")
    for path in sorted((ROOT / "corpus").rglob("*.pdf")):
        with contextlib.suppress(Exception):  # scans have no text to take
            data = path.read_bytes()
            document = open_document(data, path.name, ocr=False)
            found += sheets(path.stem, data)
            lines = [line.text for page in document.pages[:3] for line in page.lines]
            found += pieces(path.stem, "\n".join(lines))
    return found


def read_case(data: bytes, name: str) -> str:
    """What came of one file: "read", or the kind of the refusal. Faults of ours are raised."""
    from ingest.documents import open_document
    from ingest.errors import IngestError
    from ingest.read import read_document

    try:
        reading = read_document(open_document(data, name, ocr=False))
        reading.model_dump_json()
    except IngestError as error:
        if "\n" in error.message:
            raise RuntimeError("a refusal of more than one line") from error
        return type(error).__name__
    except MemoryError:
        return "TooLarge (memory)"
    return "read" if reading.problems else "read, no problem in it"


def work(salt: int) -> int:
    """A worker: numbers of cases on stdin, one line of JSON each on stdout."""
    from ingest.limits import hold_to

    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    found = seeds()
    mutator = Mutator(found, salt)
    read_case(found[0].data, found[0].name)  # loads what reading needs
    hold_to(memory_mb=MEMORY_MB)
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        case = mutator.case(int(line))
        told: dict[str, object] = {"name": case.name, "changes": case.changes}
        hold_to(more_seconds=SECONDS)
        start = time.process_time()
        try:
            told["outcome"] = read_case(case.data, case.name)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)
            ours = [one for one in last if f"{os.sep}ingest{os.sep}" in one.filename]
            place = (ours or last)[-1]
            told["outcome"] = "traceback"
            told["why"] = f"{type(error).__name__}: {str(error)[:120]}"
            told["where"] = f"{Path(place.filename).name}:{place.lineno} {place.name}"
        told["seconds"] = time.process_time() - start
        print(json.dumps(told), file=out, flush=True)
    return 0


class Worker:
    """One process that reads cases; started again when a case ends it."""

    def __init__(self, salt: int) -> None:
        self._salt = salt
        self._process: subprocess.Popen[str] | None = None
        self.number: int | None = None
        self.since = 0.0

    def give(self, number: int) -> None:
        """Hands it a case, waiting for it to start if it has to."""
        if self._process is None or self._process.poll() is not None:
            command = [sys.executable, __file__, "--work", "--salt", str(self._salt)]
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            assert self._process.stdout
            self._process.stdout.readline()
        assert self._process.stdin
        self.number, self.since = number, time.monotonic()
        print(number, file=self._process.stdin, flush=True)

    def fileno(self) -> int:
        """For `select`."""
        assert self._process
        assert self._process.stdout
        return self._process.stdout.fileno()

    def outcome(self) -> dict[str, object]:
        """What it told of the case."""
        assert self._process
        assert self._process.stdout
        line = self._process.stdout.readline()
        self.number = None
        if line:
            told: dict[str, object] = json.loads(line)
            return told
        code = self._process.wait()
        self._process = None
        if code == -signal.SIGXCPU:
            return {"outcome": "hang", "why": f"over {SECONDS:g} s"}
        return {"outcome": "crash", "why": f"the process ended with {code}"}

    def stop(self) -> None:
        """Ends it, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    if stream:
                        stream.close()
        self._process = self.number = None


FAULTS = ("crash", "hang", "traceback")


def run(numbers: Sequence[int], *, salt: int, workers: int) -> tuple[Counter[str], list[str]]:
    """Outcomes by kind, and one line for each fault."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    pool = [Worker(salt) for _ in range(min(workers, len(numbers)))]
    waiting = iter(numbers)
    slowest = (0.0, -1)
    try:
        for worker, number in zip(pool, waiting, strict=False):
            worker.give(number)
        while busy := [worker for worker in pool if worker.number is not None]:
            ready, _, _ = select.select(busy, [], [], 0.5)
            for worker in busy:
                number = worker.number
                if worker in ready:
                    told = worker.outcome()
                elif time.monotonic() - worker.since > SECONDS * PATIENCE:
                    told = {"outcome": "hang", "why": "it stands still"}
                    worker.stop()
                else:
                    continue
                outcome = str(told["outcome"])
                counts[outcome] += 1
                slowest = max(slowest, (float(str(told.get("seconds", 0.0))), number or 0))
                if outcome in FAULTS:
                    words = " ".join(str(told.get(key, "")) for key in ("why", "where", "name"))
                    faults.append(f"case {number}: {outcome}: {words}")
                    print(faults[-1], file=sys.stderr, flush=True)
                if counts.total() % 1000 == 0:
                    print(f"{counts.total()} of {len(numbers)}", file=sys.stderr, flush=True)
                if (following := next(waiting, None)) is not None:
                    worker.give(following)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)  # what was done until then is told
    finally:
        for worker in pool:
            worker.stop()
    print(f"slowest: case {slowest[1]}, {slowest[0]:.1f} s", file=sys.stderr)
    return counts, faults


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--salt", type=int, default=0)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, nargs="*")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.work:
        return work(given.salt)
    numbers = given.only or range(given.first, given.first + given.cases)
    if given.keep:
        mutator = Mutator(seeds(), given.salt)
        for case in map(mutator.case, given.only or ()):
            (given.keep / f"{case.number}-{Path(case.name).name}").write_bytes(case.data)
    start = time.monotonic()
    counts, faults = run(numbers, salt=given.salt, workers=given.workers)
    print(f"cases       {counts.total()} in {time.monotonic() - start:.0f} s")
    for outcome, count in counts.most_common():
        print(f"  {outcome:<24}{count:>7}")
    for fault in FAULTS:
        print(f"{fault + 's' if fault != 'crash' else 'crashes':<12}{counts[fault]}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
