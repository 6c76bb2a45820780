"""Makes everything in `corpus/` from its data files: the documents, and the gold beside each.

python scripts/make_corpus.py            writes into corpus/
python scripts/make_corpus.py --check    writes nothing, says what would change (exit 1)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_corpus_forms import make_forms_of
from make_corpus_prose import make_prose
from make_corpus_story import gold, read_series, with_oddities

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"

# What only a look across entries shows: numbers that do not run with their created dates, and a
# record older than the event that it tells of. Written by hand.
ODD: dict[str, dict[str, tuple[str, ...]]] = {
    "2021-Q2": {
        "PBI000000123100": ("created-after-event", "out-of-sequence"),
        "PBI000000121939": ("out-of-sequence",),
        "PBI000000121742": ("out-of-sequence",),
    },
    "2021-Q3": {
        "PBI000000121939": ("out-of-sequence",),
        "PBI000000121742": ("out-of-sequence",),
    },
}


def dump(value: Any) -> bytes:
    """JSON as it is kept in the tree."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def make_series() -> Iterator[tuple[str, bytes]]:
    """(path under corpus/, bytes) of the four quarters and their gold."""
    for report in read_series(CORPUS / "series.toml"):
        data, places, pages = make_prose(report)
        report = with_oddities(report, ODD.get(report.quarter or "", {}))
        yield report.file, data
        sha256 = hashlib.sha256(data).hexdigest()
        yield f"{Path(report.file).stem}.gold.json", dump(gold(report, sha256, pages, places))


def make_all(part: str = "") -> Iterator[tuple[str, bytes]]:
    """All of `corpus/`, or what lies under a path that contains `part`."""
    if part not in ("forms/", "heldout/"):
        yield from ((name, data) for name, data in make_series() if part in name)
    for folder in ("forms", "heldout"):
        source = CORPUS / f"{folder}.toml"
        if source.exists() and part in (f"{folder}/", ""):
            yield from make_forms_of(source, folder)


def main() -> int:
    """Writes, or compares with what is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on a change")
    parser.add_argument("--only", metavar="PART", help="paths that contain PART, such as forms/")
    arguments = parser.parse_args()
    changed = 0
    for name, data in make_all(arguments.only or ""):
        path = CORPUS / name
        if path.exists() and path.read_bytes() == data:
            continue
        changed += 1
        print(
            f"{'differs' if arguments.check else 'writes'}: {path.relative_to(ROOT)}",
            file=sys.stderr,
        )
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return 1 if arguments.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
