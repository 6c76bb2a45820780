"""Questions for a number or a detail that a narrative tells, apart from counts of problems."""

from __future__ import annotations

from datetime import date

import pytest

from kb.results import Catalogue
from kb.understand import lexicon as lexicons
from kb.understand.annotate import Annotator
from kb.understand.sketch import Sketch
from kb.understand.spans_of_time import Clock
from kb.understand.told import counted_noun, measured, particular


def _sketch(question: str) -> Sketch:
    clock = Clock(date(2022, 6, 20))
    return Sketch(Annotator(lexicons.load(), Catalogue()).annotate(question, clock), clock)


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        ("How many masts did the storm take off the air?", "masts"),
        ("how many top-ups were rejected?", "ups"),
        ("number of installations that had to be rebooked", "installations"),
        ("How many dual band hubs won't join first time?", "hubs"),
        ("What share of evening vends was hit?", "vends"),
        ("meters caught by the certificate cache - how many?", "meters"),
        ("how many people lost supply", "people"),
    ],
)
def test_things_that_are_no_problems_are_told_not_counted(question: str, noun: str) -> None:
    assert counted_noun(_sketch(question)) == noun


@pytest.mark.parametrize(
    "question",
    [
        "How many problems are open?",
        "how many are with DSP",
        "How many critical ones are there?",
        "What share of the open problems has no owner?",
        "How many targets slipped?",
        "number of outages in the last quarter",
        "how many suppliers are involved",
        "How many meters problems are there?",
        "How often did it slip?",
    ],
)
def test_problems_and_their_fields_are_counted(question: str) -> None:
    assert counted_noun(_sketch(question)) is None


@pytest.mark.parametrize(
    ("question", "topic", "told"),
    [
        ("How far did the roll-out get?", ["roll", "out", "get"], True),
        ("After what time are late switches caught?", ["late", "switches", "caught"], True),
        ("how many minutes was the link silent?", ["link", "silent"], True),
        ("How far did the target of the problems slip?", ["target", "problems", "slip"], False),
        ("Which hubs fail?", ["hubs", "fail", "now"], False),
    ],
)
def test_a_detail_of_a_story(question: str, topic: list[str], told: bool) -> None:
    assert measured(_sketch(question), topic) is told


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("What is the serial number of the controller?", "serial number"),
        ("How much compensation was paid?", "compensation"),
        ("What caused the outage?", None),
    ],
)
def test_particulars(question: str, wanted: str | None) -> None:
    assert particular(question) == wanted
