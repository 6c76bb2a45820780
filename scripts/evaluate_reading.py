"""Scores the reader on every document of `corpus/` that has a gold file beside it.

python scripts/evaluate_reading.py                       series, forms and the held-out half
python scripts/evaluate_reading.py --group forms -v      one group, with every mistake
python scripts/evaluate_reading.py --floor               exit 1 under the floors
python scripts/evaluate_reading.py --json > scores.json
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from reading_evidence import check_evidence
from reading_scores import Score, score_reading

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
GROUPS = {"series": CORPUS, "forms": CORPUS / "forms", "heldout": CORPUS / "heldout"}
TEXT_F1, TEXT_EXACT, SCAN_F1 = 0.99, 0.97, 0.95
"""Floors: field F1 and share of exact records on every form with text, field F1 on scans."""


def document_of(gold: Path) -> Path:
    """The document that a gold file stands beside.

    Raises:
        FileNotFoundError: there is none.
    """
    stem = gold.name.removesuffix(".gold.json")
    for path in sorted(gold.parent.glob(f"{stem}.*")):
        if path.suffix != ".json":
            return path
    raise FileNotFoundError(f"{gold}: no document of that name beside it")


def golds(folder: Path) -> list[Path]:
    """Gold files of documents in a folder, by name."""
    return [path for path in sorted(folder.glob("*.gold.json")) if path.name != "series.gold.json"]


def score_file(gold_path: Path) -> Score:
    """Reads one document and scores it; a document that cannot be read scores nothing."""
    from ingest.errors import IngestError
    from ingest.read import read_report

    gold = json.loads(gold_path.read_text(encoding="utf-8"))
    path = document_of(gold_path)
    data = path.read_bytes()
    empty: dict[str, Any] = {"report": {}, "problems": [], "findings": []}
    start = time.perf_counter()
    try:
        read = read_report(data, path.name).model_dump(mode="json")
    except IngestError as error:
        score = score_reading(gold, empty)
        score.error = error.line()
        return score
    except Exception as error:  # a crash of the reader is a result too; the others still count
        score = score_reading(gold, empty)
        score.error = f"{path.name}: the reader failed with {type(error).__name__}: {error}"
        return score
    seconds = time.perf_counter() - start
    score = score_reading(gold, read)
    score.seconds = seconds
    check_evidence(score, data, read)
    return score


def by_form(scores: Iterable[Score]) -> list[Score]:
    """One score for each form, in order of appearance."""
    forms: dict[str, Score] = {}
    for score in scores:
        forms.setdefault(score.form, Score(score.form, score.form)).add(score)
    return list(forms.values())


def below_floor(score: Score) -> str:
    """What is under its floor, in words; empty where nothing is."""
    f1 = score.total.f1
    if score.form == "scan":
        return f"F1 {f1:.3f} < {SCAN_F1}" if f1 < SCAN_F1 else ""
    said = []
    if f1 < TEXT_F1:
        said.append(f"F1 {f1:.3f} < {TEXT_F1}")
    if score.exact_share < TEXT_EXACT:
        said.append(f"exact {score.exact_share:.1%} < {TEXT_EXACT:.0%}")
    return ", ".join(said)


def share(pair: tuple[int, int]) -> str:
    """ "98.2%", "-" of nothing."""
    return f"{pair[0] / pair[1]:.1%}" if pair[1] else "-"


def row(score: Score) -> str:
    """One line of the table."""
    total = score.total
    cells = (
        f"{score.name[:40]:<40}",
        f"{total.precision:>6.3f}",
        f"{total.recall:>6.3f}",
        f"{total.f1:>6.3f}",
        f"{score.exact:>3}/{score.records + score.extra:<3}",
        f"{share(score.quotes):>7}",
        f"{share(score.boxes):>7}",
        f"{share(score.pages):>7}",
        f"{score.impact.f1:>6.3f}",
        f"{score.findings.recall:>6.3f}",
        f"{score.seconds:>6.1f}" if score.seconds else "",
    )
    return " ".join(cells)


HEADER = (
    f"{'':<40} {'prec':>6} {'rec':>6} {'F1':>6} {'exact':>7} {'quotes':>7} {'boxes':>7} "
    f"{'pages':>7} {'impact':>6} {'finds':>6} {'s':>6}"
)


def show(title: str, scores: Sequence[Score], verbose: bool) -> None:
    """Prints one group: a line per document, a line per form."""
    print(f"\n{title}\n{HEADER}")
    for score in scores:
        print(row(score))
        if score.error:
            print(f"    {score.error}")
        if verbose:
            for pbi, name, gold, read, page in score.mistakes:
                where = f" p.{page}" if page else ""
                print(f"    {pbi} {name}{where}\n        gold {gold!r}\n        read {read!r}")
            for line in score.misplaced:
                print(f"    {line}")
    forms = by_form(scores)
    if len(forms) > 1 or len(scores) > 1:
        print("by form")
        for score in forms:
            print(f"{row(score)}{'  under: ' + below_floor(score) if below_floor(score) else ''}")
    total = Score("all")
    for score in scores:
        total.add(score)
    print(row(total))


def as_json(score: Score) -> dict[str, Any]:
    """One score for programs."""
    total = score.total
    return {
        "name": score.name,
        "form": score.form,
        "precision": total.precision,
        "recall": total.recall,
        "f1": total.f1,
        "records": score.records,
        "extra": score.extra,
        "exact": score.exact,
        "exact_share": score.exact_share,
        "quotes": score.quotes,
        "boxes": score.boxes,
        "pages": score.pages,
        "impact_evidence_f1": score.impact.f1,
        "findings_recall": score.findings.recall,
        "fields": {
            name: {"precision": count.precision, "recall": count.recall, "f1": count.f1}
            for name, count in score.fields.items()
        },
        "mistakes": [
            {"pbi": pbi, "field": name, "gold": gold, "read": read, "page": page}
            for pbi, name, gold, read, page in score.mistakes
        ],
        "misplaced": score.misplaced,
        "error": score.error,
        "below_floor": below_floor(score),
    }


def drawn(count: int, seed: int) -> tempfile.TemporaryDirectory[str]:
    """A folder of reports drawn by lot, with their gold."""
    from make_variants import make_variants

    folder = tempfile.TemporaryDirectory(prefix="variants-")
    for name, data in make_variants(count, seed):
        Path(folder.name, name).write_bytes(data)
    return folder


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0, or 1 where `--floor` is given and a form is under it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--group", action="append", choices=sorted(GROUPS), help="default: all")
    parser.add_argument("--only", metavar="PART", default="", help="documents whose name has PART")
    parser.add_argument(
        "--floor", action="store_true", help="exit 1 where a form is under its floor"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--variants", type=int, metavar="N", help="N reports drawn by lot instead")
    parser.add_argument("--seed", type=int, default=1, help="of the lot")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every mistake")
    arguments = parser.parse_args(argv)
    sys.path.insert(0, str(ROOT))
    out: dict[str, Any] = {}
    low = []
    groups = {name: GROUPS[name] for name in arguments.group or GROUPS}
    folder = None
    if arguments.variants:
        folder = drawn(arguments.variants, arguments.seed)
        groups = {f"variants of seed {arguments.seed}": Path(folder.name)}
    for group, place in groups.items():
        paths = [path for path in golds(place) if arguments.only in path.name]
        if not paths:
            continue
        scores = [score_file(path) for path in paths]
        forms = by_form(scores)
        low += [f"{group} {form.name}: {below_floor(form)}" for form in forms if below_floor(form)]
        out[group] = {
            "documents": [as_json(score) for score in scores],
            "forms": [as_json(form) for form in forms],
        }
        if not arguments.json:
            show(group, scores, arguments.verbose)
    if arguments.json:
        print(json.dumps(out, indent=1, ensure_ascii=False))
    if folder:
        folder.cleanup()
    for line in low:
        print(f"under the floor: {line}", file=sys.stderr)
    return 1 if arguments.floor and low else 0


if __name__ == "__main__":
    sys.exit(main())
