"""The product against what people would pick instead, in one run on the same reports.

    python bench/against.py [--python build/peers/bin/python] [--folder FOLDER_OF_PDFS]
                            [--rounds 3] [--keep]

The peers (bench/peers/) run under an interpreter of their own, which `make bench-peers` makes:
they need some gigabytes. Same PDF files, same weights, same questions; each in a process of its
own; ratios are taken within a round, so that other work on the machine mostly cancels.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from ingesting import counted, ingested, made
from measure import ROOT, begin, keep, median, p95, table, watched
from questions import TOLD, asked, loaded, questions_of

PEERS = ("langchain", "llamaindex")
Round = dict[str, dict[str, float]]
"""By name: pages a second, milliseconds of a question."""


def main() -> int:
    """Prints the table."""
    given = begin("Against what people would pick instead", _options)
    if not given.python.exists():
        print(f"{given.python} is missing: make bench-peers makes it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        folder = given.folder or made(place / "pdf")
        small = made(place / "small", reports=1, problems=1)
        rounds = []
        for number in range(given.rounds):
            here = place / f"round-{number}"
            here.mkdir()
            rounds.append(_round(here, folder, small, given))
            print(f"round {number + 1}: {rounds[-1]}", file=sys.stderr, flush=True)
    _show(rounds, given)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    default = ROOT / "build" / "peers" / "bin" / "python"
    parser.add_argument("--python", type=Path, default=default)
    parser.add_argument("--folder", type=Path, help="PDF files; default 12 made ones")
    parser.add_argument("--rounds", type=int, default=3)


def _round(here: Path, folder: Path, small: Path, given: argparse.Namespace) -> Round:
    files = sorted(folder.glob("*.pdf"))
    pages = counted(files)
    whole = ingested(here / "ours", files)
    cold = ingested(here / "cold", [small])
    kb, encoder = loaded(here / "asked", folder)
    with kb:
        questions = [*questions_of(kb)]
        taken = asked(kb, encoder, 3)
    found: Round = {
        "pbi": {
            "pages/s": pages / max(whole.seconds - cold.seconds, 0.01),
            "with start": pages / whole.seconds,
            "pages/processor s": pages / max(whole.processor - cold.processor, 0.01),
            "without": median(taken["without the encoder"]),
            "without 95": p95(taken["without the encoder"]),
            "with": median(taken["with the encoder"]),
            "with 95": p95(taken["with the encoder"]),
        }
    }
    (here / "questions.json").write_text(json.dumps([*questions, *TOLD]), encoding="utf-8")
    for name in PEERS:
        command = [str(given.python), str(ROOT / "bench" / "peers" / f"with_{name}.py")]
        arguments = [str(folder), str(here / "questions.json"), str(here / f"store-{name}")]
        run = watched([*command, *arguments], HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
        said = json.loads(run.out.splitlines()[-1])
        found[name] = {
            "pages/s": pages / said["ingest"],
            "with start": pages / run.seconds,
            "pages/processor s": pages / said["processor"],
            "without": median(said["questions"]),
            "without 95": p95(said["questions"]),
            "with": median(said["questions"]),
            "with 95": p95(said["questions"]),
        }
    return found


def _show(rounds: list[Round], given: argparse.Namespace) -> None:
    names = ("pbi", *PEERS)
    heads = ("pages/s", "with start", "pages/processor s", "without", "without 95", "with",
             "with 95")  # fmt: skip
    rows = [
        (name, *(f"{median([one[name][head] for one in rounds]):.1f}" for head in heads))
        for name in names
    ]
    table(
        ("", "pages/s", "with start", "a processor s", "question*", "95th", "question**", "95th"),
        rows,
    )
    print("*, ** of pbi: median of those that need no encoder, and of those that do, ms\n")
    ratios = []
    for name in PEERS:
        for head in ("pages/s", "pages/processor s", "without", "with"):
            each = [one["pbi"][head] / one[name][head] for one in rounds]
            ratios.append(
                (f"{head} / {name}", f"{median(each):.2f}", f"{min(each):.2f}", f"{max(each):.2f}")
            )
    table(("pbi as a multiple of", "median", "least", "most"), ratios)
    keep("against peers", ", ".join(f"{row[0]} {row[1]}" for row in ratios), given)


if __name__ == "__main__":
    sys.exit(main())
