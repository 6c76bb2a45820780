"""Line ends: what joins, what keeps its hyphen, and the way back to the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Line, Word
from ingest.joining import join_lines

LETTER = 5.0


def line(text: str, *, page: int = 1, left: float = 72.0, top: float = 100.0) -> Line:
    """A line of type with letters five points wide."""
    words, x = [], left
    for part in text.split(" "):
        width = LETTER * len(part)
        words.append(Word(part, (x, top, x + width, top + 10), 10.0))
        x += width + LETTER
    return Line(page, tuple(words))


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["Target", "completion"], "Target completion"),
        (["the trans\u00ad", "formation layer"], "the transformation layer"),
        (["a soft hy\u00adphen inside"], "a soft hyphen inside"),
        (["on SMETS-", "1 meters"], "on SMETS-1 meters"),
        (["with CSP-", "N since"], "with CSP-N since"),
        (["a 6-", "hour period"], "a 6-hour period"),
        (["an investi-", "gation of"], "an investigation of"),
        (["are aban\u2010", "doned"], "are abandoned"),
        (["the end-", "user impact"], "the end-user impact"),
        (["a third-", "party fault"], "a third-party fault"),
        (["due 30/11/", "2021"], "due 30/11/2021"),
        (["due 30/11/2", "021, then"], "due 30/11/2021, then"),
        (["due 2021-05-", "05"], "due 2021-05-05"),
        (["due 05-May-", "21"], "due 05-May-21"),
        (["due 30/11/2021", "21 meters"], "due 30/11/2021 21 meters"),
        (["PBI00000012", "3400"], "PBI000000123400"),
        (["PBI000000123400", "2021 outage"], "PBI000000123400 2021 outage"),
        (["Pending -", "with DSP"], "Pending - with DSP"),
        (["", "one", "", "two"], "one two"),
    ],
)
def test_what_a_line_end_means(lines: list[str], joined: str) -> None:
    assert join_lines([line(text) for text in lines]).text == joined


def test_a_word_broken_by_a_narrow_cell_is_made_whole_only_where_its_line_is_full() -> None:
    narrow = (70.0, 90.0, 70.0 + 4 * LETTER + 4.0, 130.0)
    wide = (70.0, 90.0, 170.0, 130.0)
    broken = [line("Medi"), line("um", top=112)]
    assert join_lines(broken, cell_box=narrow).text == "Medium"
    assert join_lines(broken, cell_box=wide).text == "Medi um"
    assert join_lines(broken, cell_box=narrow, known={"medi", "um"}).text == "Medi um"
    date_cell = (70.0, 90.0, 70.0 + 8 * LETTER + 4.0, 130.0)
    year = [line("30/11/20"), line("21", top=112)]
    assert join_lines(year, cell_box=date_cell).text == "30/11/2021"


def test_known_words_decide_whether_a_hyphen_was_meant() -> None:
    lines = [line("one re-"), line("send more")]
    assert join_lines(lines, known={"resend"}).text == "one resend more"
    assert join_lines(lines, known={"re-send"}).text == "one re-send more"


def test_a_span_leads_back_to_its_words_and_the_quote_is_as_printed() -> None:
    joined = join_lines([line("the investi-"), line("gation by DSP", top=112)])
    start = joined.text.index("investigation")
    end = start + len("investigation")
    assert [word.text for word in joined.words_at(start, end)] == ["investi-", "gation"]
    assert joined.printed(start, end) == "investi- gation"
    assert joined.box_at(start, end) == (72.0, 100.0, 132.0, 122.0)


def test_a_quote_keeps_to_the_page_on_which_it_begins() -> None:
    joined = join_lines([line("Target completion", page=1), line("30/11/2021", page=2)])
    assert joined.printed(0, len(joined.text)) == "Target completion"
    assert joined.page_at(len(joined.text) - 4, len(joined.text)) == 2


WORDS = st.text("abcXYZ0159", min_size=1, max_size=8)


@given(st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=6))
def test_every_word_is_found_at_its_own_span(rows: list[list[str]]) -> None:
    joined = join_lines([line(" ".join(row)) for row in rows])
    assert [piece.word.text for piece in joined.pieces] == [w for row in rows for w in row]
    for piece in joined.pieces:
        assert joined.text[piece.start : piece.end] == piece.word.text
        assert piece.word in joined.words_at(piece.start, piece.end)
