"""The corpus is what its data files say, and none of it is the paper's prose."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
SEED = ROOT.parent / "shared" / "seed" / "opsg-action-55-10.txt"
sys.path.insert(0, str(ROOT / "scripts"))

QUARTERS = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")
CLOSING = ("Closed", "Cancelled", "Rejected", "Completed", "Resolved")
SEVERITIES = ("Critical", "High", "Medium", "Low")
GOLDS = [path for path in sorted(CORPUS.rglob("*.gold.json")) if path.name != "series.gold.json"]
FONTS = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")
TOLD = ("title", "description", "user_impact", "workaround", "update", "incident_observation")
needs_fonts = pytest.mark.skipif(not FONTS.exists(), reason="fonts-liberation is not installed")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def document(gold: Path) -> Path:
    from evaluate_reading import document_of

    return document_of(gold)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def pdf_text(data: bytes) -> str:
    import pypdfium2 as pdfium

    pages = pdfium.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def test_every_document_has_gold_of_its_own_bytes() -> None:
    for path in GOLDS:
        report = read(path)["report"]
        found = document(path)
        assert report["file"] == found.name
        assert report["sha256"] == sha256(found.read_bytes()).hexdigest(), found.name


def test_the_series_is_four_consecutive_quarters_of_12_to_18_problems() -> None:
    assert sorted(path.name for path in CORPUS.glob("*.pdf")) == [
        f"{quarter}-problem-report.pdf" for quarter in QUARTERS
    ]
    for quarter in QUARTERS:
        gold = read(CORPUS / f"{quarter}-problem-report.gold.json")
        numbers = [problem["pbi"] for problem in gold["problems"]]
        assert gold["report"]["quarter"] == quarter
        assert 12 <= len(numbers) == len(set(numbers)) <= 18


@pytest.mark.parametrize("path", GOLDS, ids=lambda path: path.name)
def test_gold_words_stand_in_their_document(path: Path) -> None:
    gold, found = read(path), document(path)
    if gold.get("form") == "scan":
        pytest.skip("a scan has no text to look into")
    if found.suffix == ".pdf":
        words = squeezed(pdf_text(found.read_bytes()))
    else:
        from reading_evidence import medium_text

        words = squeezed(medium_text(found.read_bytes()))
    for problem in gold["problems"]:
        assert problem["pbi"][-6:] in words
        for name in TOLD:
            # Words may run over a page, with a running line in between: their ends are enough.
            told = squeezed(problem[name] or "")
            assert told[:24] in words, (problem["pbi"], name)
            assert told[-6:] in words, (problem["pbi"], name)


@needs_fonts
def test_the_same_data_gives_the_same_bytes_and_the_kept_words() -> None:
    from make_corpus import make_series

    first, second = dict(make_series()), dict(make_series())
    assert first == second
    for name, data in first.items():
        kept = CORPUS / name
        if name.endswith(".pdf"):
            # Another release of the fonts gives other bytes, but never other words.
            assert pdf_text(data) == pdf_text(kept.read_bytes()), name
        else:
            made, there = json.loads(data), read(kept)
            made["report"].pop("sha256"), there["report"].pop("sha256")
            assert made == there, name


@needs_fonts
def test_the_forms_that_need_no_other_program_come_out_the_same() -> None:
    from make_corpus_forms import make_paper, read_papers

    for paper in read_papers(CORPUS / "forms.toml"):
        if paper.head["form"] in ("prose", "word", "sheet", "csv"):
            data = make_paper(paper)
            assert data == make_paper(paper)
            if not paper.head["file"].endswith(".pdf"):
                assert data == (CORPUS / "forms" / paper.head["file"]).read_bytes()


def differences() -> set[tuple[str, str, str, str]]:
    """(pbi, kind, from, to) between the gold reports, worked out without the product."""
    out = set()
    last: dict[str, tuple[str, Any]] = {}
    for index, quarter in enumerate(QUARTERS):
        gold = read(CORPUS / f"{quarter}-problem-report.gold.json")
        now = {problem["pbi"]: problem for problem in gold["problems"]}
        for pbi, after in now.items():
            if pbi not in last:
                if index:
                    out.add((pbi, "appeared", QUARTERS[index - 1], quarter))
                continue
            since, before = last[pbi]
            kinds = kinds_between(before, after)
            if since != QUARTERS[index - 1] and before["status"] not in CLOSING:
                kinds.append("came_back")
            out |= {(pbi, kind, since, quarter) for kind in kinds}
        for pbi, (since, before) in last.items():
            gone = pbi not in now and since == QUARTERS[index - 1]
            if gone and before["status"] not in CLOSING:
                out.add((pbi, "vanished", since, quarter))
        last |= {pbi: (quarter, problem) for pbi, problem in now.items()}
    return out


def kinds_between(before: Any, after: Any) -> list[str]:
    kinds = []
    if before["status"] != after["status"]:
        closed, was = after["status"] in CLOSING, before["status"] in CLOSING
        kinds.append("closed" if closed else "reopened" if was else "status_changed")
    old, new = before["target_completion"], after["target_completion"]
    if old != new:
        if old and new:
            kinds.append("target_slipped" if new > old else "target_brought_forward")
        else:
            kinds.append("target_given" if new else "target_removed")
    if before["severity"] != after["severity"]:
        ranks = [SEVERITIES.index(problem["severity"]) for problem in (before, after)]
        kinds.append("severity_raised" if ranks[1] < ranks[0] else "severity_lowered")
    for name, kind in (
        ("owner", "owner_changed"),
        ("impact_class", "impact_class_changed"),
        ("user_impact", "impact_reworded"),
        ("title", "retitled"),
    ):
        if before[name] != after[name]:
            kinds.append(kind)
    return kinds


def test_the_hand_written_events_are_the_differences_of_the_gold() -> None:
    events = read(CORPUS / "series.gold.json")["events"]
    written = {(e["pbi"], e["kind"], e["from_quarter"], e["to_quarter"]) for e in events}
    assert len(written) == len(events)
    assert written == differences()
    assert {event["kind"] for event in events} == {
        "appeared",
        "closed",
        "reopened",
        "target_slipped",
        "target_brought_forward",
        "target_given",
        "target_removed",
        "owner_changed",
        "severity_raised",
        "severity_lowered",
        "status_changed",
        "impact_class_changed",
        "impact_reworded",
        "retitled",
        "vanished",
        "came_back",
    }


def test_some_target_slips_three_times() -> None:
    events = read(CORPUS / "series.gold.json")["events"]
    slips = [event["pbi"] for event in events if event["kind"] == "target_slipped"]
    assert max(slips.count(pbi) for pbi in slips) == 3


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def shingles(words: list[str], size: int = 10) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def narratives(seed: str) -> set[tuple[str, ...]]:
    """Ten-word runs of the paper's prose: facts, titles, labels and the action's words left out."""
    seed = seed[re.search(r"PBI\d{12}:", seed).start() :]  # type: ignore[union-attr]
    prose = re.sub(r"PBI\d{12}:.*?(?=\n\s*\n)", "\f", seed, flags=re.S)
    prose = re.sub(r"PBI created.*?(?=PBI\d{12}|\f|\Z)", "\f", prose, flags=re.S)
    prose = re.sub(r"(Incident observation:|This Problem Record is with)[^.]*\.", "\f", prose)
    titles = {
        " ".join(words_of(t)) for t in re.findall(r"PBI\d{12}:(.*?)(?=\n\s*\n)", seed, flags=re.S)
    }
    runs = set().union(*(shingles(words_of(part)) for part in prose.split("\f")))
    return {run for run in runs if not any(" ".join(run) in title for title in titles)}


@pytest.mark.skipif(not SEED.exists(), reason="the source paper is not beside this tree")
def test_no_sentence_of_the_paper_is_in_the_tree() -> None:
    paper = narratives(SEED.read_text(encoding="utf-8"))
    assert len(paper) > 500
    for path in tree_files():
        data = path.read_bytes()
        text = pdf_text(data) if path.suffix == ".pdf" else data.decode("utf-8", errors="ignore")
        shared = shingles(words_of(text)) & paper
        assert not shared, f"{path.relative_to(ROOT)}: {' '.join(sorted(shared)[0])}"


def tree_files() -> list[Path]:
    kinds = {".py", ".toml", ".md", ".json", ".jsonl", ".txt", ".csv", ".pdf", ".yaml", ".html"}
    folders = ("app", "bench", "corpus", "docs", "ingest", "kb", "scripts", "tests")
    files = [path for name in folders for path in (ROOT / name).rglob("*") if path.suffix in kinds]
    return sorted(files) + sorted(path for path in ROOT.glob("*") if path.suffix in kinds)


def test_the_series_data_names_only_known_keys() -> None:
    known = {
        "q",
        "title",
        "owner",
        "text",
        "more",
        "severity",
        "status",
        "target",
        "impact",
        "class",
    }
    known |= {"obs", "mi", "way", "workaround", "update", "says", "note", "outage"}
    for name in ("series.toml", "forms.toml", "heldout.toml"):
        if (CORPUS / name).exists():
            data = tomllib.loads((CORPUS / name).read_text(encoding="utf-8"))
            for problem in data["problem"]:
                for state in problem["state"]:
                    assert state.keys() <= known, (name, problem["pbi"])
