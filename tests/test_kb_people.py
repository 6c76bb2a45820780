"""Roles: checked at every door, on every call, as the database has them at that moment."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kb_samples import loaded, opened, problem
from typer.testing import CliRunner

import kb as package
from app.cli import cli
from kb import audit, feedback, people
from kb.backup import back_up
from kb.base import KnowledgeBase
from kb.entering import add_problem
from kb.errors import BadValue, NotAllowed, RecordNotFound, WrongState
from kb.people import LOCAL, Person, Role
from kb.preview import would_change
from kb.rights import METHODS, Right

pytestmark = pytest.mark.engines

ADDRESSES = {role: f"{role}@example.org" for role in Role}


@pytest.fixture(name="kb")
def _kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as kb:
        for role, address in ADDRESSES.items():
            people.add(kb, address, role)
        loaded(kb, "2021-Q2", [problem(11, owner="DCO")])
        loaded(kb, "2021-Q3", [problem(11, owner="DSP")], draft=True)
        yield kb


def test_every_public_method_has_an_entry() -> None:
    public = {
        name
        for name, member in inspect.getmembers(KnowledgeBase)
        if not name.startswith("_") and (inspect.isroutine(member))
    }
    assert public == METHODS.keys()
    for name, right in METHODS.items():
        assert getattr(getattr(KnowledgeBase, name), "right", None) == right, name


# What takes a knowledge base and reaches it by the methods above alone, or is no step of a person.
_BY_METHODS = {
    "kb.answer.asking.answer_query", "kb.answer.asking.ask", "kb.answer.asking.ask_many",
    "kb.answer.asking.ready", "kb.answer.likened.liken",
    "kb.names.party_named", "kb.names.quarter_named",
    "kb.names.status_named", "kb.searchbox.sorted_out", "kb.searchbox.words_alone",
    "kb.check.checked", "kb.check.counts", "kb.intake.many_taken_in", "kb.intake.taken_in",
    "kb.people.signature", "kb.rights.entered", "kb.rights.within",
    "kb.audit.record", "kb.audit.settle",
    # Whoever's process it is: each job is read for the person who brought it.
    "kb.jobs.waiting", "kb.jobs.give_back", "kb.jobs.hand_back", "kb.jobs.sign_of_life",
    "kb.jobs.run", "kb.jobs.take", "kb.jobs.read",
}  # fmt: skip


def _functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    for module in pkgutil.walk_packages(package.__path__, "kb."):
        if module.name.startswith("kb.migrations"):
            continue
        loaded_ = importlib.import_module(module.name)
        for name, function in vars(loaded_).items():
            if inspect.isfunction(function) and function.__module__ == module.name:
                first = next(iter(inspect.signature(function).parameters.values()), None)
                takes = first is not None and first.annotation == "KnowledgeBase"
                if takes and not name.startswith("_"):
                    yield f"{module.name}.{name}", function


def test_every_function_that_reaches_past_the_methods_checks_a_right() -> None:
    found = dict(_functions())
    assert len(found) > 30
    unchecked = {name for name, one in found.items() if not hasattr(one, "right")}
    assert unchecked == _BY_METHODS


STEPS: list[tuple[Role, str, Callable[[KnowledgeBase, list[str], Path], Any]]] = [
    (Role.MEMBER, "read", lambda kb, ids, _: kb.snapshots()),
    (Role.MEMBER, "ask", lambda kb, ids, _: kb.ask("How many are open?")),
    (Role.MEMBER, "file", lambda kb, ids, _: kb.file_bytes(ids[0])),
    (Role.MEMBER, "vote", lambda kb, ids, _: feedback.give(kb, kb.ask("?"), up=True, who="x")),
    (Role.STAFF, "upload", lambda kb, ids, _: kb.ingest(b"", "empty.txt")),
    (Role.STAFF, "upload many", lambda kb, ids, _: list(kb.ingest_many([]))),
    (Role.STAFF, "votes", lambda kb, ids, _: feedback.given(kb)),
    (Role.STAFF, "corrections", lambda kb, ids, _: kb.corrections(ids[0])),
    (Role.STAFF, "correct", lambda kb, ids, _: kb.correct(ids[0], "11", "status", "x", who="x")),
    (Role.STAFF, "set", lambda kb, ids, _: kb.set_report(ids[0], title="x")),
    (Role.STAFF, "preview", lambda kb, ids, _: would_change(kb, ids[1])),
    (Role.STAFF, "enter", lambda kb, ids, _: add_problem(kb, ids[1], "12", 1, {}, who="x")),
    (Role.STAFF, "withdraw", lambda kb, ids, _: kb.withdraw(ids[0])),
    (Role.STAFF, "publish", lambda kb, ids, _: kb.publish(ids[0])),
    (Role.STAFF, "supersede", lambda kb, ids, _: kb.supersede(ids[1], ids[0])),
    (Role.ADMINISTRATOR, "check", lambda kb, ids, _: kb.check()),
    (Role.ADMINISTRATOR, "back up", lambda kb, ids, to: back_up(kb, to / "backup")),
    (Role.ADMINISTRATOR, "audit", lambda kb, ids, _: audit.entries(kb)),
    (Role.ADMINISTRATOR, "people", lambda kb, ids, _: people.everybody(kb)),
    (Role.ADMINISTRATOR, "find", lambda kb, ids, _: people.find(kb, "staff@example.org")),
    (Role.ADMINISTRATOR, "give", lambda kb, ids, _: people.add(kb, "n@example.org", Role.MEMBER)),
    (Role.ADMINISTRATOR, "change", lambda kb, ids, _: people.set_role(
        kb, "n@example.org", Role.STAFF)),
    (Role.ADMINISTRATOR, "take", lambda kb, ids, _: people.remove(kb, "n@example.org")),
    (Role.ADMINISTRATOR, "remove", lambda kb, ids, _: kb.remove(ids[0])),
]  # fmt: skip


def test_each_role_may_do_its_steps_and_no_others(kb: KnowledgeBase, tmp_path: Path) -> None:
    ids = [report.id for report in kb.reports()]
    order = list(Role)
    for needed, name, step in STEPS:
        for role in (None, *Role):
            acting = kb.acting(ADDRESSES[role] if role else "nobody@example.org")
            if role is None or order.index(role) < order.index(needed):
                with pytest.raises(NotAllowed):
                    step(acting, ids, tmp_path)
            elif role is needed:
                step(acting, ids, tmp_path)
                assert acting.may(Right.READ), name


def test_a_role_taken_away_counts_from_the_next_action(kb: KnowledgeBase) -> None:
    staff = kb.acting(Person(email=ADDRESSES[Role.STAFF], roles=tuple(Role)))
    with pytest.raises(NotAllowed, match="role staff does not cover"):
        staff.remove(kb.reports()[0].id)  # whatever roles the Person says it has
    assert staff.count() == 1
    people.set_role(kb, ADDRESSES[Role.STAFF].upper(), Role.MEMBER)
    with pytest.raises(NotAllowed):
        staff.withdraw(kb.reports()[0].id)
    assert staff.count() == 1
    people.remove(kb, ADDRESSES[Role.STAFF])
    with pytest.raises(NotAllowed, match="has no role here"):
        staff.count()
    with pytest.raises(NotAllowed):
        next(staff.ingest_many([]))


def test_addresses_are_compared_without_case(kb: KnowledgeBase) -> None:
    made = people.add(kb, " Anna.Ström@Example.ORG ", Role.MEMBER, name="Anna")
    assert (made.email, made.role, made.name) == ("anna.ström@example.org", Role.MEMBER, "Anna")
    assert kb.acting("ANNA.STRÖM@example.org").count() == 1
    assert people.find(kb, "Anna.ström@example.org") == made
    with pytest.raises(WrongState, match="member already"):
        people.add(kb, "anna.ström@example.org", Role.STAFF)


@pytest.mark.parametrize("address", ["", "anna", "a@b", "a b@c.org", "a@b.c\n", "local user"])
def test_only_addresses_are_people(kb: KnowledgeBase, address: str) -> None:
    if address.endswith("\n"):
        assert people.add(kb, address, Role.MEMBER).email == "a@b.c"
        return
    with pytest.raises(BadValue, match="e-mail address"):
        people.add(kb, address, Role.MEMBER)
    with pytest.raises(NotAllowed):
        kb.acting(address).count()


def test_the_last_administrator_stays_unless_that_is_meant(kb: KnowledgeBase) -> None:
    only = ADDRESSES[Role.ADMINISTRATOR]
    with pytest.raises(WrongState, match="last administrator"):
        people.remove(kb, only)
    with pytest.raises(WrongState, match="last administrator"):
        people.set_role(kb.acting(only), only, Role.STAFF)
    people.add(kb, "second@example.org", Role.ADMINISTRATOR)
    people.remove(kb, only)
    people.remove(kb, "second@example.org", last=True)
    with pytest.raises(RecordNotFound, match="has no role"):
        people.remove(kb, only)


def test_nobody_signs_with_another_name(kb: KnowledgeBase) -> None:
    report = kb.reports()[0]
    kb.acting(ADDRESSES[Role.STAFF]).correct(report.id, "11", "owner", "DSP", who="the chief")
    kb.correct(report.id, "11", "owner", "TSP", who="the chief")
    assert [one.who for one in kb.corrections(report.id)] == ["staff@example.org", "the chief"]


def test_the_local_user_may_do_everything(kb: KnowledgeBase) -> None:
    assert all(kb.may(right) for right in Right)
    assert all(kb.acting(LOCAL).may(right) for right in Right)
    # Nobody becomes the local user by bearing that name.
    assert not kb.acting(Person(email=LOCAL.email, roles=LOCAL.roles)).may(Right.READ)


def test_the_command_keeps_people(tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli, ["--data", str(tmp_path), *arguments])

    assert run("users", "add", "Boss@example.org", "--role", "administrator").exit_code == 0
    assert run("users", "add", "m@example.org", "--name", "Mo").stdout == (
        "m@example.org is member now.\n"
    )
    listed = json.loads(run("users", "list", "--json").stdout)
    assert [(one["email"], one["name"], one["role"]) for one in listed] == [
        ("boss@example.org", None, "administrator"),
        ("m@example.org", "Mo", "member"),
    ]
    refused = run("users", "remove", "boss@example.org")
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 1
    assert run("users", "set", "m@example.org", "--role", "king").exit_code == 1
    assert run("--as", "m@example.org", "users", "list").exit_code == 1
    assert run("--as", "m@example.org", "reports").exit_code == 0
    assert run("users", "remove", "m@example.org").exit_code == 0
    assert run("--as", "m@example.org", "reports").exit_code == 1
    actions = json.loads(run("audit", "--json").stdout)
    assert [one["what"] for one in actions] == ["took role away", "gave role", "gave role"]
    assert {(one["who"], one["origin"]) for one in actions} == {("local user", "cli")}
