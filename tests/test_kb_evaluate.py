"""Question files are scored as their format says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from kb_asked import asked_kb

from kb.answers import Answer
from kb.evaluate import evaluate, judged, same_value

RIGHT = Answer(
    question="?",
    answer="There are 2 problems.",
    pbis=("PBI000000122422", "PBI000000122207"),
    value=2,
)
SILENT = Answer(question="?", answer="Nothing is held on that.", abstained=True)
JUDGED: list[tuple[dict[str, Any], Answer, str]] = [
    ({"pbis": ["122207", "122422"]}, RIGHT, "right"),
    ({"pbis": ["PBI000000122422"]}, RIGHT, "wrong"),
    ({"pbis": ["122207", "122422"], "ordered": True}, RIGHT, "wrong"),
    ({"first": "122422"}, RIGHT, "right"),
    ({"first": "122207"}, RIGHT, "wrong"),
    ({"value": 2}, RIGHT, "right"),
    ({"value": 3}, RIGHT, "wrong"),
    ({"words": ["2 problems"]}, RIGHT, "right"),
    ({"words": [["two", "2"]]}, RIGHT, "right"),
    ({"words": ["three"]}, RIGHT, "wrong"),
    ({"not_words": ["problems"]}, RIGHT, "wrong"),
    ({"abstain": True}, RIGHT, "wrong"),
    ({"abstain": True}, SILENT, "right"),
    ({"abstain": True, "words": ["weather"]}, SILENT, "wrong"),
    ({"value": 2}, SILENT, "abstained"),
    ({"pbis": ["122422"]}, SILENT, "abstained"),
]


@pytest.mark.parametrize(("line", "answer", "outcome"), JUDGED)
def test_one_line_is_judged(line: dict[str, Any], answer: Answer, outcome: str) -> None:
    assert judged(line, answer)[0] == outcome


VALUES = [
    (1, 1.0, True),
    (33.3, 33.33, True),
    (33.3, 33.4, False),
    ("Pending", "pending", True),
    ({"DSP": 2, "DCO": 0}, {"dsp": 2}, True),
    ({"DSP": 2}, {"DSP": 1}, False),
    (None, None, True),
    (None, 0, False),
    ("2021-10-29", "2021-10-29", True),
    (True, 1, False),
]


@pytest.mark.parametrize(("wanted", "got", "same"), VALUES)
def test_values_are_compared_by_meaning(wanted: Any, got: Any, same: bool) -> None:
    assert same_value(wanted, got) is same


def test_a_file_is_scored_per_kind_with_talks(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {
            "id": "1",
            "question": "How many open problems involve DCO?",
            "kind": "count",
            "value": 2,
            "conversation": "a",
        },
        {
            "id": "2",
            "question": "which of those are critical?",
            "kind": "talk",
            "pbis": ["122422"],
            "conversation": "a",
        },
        {
            "id": "3",
            "question": "how many are critical?",
            "kind": "talk",
            "value": 7,
            "conversation": "b",
        },
        {"id": "4", "question": "status of 999999", "kind": "unknown", "abstain": True},
    ]
    with asked_kb(tmp_path) as kb:
        scores = evaluate(kb, lines)
    assert [(t.kind, t.asked, t.right) for t in scores.kinds] == [
        ("count", 1, 1),
        ("talk", 2, 1),
        ("unknown", 1, 1),
    ]
    assert scores.all.asked == 4
    assert scores.citations == scores.holding > 0
    assert [miss.id for miss in scores.misses] == ["3"]
    assert any("all" in line for line in scores.lines(wrong=True))


def test_a_line_without_a_question_is_refused(tmp_path: Path) -> None:
    with asked_kb(tmp_path) as kb, pytest.raises(ValueError, match="line 1"):
        evaluate(kb, [{"id": "1"}])
