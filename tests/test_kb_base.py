"""A report's life: taken in, refused, published, superseded, withdrawn, removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from kb_samples import loaded, opened, pbi, problem, reader

from ingest.errors import UnreadableFile
from ingest.records import Finding, ImpactClass, Reading, Severity
from kb.base import KnowledgeBase
from kb.errors import AmbiguousName, RecordNotFound, WrongState
from kb.filters import Filters
from kb.query import GroupBy
from kb.records import EventKind, ReportState

pytestmark = pytest.mark.engines

FIRST = [problem(11, owner="DCO"), problem(12, owner="DSP"), problem(13, status="Closed")]


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        yield kb


def stored(kb: KnowledgeBase) -> list[Path]:
    return [path for path in (kb.settings.data / "files").rglob("*") if path.is_file()]


def test_a_report_is_published_and_read_back_as_it_was(kb: KnowledgeBase) -> None:
    result = loaded(kb, "2021-Q2", FIRST, title="Report", classification="DCC PUBLIC")
    assert (result.status, result.problems) == ("published", 3)
    assert result.report is not None
    assert result.report.state is ReportState.PUBLISHED
    assert result.report.current
    assert result.report.classification == "DCC PUBLIC"
    assert kb.reading(result.report.id).problems == tuple(FIRST)
    assert [one.problem for one in kb.snapshots()] == FIRST
    assert [one.open for one in kb.snapshots()] == [True, True, False]


def test_the_same_bytes_are_one_report(kb: KnowledgeBase) -> None:
    read = reader("2021-Q2", FIRST)
    first = kb.ingest(b"same", "first.txt", reader=read)
    again = kb.ingest(b"same", "again.txt", reader=read)
    assert (first.status, again.status) == ("published", "duplicate")
    assert again.report == first.report
    assert "first.txt" in again.message
    assert len(kb.reports()) == len(stored(kb)) == 1


def test_a_name_is_shown_but_never_a_path(kb: KnowledgeBase) -> None:
    result = kb.ingest(b"x", "../../etc/\x07pass\nwd.txt", reader=reader("2021-Q2", FIRST))
    assert result.report is not None
    assert result.report.file == "passwd.txt"
    assert [path.name for path in stored(kb)] == [result.report.sha256]


def unreadable(data: bytes, name: str) -> Reading:
    raise UnreadableFile("the file is damaged", page=3)


def faulty(data: bytes, name: str) -> Reading:
    raise KeyError("bug")


@pytest.mark.parametrize(
    ("data", "read", "words"),
    [
        (b"", reader("2021-Q2", FIRST), "empty"),
        (b"x" * 2_000_001, reader("2021-Q2", FIRST), "limit of 2 MB"),
        (b"x", unreadable, "bad.txt p.3: the file is damaged"),
        (b"x", faulty, "unexpected KeyError"),
        (b"x", reader("2021-Q2", []), "no problem record"),
    ],
)
def test_a_refusal_is_one_line_and_leaves_nothing(
    tmp_path: Path, data: bytes, read: object, words: str
) -> None:
    with opened(tmp_path, max_bytes=2_000_000) as kb:
        result = kb.ingest(data, "bad.txt", reader=read)  # type: ignore[arg-type]
        assert result.status == "refused"
        assert result.report is None
        assert words in result.message
        assert "\n" not in result.message
        assert result.message.startswith("bad.txt")
        assert not kb.reports()
        assert not stored(kb)
        assert kb.check().ok


def test_an_unknown_report_to_supersede_is_refused_before_anything_is_kept(
    kb: KnowledgeBase,
) -> None:
    result = loaded(kb, "2021-Q2", FIRST, supersedes="nothing.pdf")
    assert result.status == "refused"
    assert "nothing.pdf" in result.message
    assert not stored(kb)


def test_a_problem_that_stands_twice_is_kept_once_and_said(kb: KnowledgeBase) -> None:
    result = loaded(kb, "2021-Q2", [FIRST[0], problem(11, title="Again")])
    assert result.problems == 1
    assert [finding.code for finding in result.findings] == ["problem-repeated"]


def test_a_draft_speaks_only_once_published(kb: KnowledgeBase) -> None:
    report = loaded(kb, "2021-Q2", FIRST, draft=True).report
    assert report is not None
    assert (kb.count(), kb.history("11"), kb.search("title", vectors=False)) == (0, [], [])
    assert not kb.catalogue().titles
    assert [one.pbi for one in kb.said_in(report.id)] == [pbi(11), pbi(12), pbi(13)]
    kb.publish(report.id)
    assert kb.count() == 3
    assert len(kb.search("title", vectors=False)) == 3
    with pytest.raises(WrongState, match="is published"):
        kb.publish(report.id)


def test_a_discarded_draft_is_gone(kb: KnowledgeBase) -> None:
    report = loaded(kb, "2021-Q2", FIRST, draft=True).report
    assert report is not None
    kb.discard(report.id)
    assert not kb.reports()
    assert not stored(kb)
    published = loaded(kb, "2021-Q2", FIRST).report
    assert published is not None
    with pytest.raises(WrongState):
        kb.discard(published.id)


def test_withdrawn_reports_are_kept_and_come_back(kb: KnowledgeBase) -> None:
    report = loaded(kb, "2021-Q2", FIRST).report
    assert report is not None
    assert kb.withdraw(report.id).state is ReportState.WITHDRAWN
    assert (kb.count(), kb.count(Filters(ever=True)), kb.search("title", vectors=False)) == (
        0,
        0,
        [],
    )
    kb.publish(report.id)
    assert kb.count() == 3


def test_the_same_title_for_the_same_quarter_is_a_new_version(kb: KnowledgeBase) -> None:
    old = loaded(kb, "2021-Q2", FIRST, name="v1.pdf", title="Quarterly Problem  Report").report
    new = loaded(kb, "2021-Q2", FIRST[:2], name="v2.pdf", title="Quarterly problem report")
    assert old is not None
    assert new.report is not None
    assert "supersedes v1.pdf" in new.message
    held = kb.report(old.id)
    assert (held.state, held.superseded_by) == (ReportState.SUPERSEDED, new.report.id)
    assert kb.pbis() == [pbi(11), pbi(12)]
    assert kb.pbis(Filters(quarters=("2021-Q2",))) == [pbi(11), pbi(12)]
    assert len(kb.history("11")) == 1
    assert len(kb.reading(old.id).problems) == 3


@pytest.mark.parametrize(
    ("quarter", "report"),
    [
        ("2021-Q3", {"title": "Quarterly Problem Report"}),
        ("2021-Q2", {"title": "User impact", "scope": "DCO"}),
        ("2021-Q2", {"title": "Quarterly Problem Report", "scope": "DCO"}),
        ("2021-Q2", {"title": "Quarterly Problem Report", "reference": "OPSG 55/10"}),
        ("2021-Q2", {"title": "Something else"}),
    ],
)
def test_other_reports_live_side_by_side(
    kb: KnowledgeBase, quarter: str, report: dict[str, str]
) -> None:
    loaded(kb, "2021-Q2", FIRST, title="Quarterly Problem Report")
    loaded(kb, quarter, FIRST, name="other.pdf", **report)
    assert [one.state for one in kb.reports()] == [ReportState.PUBLISHED] * 2


def test_staff_can_say_what_supersedes_what(kb: KnowledgeBase) -> None:
    old = loaded(kb, "2021-Q2", FIRST, title="Report", name="old.pdf").report
    new = loaded(kb, "2021-Q2", FIRST[:1], title="Corrected", supersedes="old.pdf").report
    assert old is not None
    assert new is not None
    assert kb.report(old.id).state is ReportState.SUPERSEDED
    third = loaded(kb, "2021-Q2", FIRST[:2], title="Third", name="third.pdf").report
    assert third is not None
    kb.supersede(third.id, new.id)
    assert kb.pbis() == [pbi(11), pbi(12)]
    with pytest.raises(WrongState):
        kb.supersede(third.id, third.id)


def test_removing_a_version_brings_back_the_one_before(kb: KnowledgeBase) -> None:
    versions = [
        loaded(kb, "2021-Q2", [problem(number)], title="Report").report for number in (11, 12, 13)
    ]
    ids = [report.id for report in versions if report]
    assert kb.pbis() == [pbi(13)]
    kb.remove(ids[1])
    assert kb.pbis() == [pbi(13)]
    assert kb.report(ids[0]).superseded_by == ids[2]
    kb.remove(ids[2])
    assert kb.pbis() == [pbi(11)]
    assert kb.check().ok


def test_a_removed_report_leaves_nothing_behind(tmp_path: Path) -> None:
    secret = "Xylophonequartz"
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", FIRST)
        report = loaded(
            kb,
            "2021-Q3",
            [problem(21, owner=f"{secret}owner", title=f"{secret} title", description=secret * 40)],
            name=f"{secret}.txt",
            reference=f"{secret} reference",
        ).report
        assert report is not None
        kb.catch_up()
        kb.correct(report.id, "21", "status", f"{secret} status", who="staff")
        assert any(secret.encode() in path.read_bytes() for path in files_in(tmp_path))
        assert kb.search(secret)
        kb.remove(report.id)
        assert kb.pbis(Filters(ever=True)) == [pbi(11), pbi(12), pbi(13)]
        assert kb.check().ok
        vectors = kb.vector_ids()
    for path in files_in(tmp_path):
        content = path.read_bytes().lower()
        assert secret.lower().encode() not in content, path
    with opened(tmp_path) as kb:
        assert kb.vector_ids() == vectors
        assert kb.stats()["passages"] == 3


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_reports_are_found_by_many_names(kb: KnowledgeBase) -> None:
    one = loaded(kb, "2021-Q2", FIRST, name="Paper.pdf", reference="OPSG Action 55/10").report
    two = loaded(kb, "2021-Q3", FIRST, name="other.pdf").report
    assert one is not None
    for name in (one.id, one.sha256, one.sha256[:6], "Paper.pdf", "paper", "opsg action 55/10"):
        assert kb.report(name).id == one.id
    with pytest.raises(RecordNotFound, match="pbi reports"):
        kb.report("nothing")
    loaded(kb, "2021-Q4", FIRST, name="other.pdf")
    with pytest.raises(AmbiguousName, match=two.id if two else ""):
        kb.report("other.pdf")


def test_history_events_and_changes(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q2", [problem(11, target_completion=date(2021, 10, 1)), problem(12)])
    loaded(kb, "2021-Q3", [problem(11, target_completion=date(2021, 11, 1), owner="DCO")])
    loaded(kb, "2021-Q4", [problem(11, target_completion=date(2021, 12, 1), status="Closed")])
    history = kb.history("11")
    assert [(one.slips, one.slip_days, one.latest) for one in history] == [
        (0, 0, False),
        (1, 31, False),
        (2, 61, True),
    ]
    kinds = [event.kind for event in kb.events(pbi(11))]
    assert kinds[0] is EventKind.APPEARED
    assert kinds.count(EventKind.SLIPPED) == 2
    net = {(event.pbi, event.kind): event for event in kb.changes("2021-Q2", "2021-Q4")}
    assert net[pbi(11), EventKind.SLIPPED].days == 61
    assert (pbi(12), EventKind.VANISHED) in net
    for_dco = kb.changes("2021-Q2", "2021-Q3", Filters(owners=("DCO",)))
    assert {event.pbi for event in for_dco} == {pbi(11)}
    assert [one.pbi for one in kb.vanished()] == [pbi(12)]
    assert [one.pbi for one in kb.vanished(Filters(quarters=("2021-Q3",)))] == [pbi(12)]
    assert kb.vanished(Filters(quarters=("2021-Q2",))) == []
    assert kb.vanished(Filters(owners=("DCO",))) == []


def test_counts_by_value_have_an_order_and_name_what_is_not_stated(kb: KnowledgeBase) -> None:
    loaded(
        kb,
        "2021-Q2",
        [
            problem(11, owner="DSP", involved=("DCO",), severity=Severity.LOW, status=None),
            problem(12, owner="dsp", severity=Severity.CRITICAL, created=date(2021, 4, 2)),
            problem(13, owner="CSS", severity=Severity.LOW, created=date(2020, 12, 31)),
            problem(14, impact_class=ImpactClass.IMPACTING, major_incident=True, status="Closed"),
        ],
    )
    everything = Filters()
    groups = {by: list(kb.group(everything, by).items()) for by in GroupBy}
    assert groups[GroupBy.OWNER] == [("DSP", 2), ("CSS", 1), (None, 1)]
    assert groups[GroupBy.SUPPLIER] == [("DSP", 2), ("CSS", 1), ("DCO", 1), (None, 1)]
    assert groups[GroupBy.SEVERITY] == [("Critical", 1), ("Low", 2), (None, 1)]
    assert groups[GroupBy.STATUS] == [("Pending", 2), ("Closed", 1), (None, 1)]
    assert groups[GroupBy.OPEN] == [("open", 2), ("closed", 1), (None, 1)]
    assert groups[GroupBy.IMPACT_CLASS] == [("impacting", 1), ("not_stated", 3)]
    assert groups[GroupBy.MAJOR_INCIDENT] == [("yes", 1), (None, 3)]
    assert groups[GroupBy.CREATED_QUARTER] == [("2020-Q4", 1), ("2021-Q2", 1), (None, 2)]
    assert groups[GroupBy.CREATED_MONTH] == [("2020-12", 1), ("2021-04", 1), (None, 2)]
    assert groups[GroupBy.TARGET_MONTH] == [(None, 4)]
    assert groups[GroupBy.QUARTER] == [("2021-Q2", 4)]
    facets = kb.facets(Filters(owners=("DSP",)))
    assert facets["owner"] == {"DSP": 2, "CSS": 1, "not stated": 1}
    assert facets["severity"] == {"Critical": 1, "Low": 1}


def test_the_catalogue_names_what_is_held_and_follows_writes(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q2", [problem(11, owner="DCO", owner_role="Operator", involved=("DSP",))])
    first = kb.catalogue()
    assert kb.catalogue() is first
    assert first.parties["DCO"].owner == first.parties["DSP"].involved == 1
    assert first.parties["DSP"].owner == 0
    assert (first.owners, first.roles, first.quarters) == (("DCO",), ("Operator",), ("2021-Q2",))
    assert first.titles == {pbi(11): "Title of 11"}
    loaded(kb, "2021-Q3", [problem(12, created=date(2021, 1, 2))])
    second = kb.catalogue()
    assert second.quarters == ("2021-Q2", "2021-Q3")
    assert list(second.titles) == [pbi(11), pbi(12)]
    assert second.first_created == second.last_created == date(2021, 1, 2)
    assert second.as_at == date(2021, 12, 20)


def test_disagreement_within_a_quarter_is_a_finding(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q2", [problem(11, owner="DSP"), problem(12, owner="DCO")], name="all.pdf")
    paper = loaded(
        kb, "2021-Q2", [problem(11, owner="DCO"), problem(12)], scope="DCO", name="paper.pdf"
    ).report
    assert paper is not None
    (found,) = kb.snapshots(Filters(findings=("reports-disagree",)))
    finding = found.problem.findings[-1]
    assert isinstance(finding, Finding)
    assert found.pbi == pbi(11)
    assert "paper.pdf" in finding.message
    assert "owner DSP here, DCO there" in finding.message
    kb.remove(paper.id)
    assert kb.count(Filters(findings=("reports-disagree",))) == 0


def test_two_knowledge_bases_over_one_folder_see_each_other(tmp_path: Path) -> None:
    with opened(tmp_path) as one, opened(tmp_path) as other:
        assert other.catalogue().titles == {}
        loaded(one, "2021-Q2", FIRST)
        assert other.count() == 3
        assert len(other.catalogue().titles) == 3
