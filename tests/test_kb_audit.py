"""Who did what: noted with what is done, never changed, kept as long as the setting says."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kb_samples import loaded, opened, problem
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from typer.testing import CliRunner

from app.cli import cli
from kb import audit, people
from kb.audit import Action, entries, record
from kb.base import KnowledgeBase
from kb.entering import add_problem, drop_problem, take_back
from kb.errors import NotAllowed, StoreUnavailable, WrongState
from kb.exports import export_bytes
from kb.paper import impact_paper, paper_document
from kb.people import Role
from kb.tables import TRIGGERS, meta
from kb.tables import audit as table

STAFF, BOSS = "staff@example.org", "boss@example.org"


@pytest.fixture(name="kb")
def _kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        people.add(kb, STAFF, Role.STAFF)
        people.add(kb, BOSS, Role.ADMINISTRATOR)
        yield kb


def done(kb: KnowledgeBase, **options: Any) -> list[tuple[str, str, str | None]]:
    """Who did what about which report, earliest first."""
    return [(one.who, one.what, one.report) for one in reversed(entries(kb, **options))]


def test_what_changes_something_is_noted_with_whoever_did_it(kb: KnowledgeBase) -> None:
    staff, boss = kb.acting(STAFF, "192.0.2.7"), kb.acting(BOSS, "192.0.2.8")
    first = loaded(staff, "2021-Q2", [problem(11)]).report
    second = loaded(staff, "2021-Q3", [problem(11)], draft=True).report
    assert first is not None
    assert second is not None
    staff.correct(second.id, "11", "owner", "The words of nobody", who="x")
    staff.set_report(second.id, title="Other words")
    add_problem(staff, second.id, "12", 1, {"title": "Handwritten"}, who="x")
    drop_problem(staff, second.id, "12", who="x")
    take_back(staff, second.id, "12", who="x")
    staff.supersede(second.id, first.id)
    staff.withdraw(second.id)
    staff.publish(second.id)
    draft = loaded(staff, "2021-Q4", [problem(12)], draft=True).report
    assert draft is not None
    staff.discard(draft.id)
    boss.remove(second.id)
    people.set_role(boss, STAFF, Role.MEMBER)
    people.remove(boss, STAFF)
    a, b, c = first.id, second.id, draft.id
    assert done(kb) == [
        ("local user", "gave role", None),
        ("local user", "gave role", None),
        (STAFF, "uploaded", a), (STAFF, "published", a),
        (STAFF, "uploaded", b),
        (STAFF, "corrected", b), (STAFF, "corrected", b),
        (STAFF, "entered by hand", b), (STAFF, "dropped", b), (STAFF, "took back", b),
        (STAFF, "superseded", a), (STAFF, "published", b),
        (STAFF, "withdrew", b), (STAFF, "superseded", a), (STAFF, "published", b),
        (STAFF, "uploaded", c), (STAFF, "discarded", c),
        (BOSS, "removed", b),
        (BOSS, "changed role", None), (BOSS, "took role away", None),
    ]  # fmt: skip
    said = entries(kb)
    assert {one.origin for one in said if one.who == STAFF} == {"192.0.2.7"}
    assert {one.detail for one in said if one.what == "corrected"} == {"owner", "title"}
    assert [one.detail for one in said][:2] == [f"{STAFF}: member", f"{STAFF}: staff to member"]
    # A report's words are not kept here, nor a removed one's name.
    assert not [one for one in said if "words" in str(one) or "Handwritten" in str(one)]
    assert {one.file for one in said if one.report == b} == {None}
    assert {one.file for one in said if one.report == a} == {first.file}


def test_a_change_that_fails_is_not_noted(kb: KnowledgeBase) -> None:
    report = loaded(kb, "2021-Q2", [problem(11)]).report
    assert report is not None
    before = entries(kb)
    with pytest.raises(WrongState):
        kb.discard(report.id)
    with pytest.raises(NotAllowed):
        kb.acting(STAFF).remove(report.id)
    assert entries(kb) == before


def test_questions_and_views_are_noted(kb: KnowledgeBase) -> None:
    loaded(kb, "2021-Q2", [problem(11)])
    kb.acting(STAFF, "192.0.2.7").ask("How many are open?")
    last = entries(kb, limit=1)[0]
    assert (last.who, last.what, last.detail, last.origin) == (
        STAFF, "asked", "How many are open?", "192.0.2.7",
    )  # fmt: skip
    kb.ask("How many are open?")
    assert entries(kb, limit=1)[0].who == "local user"
    assert len(entries(kb, what="asked")) == 2
    assert len(entries(kb, who=STAFF.upper())) == 1
    record(kb, Action.SIGN_IN_REFUSED, who="ghost@example.org")
    record(kb.acting(STAFF), Action.SIGNED_IN, who="somebody@example.org")
    assert [one.who for one in entries(kb, limit=2)] == [STAFF, "ghost@example.org"]


def test_what_is_taken_away_is_noted(kb: KnowledgeBase, tmp_path: Path) -> None:
    loaded(kb, "2021-Q2", [problem(11)])
    staff = kb.acting(STAFF)
    document = paper_document(impact_paper(staff, supplier=None, quarter=None))
    assert staff.export(document, "csv") == export_bytes(document, "csv")
    last = entries(kb, limit=1)[0]
    assert (last.who, last.what, last.detail) == (STAFF, "exported", f"{document.title} (csv)")
    with pytest.raises(NotAllowed):
        kb.acting("nobody@example.org").export(document, "csv")
    run = CliRunner().invoke
    for arguments in (["impact", "-o", str(tmp_path / "p.md")], ["search", "--csv"]):
        assert run(cli, ["--data", str(tmp_path), *arguments]).exit_code == 0
    assert [one.detail for one in entries(kb, limit=2)] == [
        "search (csv)",
        f"{document.title} (.md)",
    ]
    assert len(entries(kb, what="exported")) == 3


def test_the_answer_is_given_where_the_database_is_busy(kb: KnowledgeBase, tmp_path: Path) -> None:
    loaded(kb, "2021-Q2", [problem(11)])
    with closing(sqlite3.connect(tmp_path / "pbi.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert not kb.ask("How many are open?").abstained
        assert entries(kb, what="asked") == []
        other.execute("ROLLBACK")
    kb.ask("How many are closed?")
    assert [one.detail for one in reversed(entries(kb, what="asked"))] == [
        "How many are open?",
        "How many are closed?",
    ]


def test_what_waits_is_written_on_closing(tmp_path: Path) -> None:
    with (
        opened(tmp_path) as kb,
        closing(sqlite3.connect(tmp_path / "pbi.sqlite", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        record(kb, Action.SIGNED_OUT)
        other.execute("ROLLBACK")
    with opened(tmp_path) as kb:
        assert [one.what for one in entries(kb)] == ["signed out"]


def test_nothing_noted_can_be_changed(kb: KnowledgeBase) -> None:
    for statement in (
        update(table).values(who="nobody"),
        delete(table),
        text("INSERT OR REPLACE INTO audit (id, at, who, what) VALUES (1, '2021-01-01', 'x', 'y')"),
    ):
        before = entries(kb)
        with pytest.raises((StoreUnavailable, DatabaseError)), kb.database.write() as connection:
            connection.execute(statement)
        assert entries(kb) == before


def test_the_triggers_are_those_that_a_restore_lets_in(kb: KnowledgeBase) -> None:
    with kb.database.read() as connection:
        made = connection.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'"))
        assert set(made) == TRIGGERS


def _aged(kb: KnowledgeBase, days: int) -> None:
    with kb.database.write() as connection:
        connection.execute(
            table.insert().values(
                at=datetime.now(UTC) - timedelta(days=days), who="old", what=f"{days} days ago"
            )
        )


def test_what_is_older_than_the_setting_goes_once_a_day(tmp_path: Path) -> None:
    with opened(tmp_path, audit_days=30) as kb:
        for days in (31, 29):
            _aged(kb, days)
        record(kb, Action.SIGNED_IN)
        assert [one.what for one in entries(kb)] == ["signed in", "29 days ago"]
        _aged(kb, 40)
        record(kb, Action.SIGNED_IN)
        assert len(entries(kb)) == 4  # not again today
        with kb.database.write() as connection:
            pruned = update(meta).where(meta.c.name == "audit_pruned")
            connection.execute(pruned.values(value="2021-01-01"))
        record(kb, Action.SIGNED_IN)
        assert "40 days ago" not in {one.what for one in entries(kb)}


def test_without_a_setting_everything_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path, audit_days=0) as kb:
        _aged(kb, 4000)
        record(kb, Action.SIGNED_IN)
        assert len(entries(kb)) == 2


def test_a_clock_that_goes_back_leaves_the_order(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=tz)

    before = entries(kb)
    monkeypatch.setattr(audit, "datetime", Clock)
    record(kb, Action.SIGNED_IN)
    found = entries(kb)
    assert (found[0].what, found[0].at.year) == ("signed in", 2001)
    assert found[1:] == before


def test_the_command_shows_and_hands_out_the_record(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        people.add(kb, STAFF, Role.STAFF)
        record(kb.acting(STAFF), Action.ASKED, detail='=HYPERLINK("http://x")')
    run = CliRunner().invoke
    shown = run(cli, ["--data", str(tmp_path), "audit", "--who", STAFF, "--csv"])
    rows = list(csv.reader(io.StringIO(shown.stdout)))
    assert rows[0][:4] == ["No.", "When (UTC)", "Who", "What"]
    assert len(rows) == 2
    assert not rows[1][6].startswith("=")
    future = run(cli, ["--data", str(tmp_path), "audit", "--since", "2999-01-01", "--json"])
    assert (future.exit_code, future.stdout) == (0, "[]\n")
    assert run(cli, ["--data", str(tmp_path), "audit", "--since", "yesterday"]).exit_code == 2
    with opened(tmp_path) as kb, kb.database.read() as connection:
        seen = connection.scalars(select(table.c.what).where(table.c.what == Action.AUDIT_SEEN))
        assert len(seen.all()) == 2


def test_whoever_may_not_see_a_report_is_shown_no_step_about_it(tmp_path: Path) -> None:
    """Nor its number, nor a gap: what is left reads as if the report had never been there."""
    rules = tmp_path / "who.toml"
    rules.write_text(f'[see]\n"public" = ["member"]\n"secret" = ["{STAFF}"]\n', encoding="utf-8")

    def shown(name: str, *, hidden: bool) -> list[tuple[object, ...]]:
        with opened(tmp_path / name, classification=rules) as kb:
            people.add(kb, STAFF, Role.STAFF)
            people.add(kb, BOSS, Role.ADMINISTRATOR)
            staff, boss = kb.acting(STAFF), kb.acting(BOSS)
            public = loaded(staff, "2021-Q2", [problem(11)], classification="DCC PUBLIC").report
            assert public is not None
            if hidden:
                new = loaded(staff, "2021-Q3", [problem(12)], classification="TOP SECRET").report
                assert new is not None
                staff.correct(new.id, "12", "owner", "DSP", who="x")
                staff.supersede(new.id, public.id)
                staff.withdraw(new.id)
                kb.remove(new.id)
            staff.correct(public.id, "11", "owner", "DSP", who="x")
            staff.ask("What of the secret 12?" if hidden else "What of 11?")
            boss.ask("How many?")
            every = entries(kb)
            assert "What of" in str(every[1].detail)
            return [
                (one.id, one.who, one.what, one.report, one.file, one.pbi, one.detail)
                for one in entries(boss)
            ]

    told = shown("with", hidden=True)
    assert told == shown("without", hidden=False)
    assert [one[2] for one in told] == [
        "asked", "asked", "corrected", "published", "uploaded", "gave role", "gave role",
    ]  # fmt: skip
    assert [one[6] for one in told[:2]] == ["How many?", None]
