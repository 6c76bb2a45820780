"""The pieces of the pages: text that never acts, colours that can be read, exact figures."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from app_samples import data, loaded, template
from hypothesis import given
from hypothesis import strategies as st

from app.views.trends import CHARTS, as_table, text_alternative
from app.widgets import grid, inert, wording
from app.widgets.exports import file_stem
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.settings import Settings

__all__ = ["data", "loaded", "template"]

STYLE = (Path(__file__).parents[1] / "app" / "static" / "style.css").read_text(encoding="utf-8")


@given(st.text())
def test_an_element_holds_its_words_and_no_other_element(words: str) -> None:
    sent = inert.element(words, "pr-value")
    inside = sent.removeprefix('<div class="pr-value">').removesuffix("</div>")
    assert not re.search(r"<(?!br>)", inside)
    assert unescape(inside.replace("<br>", "\n")) == words


@given(st.text())
def test_a_label_leaves_no_mark_unescaped(words: str) -> None:
    sent = inert.label(words)
    bare = re.sub(r"\\.", "", sent)
    assert not re.search(r"[\\`*_{}\[\]#|~$<>]", bare)
    assert not re.search(r":\w", bare)


@given(st.text(alphabet="abc xyz,;'\"", max_size=40))
def test_a_label_without_marks_is_its_words(words: str) -> None:
    assert inert.label(words) == " ".join(words.split())


@given(st.text(max_size=300), st.integers(10, 100))
def test_shortened_words_keep_within_their_limit(words: str, limit: int) -> None:
    short = inert.shortened(words, limit)
    assert len(short) <= limit + 1
    if len(" ".join(words.split())) <= limit:
        assert short == " ".join(words.split())


@given(
    st.lists(st.sampled_from(["the", "queue", "was", "full", "and", "is", "empty", "now"])),
    st.lists(st.sampled_from(["the", "queue", "was", "full", "and", "is", "empty", "now"])),
)
def test_both_wordings_are_whole(before: list[str], after: list[str]) -> None:
    left, right = wording.compared(" ".join(before), " ".join(after))
    assert re.sub(r"</?del>", "", left).split() == before
    assert re.sub(r"</?ins>", "", right).split() == after
    if before == after:
        assert "<del>" not in left
        assert "<ins>" not in right


def test_a_wording_is_escaped() -> None:
    left, right = wording.compared("<b>a</b>", "<i>a</i>")
    assert left == "<del>&lt;b&gt;a&lt;/b&gt;</del>"
    assert right == "<ins>&lt;i&gt;a&lt;/i&gt;</ins>"


@pytest.mark.parametrize(
    ("words", "stem"),
    [
        ("User impact: DCO, Q2 2021", "user-impact-dco-q2-2021"),
        ("../../etc/passwd", "etc-passwd"),
        ("«»", "export"),
        ("x" * 200, "x" * 60),
    ],
)
def test_downloads_have_plain_names(words: str, stem: str) -> None:
    assert file_stem(words) == stem


def test_cells_sort_by_what_they_mean() -> None:
    assert grid.cell(date(2021, 10, 29)).text == "29/10/2021"
    assert grid.cell(date(2021, 10, 29)).sort == "2021-10-29"
    assert grid.cell(1234).text == "1,234"
    assert grid.cell(None).sort is None
    assert grid.cell(2.5).text == "2.5"
    assert grid.dated("2021-99-99") == "2021-99-99"


PAIRS = (
    ("pr-4", "pr-4-ground"),
    ("pr-3", "pr-3-ground"),
    ("pr-2", "pr-2-ground"),
    ("pr-1", "pr-1-ground"),
    ("pr-good", "pr-good-ground"),
    ("pr-ink", "pr-panel"),
    ("pr-soft", "pr-panel"),
    ("pr-ink", "pr-mark"),
)


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_labels_can_be_read_on_their_ground(ink: str, ground: str, side: int) -> None:
    one, two = colours(ink)[side], colours(ground)[side]
    high, low = max(luminance(one), luminance(two)), min(luminance(one), luminance(two))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def colours(name: str) -> tuple[str, str]:
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", STYLE)
    assert found, name
    return found[1], found[2]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_figure_of_a_chart_is_the_length_of_the_list_behind_it(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        quarters = kb.catalogue().quarters
        for chart in CHARTS:
            points = chart.make(kb, quarters, Filters())
            assert points, chart.key
            for point in points:
                if chart.unit == "open problems" and point.filters is not None:
                    assert kb.count(point.filters) == point.value, (chart.key, point)
            assert all(str(f"{point.value:g}") in text_alternative(chart, points)
                       for point in points)  # fmt: skip
            assert as_table(chart, points, quarters).count("<th scope='row'>") >= 1


def test_the_share_of_what_is_stated_is_of_the_open_problems(loaded: Path) -> None:
    with KnowledgeBase.open(Settings(data=loaded)) as kb:
        chart = next(one for one in CHARTS if one.key == "stated")
        shares = {
            (point.quarter, point.group): point.value
            for point in chart.make(kb, kb.catalogue().quarters, Filters())
        }
    assert shares["2021-Q3", "owner"] == pytest.approx(66.7)
    assert shares["2021-Q3", "severity"] == 100
