"""Upload and Review: every file has a result, none is read twice, nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from app_samples import (
    FIRST,
    SECOND,
    data,
    filled,
    html,
    loaded,
    opened,
    printed,
    problem,
    reading,
    shown,
    take_in,
    template,
)
from streamlit.testing.v1 import AppTest

from app.jobs import Jobs, jobs
from app.reviewing import needs_a_look, report_values, values_of
from app.service import knowledge_base
from app.widgets.page_boxes import Mark, layered, png_size
from ingest.records import Grade
from kb import jobs as kept
from kb.base import KnowledgeBase
from kb.jobs import JobState
from kb.preview import would_change
from kb.records import EventKind, ReportState
from kb.settings import Settings
from kb.tables import jobs as table

__all__ = ["data", "loaded", "template"]

BYTES, READ = printed(SECOND)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in order; what is read is known beforehand."""
    names: list[str] = []
    own = KnowledgeBase.ingest

    def counted(kb: KnowledgeBase, data: bytes, name: str, **more: Any) -> Any:
        names.append(name)
        if data == BYTES:
            more["reader"] = lambda _data, _name: READ
        return own(kb, data, name, **more)

    monkeypatch.setattr(KnowledgeBase, "ingest", counted)
    return names


def uploaded(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    box = app.file_uploader[0]
    box.set_value([(name, content, "application/pdf") for name, content in files])
    next(one for one in app.button if one.label == "Read the files").click().run()
    jobs().settle(60)
    return app.run()


def test_each_file_has_a_result_with_its_reason(data: Path, reads: list[str]) -> None:
    app = uploaded(
        opened("upload"),
        ("good.pdf", BYTES),
        ("noise.pdf", b"%PDF-1.7 nothing"),
        ("empty.pdf", b""),
        ("again.pdf", BYTES),
    )
    assert not app.exception
    said = shown(app)
    assert "good.pdf: 3 problems read, kept as a draft" in said
    assert "Refused" in said
    assert "empty.pdf: the file is empty" in said
    assert "again.pdf: the same file is loaded already" in said
    assert sorted(reads) == ["again.pdf", "empty.pdf", "good.pdf", "noise.pdf"]


def test_no_rerun_reads_a_file_again_and_the_box_is_empty_after(
    data: Path, reads: list[str]
) -> None:
    app = uploaded(opened("upload"), ("good.pdf", BYTES))
    for _ in range(3):
        app.run()
    assert reads == ["good.pdf"]
    assert not app.file_uploader[0].value
    assert "good.pdf: 3 problems" in shown(app)


def test_pressing_without_a_file_says_what_to_do(data: Path, reads: list[str]) -> None:
    app = opened("upload")
    next(one for one in app.button if one.label == "Read the files").click().run()
    assert [one.value for one in app.warning] == ["Choose one or more files first."]
    assert reads == []


def test_published_at_once_speaks_at_once(data: Path, reads: list[str]) -> None:
    app = opened("upload")
    app.checkbox[0].check()
    uploaded(app, ("good.pdf", BYTES))
    assert "Published" in shown(app)
    assert "123400" in shown(opened("problems"))


def test_the_same_file_twice_at_once_is_one_job(data: Path, reads: list[str]) -> None:
    with KnowledgeBase.open(Settings(data=data)) as kb:
        held = Jobs()
        with gate(kb) as release:
            one = held.add(kb, BYTES, "a.pdf", draft=True)
            again = held.add(kb, BYTES, "a.pdf", draft=True)
            release.set()
        held.settle(60)
        assert again.id == one.id
        assert [job.state for job in held.all(kb)] == [JobState.DRAFT]
    assert reads == ["a.pdf"]


def test_a_cancelled_job_keeps_nothing(
    data: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "BETWEEN", 0.0)
    with KnowledgeBase.open(Settings(data=data)) as kb:
        held = Jobs()
        with gate(kb) as release:
            job = held.add(kb, BYTES, "a.pdf", draft=True)
            kept.cancel(kb, job.id)
            release.set()
        held.settle(60)
        (done,) = held.all(kb)
        assert done.state is JobState.REFUSED
        assert "cancelled" in done.message
        assert kb.reports() == []


def test_what_a_server_left_unread_is_read_by_the_next(data: Path, reads: list[str]) -> None:
    with KnowledgeBase.open(Settings(data=data)) as kb:
        waiting = kept.add(kb, BYTES, "a.pdf", draft=True)
        kept.add(kb, b"%PDF-1.7 nothing", "b.pdf", draft=True)
        assert kept.take(kb, "dead") is not None
        with kb.database.write(counts=False) as connection:
            connection.execute(table.update().values(seen=datetime(2021, 1, 1, tzinfo=UTC)))
    app = opened("upload")
    assert "Being read" in shown(app)
    jobs().settle(60)
    said = shown(app.run())
    assert "a.pdf: 3 problems read, kept as a draft" in said
    assert "b.pdf" in said
    assert sorted(reads) == ["a.pdf", "b.pdf"]
    kb = knowledge_base()
    assert kept.job(kb, waiting.id).state is JobState.DRAFT
    next(one for one in app.button if one.label == "Clear this list").click().run()
    assert kept.held(kb) == []


def test_a_refreshed_page_still_shows_what_became_of_the_files(
    data: Path, reads: list[str]
) -> None:
    uploaded(opened("upload"), ("good.pdf", BYTES))
    assert "good.pdf: 3 problems read, kept as a draft" in shown(opened("upload"))


def test_a_fault_while_reading_is_a_refusal_in_words(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(KnowledgeBase, "ingest", broken)
    said = shown(uploaded(opened("upload"), ("good.pdf", BYTES)))
    assert "a fault of ours" in said
    assert "secret" not in said


@contextmanager
def gate(kb: KnowledgeBase) -> Iterator[Event]:
    """Readings wait until the event is set, then tell of one step."""
    own, release = kb.ingest, Event()

    def held_back(data: bytes, name: str, **more: Any) -> Any:
        release.wait(30)
        more["progress"]("pages", 1, 2)
        return own(data, name, **more)

    kb.ingest = held_back  # type: ignore[method-assign]
    yield release


def test_reports_can_be_withdrawn_published_again_and_removed(loaded: Path) -> None:
    app = opened("upload")
    kb = knowledge_base()
    report = kb.reports()[0]
    app.button(key=f"withdraw_{report.id}").click().run()
    assert kb.report(report.id).state is ReportState.WITHDRAWN
    app.button(key=f"publish_{report.id}").click().run()
    assert kb.report(report.id).state is ReportState.PUBLISHED
    app.button(key=f"remove_{report.id}").click().run()
    next(one for one in app.button if one.label == "Remove for good").click().run()
    assert [one.id for one in kb.reports()] != []
    assert report.id not in [one.id for one in kb.reports()]


def test_a_report_can_be_superseded(loaded: Path) -> None:
    kb = knowledge_base()
    old = kb.reports()[0].id
    new = take_in(kb, reading("2021-Q2", FIRST.report.status_date, problem("122422"),
                              file="corrected.pdf", title="Another"), draft=True)  # fmt: skip
    app = opened("upload")
    app.selectbox(key=f"successor_{old}").set_value(new).run()
    app.button(key=f"supersede_now_{old}").click().run()
    assert kb.report(old).state is ReportState.SUPERSEDED
    assert kb.report(new).state is ReportState.PUBLISHED
    assert "superseded by corrected.pdf" in shown(app)


def test_a_value_is_corrected_and_the_printed_one_kept(loaded: Path) -> None:
    kb = knowledge_base()
    report = kb.reports()[0].id
    app = opened("review", report=report, pbi="122422", field="severity")
    key = "PBI000000122422_severity"
    app.text_input(key=f"typed_{key}").set_value("High")
    app.text_input(key=f"note_{key}").set_value("see page 1")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception
    assert "Corrected by" in shown(app)
    assert "printed: Critical" in shown(app)
    (correction,) = kb.corrections(report)
    assert (correction.printed, correction.value, correction.note) == (
        "Critical",
        "High",
        "see page 1",
    )


def test_a_correction_that_the_field_cannot_hold_is_refused_in_words(loaded: Path) -> None:
    kb = knowledge_base()
    report = kb.reports()[0].id
    app = opened("review", report=report, pbi="122422", field="created")
    app.text_input(key="typed_PBI000000122422_created").set_value("last spring")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception
    assert "refused" in app.error[0].value
    assert kb.corrections(report) == []


def test_a_draft_is_published_or_discarded_from_its_review(data: Path) -> None:
    filled(data).close()
    kb = knowledge_base()
    third = reading("2022-Q1", SECOND.report.status_date, problem("130000"))
    draft = take_in(kb, third, draft=True)
    opened("review", report=draft).button(key="review_discard").click().run()
    assert draft not in [one.id for one in kb.reports()]
    draft = take_in(kb, third, draft=True)
    opened("review", report=draft).button(key="review_publish").click().run()
    assert kb.report(draft).state is ReportState.PUBLISHED


def test_what_a_draft_would_change_is_shown_and_nothing_is_written(data: Path) -> None:
    kb = knowledge_base()
    take_in(kb, FIRST)
    draft = take_in(kb, SECOND, draft=True)
    before, events = would_change(kb, draft)
    assert before is not None
    assert before.quarter == "2021-Q2"
    kinds = {(event.pbi[-6:], event.kind) for event in events}
    assert ("122422", EventKind.SLIPPED) in kinds
    assert ("123400", EventKind.APPEARED) in kinds
    assert ("121104", EventKind.VANISHED) in kinds
    assert not any(pbi == "122808" and kind is EventKind.VANISHED for pbi, kind in kinds)
    assert kb.report(draft).state is ReportState.DRAFT
    kb.publish(draft)
    after = {(event.pbi[-6:], event.kind) for event in kb.changes("2021-Q2", "2021-Q3")}
    assert after == kinds


def test_the_first_report_has_nothing_to_be_compared_with(data: Path) -> None:
    kb = knowledge_base()
    draft = take_in(kb, FIRST, draft=True)
    assert would_change(kb, draft) == (None, [])


def test_the_quarter_of_a_report_is_set(loaded: Path) -> None:
    kb = knowledge_base()
    report = kb.reports()[0].id
    app = opened("review", report=report)
    app.session_state["review_tabs"] = "Report"
    app.run()
    app.text_input(key="report_quarter").set_value("2021-Q1")
    next(one for one in app.button if one.label == "Save").click().run()
    assert kb.report(report).quarter == "2021-Q1"
    assert [one.field for one in kb.corrections(report)] == ["quarter"]


def test_values_carry_their_place_and_what_to_look_at(loaded: Path) -> None:
    kb = knowledge_base()
    said = {one.pbi[-6:]: one for one in kb.said_in(kb.reports()[1].id)}
    values = {one.name: one for one in values_of(said["125000"], ())}
    assert values["title"].grade is Grade.POOR
    assert values["title"].remark == "To look at: read from a torn page"
    assert values["status"].place is not None
    assert not values["workaround"].stated
    assert needs_a_look(said["125000"])
    assert not needs_a_look(said["123400"])
    assert [one.name for one in report_values(SECOND.report)][:3] == [
        "title",
        "reference",
        "quarter",
    ]


def test_a_small_box_lies_on_top_of_a_large_one() -> None:
    small = Mark("s", "small", (10, 10, 20, 20))
    large = Mark("l", "large", (0, 0, 100, 100))
    assert layered([small, large]) == [large, small]


def test_the_size_of_a_picture_is_read_from_its_head(loaded: Path) -> None:
    kb = knowledge_base()
    image = kb.page_image(kb.reports()[0].id, 1, scale=2.0)
    assert image is not None
    assert png_size(image) == (1190, 1684)


def test_a_report_that_is_gone_is_said_so(data: Path) -> None:
    assert "not loaded" in html(opened("review", report="000000000000"))


def test_a_problem_that_was_not_read_is_added_by_hand(data: Path) -> None:
    kb = knowledge_base()
    draft = take_in(kb, FIRST, draft=True)
    app = opened("review", report=draft)
    app.button(key="hand_open").click().run()
    app.text_input(key="hand_pbi").set_value("130001")
    app.text_input(key="hand_title").set_value("Torn from page one")
    app.text_input(key="hand_created").set_value("30/06/2021")
    app.selectbox(key="hand_severity").set_value("High")
    next(one for one in app.button if one.label == "Add it").click().run()
    assert not app.exception
    said = shown(app)
    assert "130001" in said
    assert "To look at: entered by hand by" in said
    assert not [one for one in app.text_input if one.key == "hand_pbi"]
    assert kb.reading(draft).problems[-1].title == "Torn from page one"


def test_what_cannot_be_added_is_refused_in_words_and_what_was_typed_stays(data: Path) -> None:
    kb = knowledge_base()
    draft = take_in(kb, FIRST, draft=True)
    app = opened("review", report=draft)
    app.button(key="hand_open").click().run()
    app.text_input(key="hand_pbi").set_value("122422")
    app.text_input(key="hand_title").set_value("Again")
    next(one for one in app.button if one.label == "Add it").click().run()
    assert not app.exception
    assert "already" in app.error[0].value
    assert app.text_input(key="hand_title").value == "Again"


def test_a_problem_is_dropped_from_a_draft_and_taken_back(data: Path) -> None:
    kb = knowledge_base()
    draft = take_in(kb, FIRST, draft=True)
    before = kb.reading(draft)
    app = opened("review", report=draft, pbi="122808")
    app.text_input(key="drop_note_122808").set_value("a heading")
    next(one for one in app.button if one.label == "Drop it").click().run()
    assert not app.exception
    assert "Dropped: 122808" in shown(app)
    assert [one.pbi[-6:] for one in kb.reading(draft).problems] == ["122422", "121104"]
    app.button(key="take_back_122808").click().run()
    assert not app.exception
    assert kb.reading(draft) == before
    assert "Dropped: 122808" not in shown(app)


def test_a_published_report_offers_neither(loaded: Path) -> None:
    report = knowledge_base().reports()[0].id
    app = opened("review", report=report)
    assert not [one for one in app.button if one.key == "hand_open"]
