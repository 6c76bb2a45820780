"""Reads damaged reports led by what code each reaches: atheris, libFuzzer's way for Python.

    make fuzz-covered                          5,000 cases
    make fuzz-covered ARGS="-runs=2000 -seed=7"

Where scripts/fuzz.py draws cases blindly, each in a process with limits, this keeps what reached
new lines of `ingest/` and changes that further, in one process. It starts from the same reports
and half of its changes are the same ones; the others are libFuzzer's own. It ends with status 1
and writes the case to build/fuzz/ when anything but an `IngestError` is raised, or when one case
takes longer than 20 seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).resolve().parent))

with atheris.instrument_imports(include=["ingest"]):
    import ingest.documents
    import ingest.docx
    import ingest.pdf
    import ingest.read
    import ingest.sheet  # noqa: F401

from fuzz import read_case, seeds  # noqa: E402
from mutations import Mutator  # noqa: E402

LONGEST = 400_000
"""Bytes of a case; longer reports are left to scripts/fuzz.py."""

_found = [one for one in seeds() if len(one.data) <= LONGEST]
_mutator = Mutator(_found)


def one_case(data: bytes) -> None:
    """Read or refused: whatever else is raised is a find. The first byte says what it is called."""
    if data:
        read_case(data[1:], ("x", "a.csv")[data[0] % 2])


def changed(data: bytes, longest: int, seed: int) -> bytes:
    """A report changed as people and transports damage them, or these bytes as libFuzzer does."""
    if seed % 2:
        case = _mutator.case(seed)
        return (bytes([case.name.endswith(".csv")]) + case.data)[:longest]
    return bytes(atheris.Mutate(data, longest))


def main() -> None:
    """Runs until a find, or `-runs` are done."""
    place = ROOT / "build" / "fuzz"
    start = place / "seeds"
    start.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(_found):
        name = bytes([one.name.endswith(".csv")])
        (start / f"{number}-{Path(one.name).name}").write_bytes(name + one.data)
    given = [one for one in sys.argv[1:] if one.startswith("-")]
    if not any(one.startswith("-runs=") for one in given):
        given.append("-runs=5000")
    limits = [f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=4096", "-print_final_stats=1"]
    prefix = f"-artifact_prefix={place}/"
    grown = place / "grown"
    grown.mkdir(exist_ok=True)
    arguments = [sys.argv[0], *limits, prefix, *given, str(grown), str(start)]
    atheris.Setup(arguments, one_case, custom_mutator=changed)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
