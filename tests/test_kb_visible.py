"""Whoever may not see a report is told the same as if it had never been loaded, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from kb_asked import ANSWERED, full
from kb_samples import opened, pbi, reader
from kb_seen import answered, differences, found, handed_on, marked, said, taken

from ingest.records import ProblemReading, Reading, Severity
from kb import feedback, jobs, people
from kb.base import KnowledgeBase
from kb.classification import classification
from kb.errors import BadValue, NotAllowed, RecordNotFound
from kb.exports.answers import answer_document
from kb.filters import Filters
from kb.paper import impact_paper
from kb.people import Person, Role, upto
from kb.records import ReportState
from kb.results import IngestStatus

pytestmark = pytest.mark.engines

Q2, Q3, Q4, Q1 = "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"
QUARTERS = (Q2, Q3, Q4, Q1)
MEMBER = "member@example.org"
SECRET = "TOP SECRET"

PROBLEMS: dict[str, list[ProblemReading]] = {
    **ANSWERED,
    Q4: [
        full(122207, title="DCO timeout value issue", owner="DCO", severity=Severity.HIGH,
             target_completion=date(2022, 6, 30), created=date(2021, 1, 22)),
        full(122951, title="Power outage alerts repeated", owner="CSP North",
             severity=Severity.LOW, created=date(2021, 6, 4),
             target_completion=date(2022, 2, 15)),
        full(123655, title="Portal sign-in slow", owner="DSP", severity=Severity.CRITICAL,
             status="Closed", created=date(2021, 9, 1)),
        full(124000, title="Certificates of one supplier are refused", owner="SMKI",
             created=date(2021, 11, 2), description="Requests of one supplier failed for 3 hours."),
    ],
    Q1: [
        full(122207, title="DCO timeout value issue", owner="DCO", severity=Severity.HIGH,
             status="Closed", created=date(2021, 1, 22)),
        full(124000, title="Certificates of one supplier are refused", owner="DSP",
             created=date(2021, 11, 2), target_completion=date(2022, 9, 30)),
        full(124500, title="Failure of the archive", owner="DSP", created=date(2022, 2, 2)),
    ],
}  # fmt: skip
SCOPED = [
    full(124000, title="Certificates of one supplier are refused", owner="DCO",
         involved=("DCO",), created=date(2021, 11, 2), target_completion=date(2022, 12, 31)),
    full(122422, title="Failure of requests on 23/03", owner="DCO", status="Closed"),
]  # fmt: skip
QUESTIONS = (
    "How many open problems are there?",
    "Which reports are loaded?",
    "What changed since last quarter?",
    "Which problems vanished?",
    "When is 122207 due?",
    "How has 122422 changed over time?",
    "How often has 122207 slipped?",
    "Which DCO problems are open?",
    "What is the latest on 124000?",
    "How many problems by owner?",
    "Which problem mentions certificates?",
    "What was reported in Q4 2021?",
    "Which problems do the reports disagree on?",
)
TEXTS = ("failure of requests", "certificates of a supplier", "timeout")


def reading(quarter: str, problems: Sequence[ProblemReading], **report: Any) -> Reading:
    name = f"{quarter}-{report.get('scope') or 'all'}{report.pop('version', '')}.txt"
    return reader(quarter, problems, **report)(name.encode(), name)


SERIES: list[Reading] = [reading(quarter, PROBLEMS[quarter]) for quarter in QUARTERS]
BESIDE = reading(Q1, SCOPED, scope="DCO", title="On the DCO")
VERSIONS = [
    reading(Q1, PROBLEMS[Q1], title="Report", version="-1"),
    reading(Q1, [*PROBLEMS[Q1][1:], full(125000, owner="DSP")], title="Report", version="-2"),
    reading(Q1, PROBLEMS[Q1][:2], title="Report", version="-3"),
]

CASES: dict[str, tuple[list[Reading], set[int]]] = {
    "one in the middle": (SERIES, {2}),
    "the first and the latest": (SERIES, {0, 3}),
    "a paper beside the latest": ([*SERIES[1:], BESIDE], {3}),
    "the one beside the paper": ([*SERIES[2:], BESIDE], {1}),
    "the second version": ([*SERIES[1:3], *VERSIONS[:2]], {3}),
    "the middle one of three versions": ([SERIES[2], *VERSIONS], {2}),
}


def filled(kb: KnowledgeBase, readings: Sequence[Reading], hidden: set[int], *, all_: bool) -> None:
    for number, one in enumerate(readings):
        if all_ or number not in hidden:
            marking = SECRET if number in hidden else "DCC PUBLIC"
            result = taken(kb, marked(one, marking), one.report.file.encode())
            assert result.status is IngestStatus.PUBLISHED, result.message
    people.add(kb, MEMBER, Role.MEMBER)


# Half a minute each on a busy machine: on the second engine one case stands for all.
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[] if case == "a paper beside the latest" else pytest.mark.sqlite)
        for case in CASES
    ],
)
def test_what_is_hidden_might_as_well_not_be_there(tmp_path: Path, case: str) -> None:
    readings, hidden = CASES[case]
    thorough = case == next(iter(CASES))
    with opened(tmp_path / "all") as everything, opened(tmp_path / "part") as part:
        filled(everything, readings, hidden, all_=True)
        filled(part, readings, hidden, all_=False)
        held = everything.reports()
        names = [*(one.id for one in held), held[-1].file, held[0].sha256[:10]]
        asked = {"quarters": QUARTERS, "pbis": [pbi(122207), pbi(124000), pbi(122422)]}
        one, other = everything.acting(MEMBER), part.acting(MEMBER)
        wrong = differences(said(one, **asked, reports=names), said(other, **asked, reports=names))
        texts = TEXTS if thorough else TEXTS[:1]
        wrong += differences(found(one, texts), found(other, texts))
        papers = {"quarters": QUARTERS[-2:], "suppliers": (None, "DCO")[: 2 if thorough else 1]}
        wrong += differences(handed_on(one, **papers), handed_on(other, **papers))
        if thorough or "version" in case:
            wrong += differences(answered(one, QUESTIONS), answered(other, QUESTIONS))
        assert not wrong
        # The comparison is one only if the local user is told otherwise.
        few = {**asked, "quarters": QUARTERS[:1]}
        assert differences(
            said(everything, **few, reports=names[:1]), said(one, **few, reports=names[:1])
        )
        assert everything.check().ok


@pytest.fixture(name="kb", scope="module")
def _kb(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[KnowledgeBase]:
    with opened(tmp_path_factory.mktemp("kb")) as kb:
        filled(kb, SERIES, {3}, all_=True)
        people.add(kb, "staff@example.org", Role.STAFF)
        yield kb


def test_no_name_of_a_hidden_report_opens_anything(kb: KnowledgeBase) -> None:
    hidden = kb.reports()[-1]
    member = kb.acting(MEMBER)
    key = kb.said_in(hidden.id)[0].key
    for name in (hidden.id, hidden.sha256, hidden.sha256[:6], hidden.file, hidden.file[:-4]):
        for step in (
            member.report, member.reading, member.said_in, member.file_bytes,
            lambda name: member.page_image(name, 1),
        ):  # fmt: skip
            with pytest.raises(RecordNotFound, match="no report"):
                step(name)
    with pytest.raises(RecordNotFound, match="no snapshot"):
        member.snapshot(key)
    assert member.pbis(Filters(reports=(hidden.id,))) == []


def test_only_staff_see_drafts_and_what_was_withdrawn(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        filled(kb, SERIES[:2], set(), all_=True)
        people.add(kb, "staff@example.org", Role.STAFF)
        draft = taken(kb, SERIES[2], b"draft", draft=True).report
        assert draft is not None
        kb.withdraw(kb.reports()[0].id)
        member, staff = kb.acting(MEMBER), kb.acting("staff@example.org")
        assert [one.state for one in member.reports()] == [ReportState.PUBLISHED]
        assert len(staff.reports()) == 3
        assert member.stats()["drafts"] == 0
        with pytest.raises(RecordNotFound):
            member.reading(draft.id)


def test_nobody_uploads_what_they_may_not_see(kb: KnowledgeBase, tmp_path: Path) -> None:
    rules = tmp_path / "who.toml"
    rules.write_text('[see]\n"public" = ["member"]\n"secret" = ["chief@example.org"]\n')
    with opened(tmp_path / "kb", classification=rules) as other:
        people.add(other, "staff@example.org", Role.STAFF)
        people.add(other, "chief@example.org", Role.STAFF)
        staff, chief = other.acting("staff@example.org"), other.acting("chief@example.org")
        secret = marked(SERIES[0], SECRET)
        new = taken(staff, secret, b"secret")
        assert new.status is IngestStatus.REFUSED
        assert taken(chief, secret, b"secret").status is IngestStatus.PUBLISHED
        # The same words, whether it is loaded or not.
        again = taken(staff, secret, b"secret")
        assert (again.status, again.message) == (new.status, new.message)
        assert taken(chief, secret, b"secret").status is IngestStatus.DUPLICATE
        # Staff have marked it since: its bytes say that anybody may see it.
        report = chief.reports()[0]
        open_ = taken(staff, marked(SERIES[1], "DCC PUBLIC"), b"open").report
        assert open_ is not None
        chief.set_report(open_.id, classification=SECRET)
        refused = taken(staff, marked(SERIES[1], "DCC PUBLIC"), b"open")
        assert refused.status is IngestStatus.REFUSED
        assert "loaded" not in refused.message
        assert staff.reports() == []
        assert len(chief.reports()) == 2
        # What it holds of the file is not lost by what was refused to somebody else.
        assert chief.file_bytes(report.id) == b"secret"
        assert chief.file_bytes(open_.id) == b"open"


def test_an_export_bears_the_highest_marking_of_what_it_shows(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        for one, marking in zip(SERIES, ("DCC PUBLIC", "CONFIDENTIAL", None, SECRET), strict=True):
            taken(kb, marked(one, marking), one.report.file.encode())
        people.add(kb, MEMBER, Role.MEMBER)
        for who, wanted in ((kb, SECRET), (kb.acting(MEMBER), "CONFIDENTIAL")):
            answer = who.ask("How has 122207 changed over time?")
            assert answer_document(answer, reports=who.reports()).marking == wanted
            # The list of one problem rests on what is quoted, a paper on how its targets slipped.
            assert impact_paper(who, supplier=None, quarter=None).classification == wanted
        quoted = kb.ask("What is the latest on 122951?")
        assert answer_document(quoted, reports=kb.reports()).marking is None  # of 2021-Q4
        without = quoted.model_copy(update={"pbis": (*quoted.pbis, pbi(122207))})
        assert answer_document(without, reports=kb.reports()).marking == SECRET


def test_an_answer_to_others_that_rests_on_a_hidden_report_is_not_shown(tmp_path: Path) -> None:
    rules = tmp_path / "who.toml"
    rules.write_text('[see]\n"public" = ["member"]\n"secret" = []\n')
    with opened(tmp_path / "kb", classification=rules) as kb:
        filled(kb, SERIES, {3}, all_=True)
        people.add(kb, "staff@example.org", Role.STAFF)
        staff, member = kb.acting("staff@example.org"), kb.acting(MEMBER)
        mine = feedback.give(member, member.ask("Who has 122951?"), up=True, who="somebody else")
        feedback.give(kb, kb.ask("Who has 124500?"), up=False, who="local user")
        assert [(one.id, one.who) for one in feedback.given(staff)] == [(mine, MEMBER)]
        assert len(feedback.given(kb)) == 2
        with pytest.raises(NotAllowed):
            feedback.take_back(staff, mine)
        feedback.take_back(member, mine)
        assert feedback.given(staff) == []


def test_a_corrected_marking_counts_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        filled(kb, SERIES, set(), all_=True)
        member, latest = kb.acting(MEMBER), kb.reports()[-1]
        assert member.catalogue().quarters == QUARTERS
        kb.set_report(latest.id, classification=SECRET)
        assert member.catalogue().quarters == QUARTERS[:3]
        assert pbi(124500) not in member.pbis(Filters(ever=True))
        kb.set_report(latest.id, classification="DCC PUBLIC")
        assert member.catalogue() == kb.catalogue()


@pytest.mark.parametrize("step", ["withdraw", "remove"])
def test_what_was_replaced_by_a_hidden_report_speaks_again(tmp_path: Path, step: str) -> None:
    """Its text had stayed, for those who may not see the other."""
    with opened(tmp_path) as kb:
        filled(kb, VERSIONS[:2], {1}, all_=True)
        first, second = kb.reports()
        assert (first.state, second.classification) == (ReportState.SUPERSEDED, SECRET)
        member = kb.acting(MEMBER)
        told = [one.snapshot.pbi for one in member.search("archive", vectors=False)]
        assert told
        getattr(kb, step)(second.id)
        assert kb.report(first.id).state is ReportState.PUBLISHED
        for who in (kb, member):
            assert [one.snapshot.pbi for one in who.search("archive", vectors=False)] == told
        kb.catch_up()
        assert not kb.check().troubles


LEVELS: list[tuple[str | None, str, bool]] = [
    ("DCC PUBLIC", "member", True),
    ("dcc  controlled", "member", True),
    (None, "member", True),
    ("TOP SECRET", "member", False),
    ("TOP SECRET", "staff", True),
    ("Public, to be treated as SECRET when complete", "member", False),
    ("EYES OF THE BOARD", "member", False),
    ("EYES OF THE BOARD", "staff", True),
    ("DCC PUBLIC", "", False),
]


@pytest.mark.parametrize(("marking", "role", "sees"), LEVELS)
def test_markings_have_their_readers(marking: str | None, role: str, sees: bool) -> None:
    person = Person(email="a@example.org", roles=upto(Role(role)) if role else ())
    assert classification().sees(person, marking) is sees


def test_readers_are_named_by_role_address_or_pattern(tmp_path: Path) -> None:
    rules = tmp_path / "who.toml"
    rules.write_text(
        '[see]\n"public" = ["member"]\n"project omega" = ["*@one.example", "Boss@two.example"]\n'
    )
    said_ = classification(rules)
    for email, sees in (
        ("a@one.example", True), ("boss@two.example", True), ("b@two.example", False),
        ("a@one.example.org", False),
    ):  # fmt: skip
        person = Person(email=email, roles=upto(Role.ADMINISTRATOR))
        assert said_.sees(person, "PUBLIC / Project Omega") is sees
        assert said_.sees(person, "anything else") is sees  # the strictest
        assert not said_.sees(Person(email=email), "PUBLIC")  # no role, no report


@pytest.mark.parametrize(
    "text",
    ["see = 1", "[see", '[see]\nx = "member"', '[see]\nx = ["boss"]', "[who]",
     '[see]\n"public" = []\n"white" = []'],
)  # fmt: skip
def test_rules_that_cannot_be_meant_are_refused(tmp_path: Path, text: str) -> None:
    rules = tmp_path / "who.toml"
    rules.write_text(text)
    with pytest.raises(BadValue, match="PBI_CLASSIFICATION"):
        classification(rules)
    with pytest.raises(BadValue), opened(tmp_path / "kb", classification=rules):
        pass


def test_who_may_not_see_every_marking_sees_their_own_jobs_and_no_others(tmp_path: Path) -> None:
    rules = tmp_path / "who.toml"
    rules.write_text('[see]\n"public" = ["member"]\n"secret" = ["chief@example.org"]\n')
    with opened(tmp_path / "kb", classification=rules) as kb:
        people.add(kb, "staff@example.org", Role.STAFF)
        people.add(kb, "chief@example.org", Role.STAFF)
        staff, chief = kb.acting("staff@example.org"), kb.acting("chief@example.org")
        theirs = jobs.add(chief, b"the same bytes", "secret plans.pdf", draft=True)
        mine = jobs.add(staff, b"the same bytes", "secret plans.pdf", draft=True)
        assert mine.id != theirs.id
        assert [one.id for one in jobs.held(staff)] == [mine.id]
        assert len(jobs.held(chief)) == 2
        jobs.cancel(staff, theirs.id)
        with pytest.raises(RecordNotFound):
            jobs.job(staff, theirs.id)
        assert jobs.job(chief, theirs.id).running
        jobs.run(staff, mine.id, "runner")  # no report at all: refused, and kept for the other job
        assert not jobs.job(staff, mine.id).running
        assert list(kb.files.names()) == [theirs.sha256]
        jobs.clear(staff)
        assert [one.id for one in jobs.held(chief)] == [theirs.id]
