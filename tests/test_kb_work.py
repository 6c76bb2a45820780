"""How much work is done: counts that are the same on every machine, in place of times."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kb_samples import WordHashEncoder, loaded, opened, problem
from sqlalchemy import event

from ingest.child import ChildPool
from ingest.read import read_report
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.query import GroupBy, OrderBy
from kb.vectors import RecentVectors

CORPUS = Path(__file__).parents[1] / "corpus"
SAID = "The broker stopped. Top-ups failed for an hour."
PROBLEMS = 12


@contextmanager
def statements(kb: KnowledgeBase) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without the beginning and end of transactions."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(kb.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(kb.database.engine, "before_cursor_execute", note)


def quarter(kb: KnowledgeBase, name: str, count: int = PROBLEMS) -> None:
    owners = ("DCO", "DSP", "TSP")
    problems = [
        problem(100 + number, owner=owners[number % 3], description=f"{SAID} Case {number}.")
        for number in range(count)
    ]
    loaded(kb, name, problems)


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with opened(tmp_path) as opened_kb:
        yield opened_kb


def test_a_narrative_carried_over_is_encoded_once(tmp_path: Path) -> None:
    encoder = WordHashEncoder()
    with opened(tmp_path, encoder) as kb:
        quarter(kb, "2021-Q2")
        kb.catch_up()
        # Two sentences shared by all, and of each problem one sentence and a title of its own.
        assert len(encoder.encoded) == 2 + 2 * PROBLEMS
        before = len(encoder.encoded)
        quarter(kb, "2021-Q3")
        kb.catch_up()
        assert len(encoder.encoded) == before
        loaded(kb, "2021-Q4", [problem(100, description=f"{SAID} Users were told by post.")])
        kb.catch_up()
        assert encoder.encoded[before:] == ["Users were told by post."]


def test_only_what_needs_meaning_comes_to_the_encoder(tmp_path: Path) -> None:
    encoder = WordHashEncoder()
    with opened(tmp_path, encoder) as kb:
        quarter(kb, "2021-Q2")
        kb.catch_up()
        before = len(encoder.encoded)
        for question in ("How many problems are open?", "Which problems are with DCO?"):
            assert kb.ask(question).answer
        assert len(encoder.encoded) == before
        kb.ask("Has anything been told of a broker that stopped?")
        assert len(encoder.encoded) > before


@pytest.mark.parametrize(
    "look",
    [
        lambda kb: kb.count(Filters(owners=("DCO",), open=True)),
        lambda kb: kb.snapshots(Filters(open=True), order=OrderBy.TARGET, limit=5),
        lambda kb: kb.group(Filters(), GroupBy.OWNER),
        lambda kb: kb.search("broker", vectors=False, limit=5),
        lambda kb: kb.changes("2021-Q2", "2021-Q3"),
        lambda kb: kb.facets(Filters(open=True)),
        lambda kb: kb.vanished(Filters()),
    ],
    ids=["count", "list", "group", "search", "changes", "facets", "vanished"],
)
def test_statements_do_not_grow_with_the_problems(tmp_path: Path, look: Any) -> None:
    sent: list[int] = []
    for count in (6, 60):
        with opened(tmp_path / str(count)) as kb:
            for name in ("2021-Q2", "2021-Q3"):
                quarter(kb, name, count)
            look(kb)  # what is gathered once after a write is gathered
            with statements(kb) as made:
                look(kb)
            sent.append(len(made))
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    ("look", "most"),
    [
        (lambda kb: kb.count(Filters(owners=("DCO",))), 3),
        (lambda kb: kb.snapshots(Filters(open=True), limit=5), 5),
        (lambda kb: kb.group(Filters(), GroupBy.SEVERITY), 3),
        (lambda kb: kb.history("103"), 5),
    ],
    ids=["count", "list", "group", "history"],
)
def test_a_look_up_is_a_few_statements(kb: KnowledgeBase, look: Any, most: int) -> None:
    for name in ("2021-Q2", "2021-Q3"):
        quarter(kb, name)
    look(kb)
    with statements(kb) as sent:
        look(kb)
    assert 0 < len(sent) <= most, sent


def test_counts_and_pages_scan_no_table(kb: KnowledgeBase) -> None:
    for name in ("2021-Q2", "2021-Q3"):
        quarter(kb, name)
    mine = Filters(owners=("DCO",), open=True)
    with statements(kb) as sent:
        kb.count(Filters())
        kb.count(mine)
        kb.snapshots(mine, limit=5)
        kb.group(Filters(), GroupBy.OWNER)
        kb.history("103")
    asked = [one for one in sent if "FROM snapshots" in one]
    assert len(asked) >= 5
    with kb.database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for one in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN {one}", ("1",) * one.count("?"))
            plan = [row[-1] for row in cursor.fetchall()]
            # A scan of an index that holds the rows of one view alone is none of the table.
            assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]


def test_a_file_that_is_known_is_not_read_again(kb: KnowledgeBase) -> None:
    read: list[str] = []

    def reader(data: bytes, name: str) -> Any:
        read.append(name)
        return read_report(data, name)

    data = (CORPUS / "2021-Q2-problem-report.pdf").read_bytes()
    for _ in range(2):
        kb.ingest(data, "a.pdf", reader=reader)
    assert read == ["a.pdf"]


def test_each_page_is_opened_once_and_by_one_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import pdfplumber
    import pypdfium2

    fast: list[int] = []
    slow: list[Any] = []
    page_of = pypdfium2.PdfDocument.__getitem__
    monkeypatch.setattr(
        pypdfium2.PdfDocument,
        "__getitem__",
        lambda document, at: (fast.append(at), page_of(document, at))[1],
    )
    opening = pdfplumber.open
    monkeypatch.setattr(
        pdfplumber, "open", lambda *given, **more: (slow.append(given), opening(*given, **more))[1]
    )
    path = CORPUS / "2021-Q2-problem-report.pdf"
    read = read_report(path.read_bytes(), path.name)
    assert fast == list(range(read.report.pages))
    assert slow == []


def test_a_child_reads_one_file_after_another() -> None:
    path = CORPUS / "2021-Q2-problem-report.pdf"
    with ChildPool(1) as pool:
        for _ in range(3):
            assert pool.submit(path.read_bytes(), path.name).result().problems
        (child,) = pool._all
        assert child._files == 3


def test_vectors_are_fetched_once() -> None:
    import numpy as np

    held = {str(number): np.eye(4, dtype=np.float32)[number % 4] for number in range(6)}
    fetched: list[str] = []

    def fetch(ids: Any) -> Any:
        fetched.extend(ids)
        known = [one for one in ids if one in held]
        return known, [held[one] for one in known]

    recent, vector = RecentVectors(4), np.eye(4, dtype=np.float32)[1]
    assert recent.scores(vector, ["1", "2", "gone"], fetch) == [("1", 1.0), ("2", 0.0)]
    assert recent.scores(vector, ["2", "1"], fetch) == [("2", 0.0), ("1", 1.0)]
    assert fetched == ["1", "2", "gone"]
    recent.drop(["1"])
    recent.scores(vector, ["1"], fetch)
    assert fetched[3:] == ["1"]
    # More than are kept: scored all the same, whatever was kept before makes room.
    assert len(recent.scores(vector, list(held), fetch)) == 6
    for one in held:
        assert recent.scores(vector, [one], fetch) == [(one, float(one in "15"))]
    recent.clear()
    assert recent.scores(vector, ["5"], fetch) == [("5", 1.0)]


def test_neither_search_nor_questions_load_torch(tmp_path: Path) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from kb_samples import loaded, opened, problem
with opened(Path({str(tmp_path)!r})) as kb:
    loaded(kb, "2021-Q2", [problem(1, description="The broker stopped.")])
    assert kb.search("broker") and kb.ask("Was there a broker that stopped?").answer
print("torch" in sys.modules, "transformers" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=CORPUS.parent,
    )
    assert done.stdout.split() == ["False", "False"]


def test_words_are_looked_for_in_the_reports_asked_about_alone(kb: KnowledgeBase) -> None:
    # The older report is taken in last: its rows have the higher numbers.
    for name in ("2021-Q3", "2021-Q2", "2021-Q1"):
        quarter(kb, name)
    for filters, found in (
        (Filters(), "2021-Q3"),
        (Filters(quarters=("2021-Q2",)), "2021-Q2"),
        (Filters(quarters=("2021-Q4",)), None),
    ):
        with statements(kb) as sent:
            hits = kb.search("broker", filters, vectors=False, limit=50)
        assert {hit.snapshot.report.quarter for hit in hits} == ({found} if found else set())
        assert len(hits) == (PROBLEMS if found else 0)
        bounded = [one for one in sent if "fulltext.rowid >= ?" in one]
        assert len(bounded) == (1 if found else 0)
