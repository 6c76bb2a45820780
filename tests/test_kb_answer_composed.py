"""Questions composed of conditions: lists, counts, groups, shares and talks are exact."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kb_asked import Q2, Q3, asked_kb

from ingest.records import ProblemReading
from kb.answer.asking import ask
from kb.base import KnowledgeBase
from kb.evaluate import judged
from kb.query import Focus

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from compose_questions import Composer, reports_of

SEEDS = range(1, 3)
NUMBER = 60
"""Questions a seed."""


def gold(quarter: str, day: str, problems: list[ProblemReading]) -> dict[str, Any]:
    return {
        "report": {"quarter": quarter, "status_date": day},
        "problems": [one.model_dump(mode="json") for one in problems],
    }


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with asked_kb(Path(tmp_path_factory.mktemp("kb"))) as held:
        yield held


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_composed_is_counted_exactly(kb: KnowledgeBase, seed: int) -> None:
    reports = reports_of([gold("2021-Q2", "2021-09-20", Q2), gold("2021-Q3", "2021-12-20", Q3)])
    talks: dict[str, Focus] = {}
    wrong = []
    for line in Composer(reports, seed).questions(NUMBER):
        talk = line.get("conversation", line["id"])
        answer = ask(kb, line["question"], focus=talks.get(talk))
        talks[talk] = answer.focus
        if judged(line, answer)[0] != "right":
            wrong.append((line["question"], answer.understood, answer.pbis, answer.value))
    assert not wrong
