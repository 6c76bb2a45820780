"""How well the reader reads the corpus: floors on field F1, exact records and evidence."""

from __future__ import annotations

import json
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from evaluate_reading import (  # noqa: E402
    GROUPS,
    SCAN_F1,
    TEXT_EXACT,
    TEXT_F1,
    by_form,
    golds,
    main,
    score_file,
)
from reading_scores import Score, compare, score_reading  # noqa: E402

PATHS = [path for group in GROUPS.values() for path in golds(group)]


def form_of(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8")).get("form", "series"))


LOT_F1, LOT_EXACT = 0.98, 0.9
"""Floors on wordings that nobody has looked at; below them a rule has learnt one file."""
SCANS = [path for path in PATHS if form_of(path) == "scan"]
TEXTS = [path for path in PATHS if path not in SCANS]
needs_ocr = pytest.mark.skipif(
    not shutil.which("tesseract"), reason="tesseract-ocr is not installed"
)


@cache
def score_of(path: Path) -> Score:
    return score_file(path)


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name.removesuffix('.gold.json')}"


FORMS = sorted({(path.parent.name, form_of(path)) for path in TEXTS})


@pytest.mark.parametrize(("group", "form"), FORMS)
def test_fields_and_records_are_over_the_floor(group: str, form: str) -> None:
    paths = [path for path in TEXTS if (path.parent.name, form_of(path)) == (group, form)]
    scores = [score_of(path) for path in paths]
    (total,) = by_form(scores)
    mistakes = [
        (score.name, score.error, *mistake) for score in scores for mistake in score.mistakes
    ]
    assert total.total.f1 >= TEXT_F1, mistakes
    assert total.exact_share >= TEXT_EXACT, mistakes


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_every_quote_stands_on_its_page_and_in_its_box(path: Path) -> None:
    score = score_of(path)
    assert score.quotes[1] > 0
    assert score.quotes[0] == score.quotes[1], score.misplaced
    assert score.boxes[0] == score.boxes[1], score.misplaced
    assert score.pages[0] == score.pages[1]


@pytest.mark.ocr
@pytest.mark.slow
@needs_ocr
@pytest.mark.parametrize("path", SCANS, ids=named)
def test_scans_are_over_their_floor(path: Path) -> None:
    score = score_of(path)
    assert not score.error
    assert score.total.f1 >= SCAN_F1, score.mistakes


def test_gold_scores_full_against_itself_and_less_when_it_is_changed() -> None:
    gold = json.loads(PATHS[0].read_text(encoding="utf-8"))
    same = score_reading(gold, gold)
    assert (same.total.f1, same.exact) == (1.0, len(gold["problems"]))
    other = json.loads(json.dumps(gold))
    other["problems"][0]["severity"] = "Low" if gold["problems"][0]["severity"] != "Low" else "High"
    other["problems"].pop()
    worse = score_reading(gold, other)
    assert worse.total.f1 < 1.0
    assert worse.exact == len(gold["problems"]) - 2
    assert worse.count("severity").wrong == 1


@pytest.mark.parametrize(
    ("gold", "read", "right", "wrong", "missed"),
    [
        (None, None, 0, 0, 0),
        ("a  b", "a\nb", 1, 0, 0),
        ("the DCO’s", "the DCO's", 1, 0, 0),
        ("DSP", None, 0, 0, 1),
        (None, "DSP", 0, 1, 0),
        ("DSP", "DCO", 0, 1, 1),
        (False, None, 0, 0, 1),
        (False, False, 1, 0, 0),
        ("not_stated", None, 0, 0, 0),
        (["DSP", "DCO"], ["DCO", "CSS"], 1, 1, 1),
        ([], ["CSS"], 0, 1, 0),
    ],
)
def test_compare(gold: object, read: object, right: int, wrong: int, missed: int) -> None:
    count = compare(gold, read)
    assert (count.right, count.wrong, count.missed) == (right, wrong, missed)


def test_forms_add_up() -> None:
    one, two = Score("a", "prose", records=3, exact=2), Score("b", "prose", records=4, exact=4)
    (form,) = by_form([one, two])
    assert (form.records, form.exact) == (7, 6)


def test_json_and_floor(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--group", "series", "--only", "2021-Q2", "--json", "--floor"])
    out = json.loads(capsys.readouterr().out)
    (form,) = out["series"]["forms"]
    assert form["records"] == 16
    assert status == (1 if form["below_floor"] else 0)


@pytest.mark.parametrize("seed", [1, 2])
def test_reports_drawn_by_lot_are_read_as_well(seed: int, tmp_path: Path) -> None:
    if not Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf").exists():
        pytest.skip("fonts-liberation is not installed")
    from make_variants import make_variants

    forms = ("prose", "ruled", "unruled", "headings", "annex", "sheet", "csv")
    for name, data in make_variants(len(forms), seed, forms):
        (tmp_path / name).write_bytes(data)
    total = Score("all")
    for path in golds(tmp_path):
        total.add(score_file(path))
    assert total.total.f1 >= LOT_F1
    assert total.exact_share >= LOT_EXACT
    assert total.quotes[0] == total.quotes[1]
