"""The pages that people read: empty, filled, with a broken link, with hostile text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from app_samples import HOSTILE, data, html, loaded, opened, shown, template

from app.routes import ROUTES
from kb.base import KnowledgeBase
from kb.settings import Settings

__all__ = ["data", "loaded", "template"]

PAGES = [route.path for route in ROUTES]


def test_every_page_says_what_to_do_while_nothing_is_loaded(data: Path) -> None:
    for path in set(PAGES) - {"people", "audit"}:
        app = opened(path)
        assert not app.exception, path
        assert "went wrong" not in shown(app), path
        assert "No report is" in shown(app) or "not loaded" in shown(app), path


def test_every_page_draws_with_reports_loaded(loaded: Path) -> None:
    for path in PAGES:
        app = opened(path)
        assert not app.exception, path
        assert "went wrong" not in shown(app), path


def test_a_problem_shows_what_its_latest_report_says_and_its_history(loaded: Path) -> None:
    said = shown(opened("problem", pbi="122422"))
    assert "Failure of requests" in said
    assert "the Q3 2021 report, as at 20 December 2021" in said
    assert "31 January 2022" in said
    assert "target slipped from 29 October 2021 to 31 January 2022 (94 days)" in said
    assert "Slipped once, 94 days" in said


def test_a_problem_opens_by_its_number_however_it_is_written(loaded: Path) -> None:
    for typed in ("122422", "PBI000000122422", "PBI 122422"):
        assert "Failure of requests" in shown(opened("problem", pbi=typed)), typed


def test_a_problem_that_is_not_held_is_said_so(loaded: Path) -> None:
    for typed in ("999999", "nonsense", "", "PBI", "1" * 40):
        app = opened("problem", pbi=typed)
        assert not app.exception, typed
        said = shown(app)
        assert "No published report mentions" in said or "No problem is chosen" in said, typed


def test_the_problem_page_opens_the_evidence_of_a_field(loaded: Path) -> None:
    app = opened("problem", pbi="122422")
    assert "Source 1 of " in shown(app)
    assert [image for image in app.main if type(image).__name__ == "Image"]


def test_text_of_documents_is_shown_and_never_acts(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        second = kb.reports()[-1].id
    params = {"problem": {"pbi": "125000"}, "review": {"report": second, "pbi": "125000"}}
    for path in ("problem", "problems", "impact", "changes", "review"):
        app = opened(path, **params.get(path, {}))
        assert not app.exception
        assert HOSTILE in shown(app), path
        assert "<b>bold" not in html(app), path
        for element in app.main:
            # Markdown is where it would act: nothing of the document may reach it as it stands.
            if type(element).__name__ in ("Markdown", "Caption"):
                assert HOSTILE not in element.proto.body, path


def test_the_wordings_of_two_reports_stand_side_by_side(loaded: Path) -> None:
    app = opened("problem", pbi="122422")
    app.session_state["problem_tabs"] = "Wording by report"
    app.run()
    sent = html(app)
    assert "<del>Nobody could send requests.</del>" in sent
    assert "<ins>A patch is being tested.</ins>" in sent


def test_changes_between_two_quarters_are_grouped(loaded: Path) -> None:
    said = shown(opened("changes"))
    assert "Target slipped" in said
    assert "No longer mentioned, not reported closed" in said
    assert "New" in said


def test_changes_can_be_downloaded(loaded: Path) -> None:
    app = opened("changes")
    assert not app.exception
    labels = [one.label for one in app.get("download_button")]
    assert labels == ["Word", "PDF", "Excel", "CSV"]


def test_changes_asked_for_the_wrong_way_round_are_explained(loaded: Path) -> None:
    said = shown(opened("changes", **{"from": "2021-Q3", "to": "2021-Q2"}))
    assert "not after the first" in said


def test_the_impact_paper_follows_the_address(loaded: Path) -> None:
    said = shown(opened("impact", supplier="DCO", quarter="2021-Q2"))
    assert "User impact of problems that involve DCO, Q2 2021" in said
    assert "The cluster failed for 69 minutes." in said
    held = shown(opened("impact", supplier="DSP", quarter="2021-Q2", held="yes"))
    assert "122808" in held
    assert "122422" not in held


def test_about_counts_what_is_loaded(loaded: Path) -> None:
    said = shown(opened("about"))
    assert "as at 20 December 2021; the reports cover Q2 2021 to Q3 2021" in said
    assert "2021-Q2.pdf" in said


def test_a_fault_of_ours_is_a_sentence_with_a_number_and_no_trace(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret/path/of/ours")

    monkeypatch.setattr(KnowledgeBase, "history", broken)
    app = opened("problem", pbi="122422")
    said = shown(app)
    assert not app.exception
    assert "quote reference" in said
    assert "secret" not in said
    assert "Traceback" not in said


def test_a_store_that_cannot_be_read_names_no_folder(
    loaded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kb.errors import StoreUnavailable

    def broken(*_args: object, **_more: object) -> None:
        raise StoreUnavailable(f"sqlite:///{loaded}: disk I/O error")

    monkeypatch.setattr(KnowledgeBase, "catalogue", broken)
    said = shown(opened("problems"))
    assert "cannot be read just now" in said
    assert str(loaded) not in said


def test_no_page_loads_what_only_questions_need(loaded: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from app_samples import opened\n"
        "from app.routes import ROUTES\n"
        "for route in ROUTES: opened(route.path)\n"
        "print([name for name in ('torch', 'spacy', 'chromadb') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "PBI_DATA": str(loaded)},
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
