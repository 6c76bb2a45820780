"""The highlighted lines of a quote hold its words and no others."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pdfplumber
import pytest

from ingest.read import read_report
from ingest.records import Box, Evidence, ImpactEvidence
from kb.quoted import quoted_lines

REPORT = Path(__file__).parents[1] / "corpus" / "2021-Q2-problem-report.pdf"


@pytest.fixture(scope="module")
def data() -> bytes:
    return REPORT.read_bytes()


@pytest.fixture(scope="module")
def quotes(data: bytes) -> list[Evidence | ImpactEvidence]:
    problems = read_report(data, REPORT.name).problems
    held: list[Evidence | ImpactEvidence] = []
    for one in problems:
        held += [*one.evidence.values(), *one.impact_evidence]
    return [one for one in held if one.bbox and one.quote]


def test_lines_hold_the_quote_and_nothing_else(
    data: bytes, quotes: list[Evidence | ImpactEvidence]
) -> None:
    several = 0
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for one in quotes:
            assert one.bbox is not None
            lines = quoted_lines(data, one.page, one.quote, one.bbox)
            several += len(lines) > 1
            characters = pdf.pages[one.page - 1].chars
            marked = "".join(c["text"] for c in characters if any(_in(c, line) for line in lines))
            assert _bare(marked) == _bare(one.quote)
    assert several > 10


def test_a_quote_that_is_not_found_is_marked_by_its_box(data: bytes) -> None:
    box = (50.0, 60.0, 200.0, 90.0)
    assert quoted_lines(data, 1, "words that stand on no page", box) == (box,)


def test_of_two_places_the_one_in_the_box_is_marked(
    data: bytes, quotes: list[Evidence | ImpactEvidence]
) -> None:
    often = [one for one in quotes if one.quote == "Medium" and one.page == 4]
    assert len({one.bbox for one in often}) > 1
    for one in often:
        assert one.bbox is not None
        (line,) = quoted_lines(data, one.page, one.quote, one.bbox)
        assert line == pytest.approx(one.bbox, abs=4)


def _in(character: dict[str, float], box: Box) -> bool:
    x = (character["x0"] + character["x1"]) / 2
    y = (character["top"] + character["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _bare(text: str) -> str:
    return re.sub(r"[\s\-\u2010\u00ad]", "", text)
