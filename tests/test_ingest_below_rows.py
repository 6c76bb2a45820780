"""Rows with running text below them, numbers broken by narrow cells, badges, and rules of scans."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from ingest.cells import label_of
from ingest.document import Cell, Document, Line, Page, Table, Word
from ingest.ocr import _dash, _mended
from ingest.read import read_document
from ingest.records import ImpactClass
from ingest.straighten import skew_of, without_rules
from ingest.vocabulary import load

STEP = 5.4
COLUMNS = (0, 14, 52, 62, 76, 92)


def _line(row: int, *cells: tuple[int, str]) -> list[Word]:
    """Words of a fixed-width line: 9 point letters on a grid of 5.4 by 12 points."""
    words = []
    for column, text in cells:
        at = column
        for part in text.split(" "):
            x0, top = 40 + at * STEP, 60 + row * 12.0
            words.append(Word(part, (x0, top, x0 + len(part) * STEP, top + 9), 9.0))
            at += len(part) + 1
    return words


def _page(rows: list[list[Word]]) -> Document:
    from ingest.ink import Ink
    from ingest.layout import body_of

    ink = Ink(1, 842.0, 595.0)
    ink.words = [word for row in rows for word in row]
    return Document("a.pdf", "0" * 64, "application/pdf", (Page(1, 842.0, 595.0, body_of(ink)),))


def _table(rows: list[tuple[str, ...]]) -> Document:
    cells = tuple(
        tuple(
            Cell(
                tuple(
                    Line(1, tuple(Word(w) for w in part.split()), place=f"R{r}C{c}")
                    for part in text.split("\n")
                ),
                c,
            )
            for c, text in enumerate(row)
            if text
        )
        for r, row in enumerate(rows)
    )
    table = Table(1, cells, len(rows[0]))
    return Document("a.xlsx", "0" * 64, "application/x", (Page(1, 0.0, 0.0, (table,)),))


def test_text_below_a_row_belongs_to_it_and_full_cells_end_where_the_next_starts() -> None:
    head = zip(COLUMNS, ("PBI", "Title", "Severity", "Raised", "Status", "Owner"), strict=True)
    rows = [_line(0, (0, "Paper OPS_12_3456_07  of the spring meeting"), (60, "DCC PUBLIC"))]
    rows.append(_line(1, *head))
    at = 2
    for number, title in (
        ("130411", "Replies lost behind a relay at nights"),
        ("130412", "Clocks"),
    ):
        values = (number, title, "High", "04/05/2023", "Assigned", "DSP")
        rows.append(_line(at, *zip(COLUMNS, values, strict=True)))
        told = "Detail: The relay keeps one reply in nine and drops it when a second one arrives in"
        rows.append(_line(at + 1, (14, told)))
        rows.append(_line(at + 2, (14, "the same second.")))
        rows.append(_line(at + 3, (14, "User impact: Orders are late")))
        at += 5
    problems = read_document(_page(rows)).problems
    assert [item.pbi for item in problems] == ["PBI000000130411", "PBI000000130412"]
    for item in problems:
        assert item.severity == "High"
        assert item.owner == "DSP"
        assert item.user_impact == "Orders are late"
        assert (item.description or "").endswith("arrives in the same second.")
    assert problems[0].title == "Replies lost behind a relay at nights"


def test_a_number_broken_over_two_lines_names_one_row() -> None:
    columns = (0, 14, 30, 44, 58)
    heads = ("Problem", "Opened", "Severity", "Status", "Description")
    rows = [_line(0, *zip(columns, heads, strict=True))]
    at = 1
    for tail in ("131501", "131502", "131503"):
        values = ("PBI000000", "04/05/2023", "Low", "Pending", "The relay drops one")
        rows.append(_line(at, *zip(columns, values, strict=True)))
        rows.append(_line(at + 1, (0, tail), (58, "reply in nine.")))
        at += 3
    problems = read_document(_page(rows)).problems
    assert [item.pbi[-6:] for item in problems] == ["131501", "131502", "131503"]
    assert {item.description for item in problems} == {"The relay drops one reply in nine."}
    assert {item.status for item in problems} == {"Pending"}


def test_typed_values_cut_by_a_narrow_cell_are_whole_and_a_status_keeps_its_date() -> None:
    rows = [
        ("PBI", "Title", "Severity", "Owner", "Status (date)"),
        (
            "PBI000000130411",
            "Relay drops replies",
            "Critic\nal",
            "CSP Cent\nral",
            "Assigned\n(04/05/2023)",
        ),
        (
            "PBI000000130412",
            "Clocks run late",
            "Medi\num",
            "DSP",
            "Under Investigation\n(05/05/2023)",
        ),
    ]
    first, second = read_document(_table(rows)).problems
    assert (first.severity, first.owner, first.status) == ("Critical", "CSP Central", "Assigned")
    assert str(first.status_date) == "2023-05-04"
    assert (second.severity, second.status) == ("Medium", "Under Investigation")


@pytest.mark.parametrize("text", ["Status (date)", "Status & date", "Current status and date"])
def test_a_header_for_status_and_date_is_a_status(text: str) -> None:
    assert label_of(text, load()).fields == ("status",)


def test_a_header_for_the_date_alone_is_a_date() -> None:
    assert label_of("Status date", load()).fields == ("status_date",)


def test_a_line_of_badges_opens_a_card() -> None:
    texts = [
        "PBI130411 High Pending",
        "Relay drops replies",
        "The relay keeps one reply in nine. Engineers restart it each night.",
        "User impact: Orders are late",
        "PBI130412 Medium Request for Authorization",
        "Clocks run late",
        "The clocks of a batch run late. They are set by hand.",
        "User impact: None",
    ]
    lines = tuple(
        Line(
            1,
            tuple(
                Word(w, (72 + 30 * k, 60 + 13.0 * n, 98 + 30 * k, 70 + 13.0 * n), 10.0, n % 4 == 1)
                for k, w in enumerate(text.split())
            ),
        )
        for n, text in enumerate(texts)
    )
    document = Document("a.pdf", "0" * 64, "application/pdf", (Page(1, 595.0, 842.0, lines),))
    one, two = read_document(document).problems
    assert (one.title, one.severity, one.status) == ("Relay drops replies", "High", "Pending")
    assert one.user_impact == "Orders are late"
    assert (two.title, two.status) == ("Clocks run late", "Request for Authorization")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Retailers do not get every reply", ImpactClass.IMPACTING),
        ("Not all replies arrive", ImpactClass.IMPACTING),
        ("No outage was seen", ImpactClass.NONE),
        ("Users are not affected", ImpactClass.NONE),
    ],
)
def test_what_does_not_arrive_is_an_impact(text: str, expected: ImpactClass) -> None:
    assert load().impact_class_of(text) is expected


@pytest.mark.parametrize(
    ("seen", "mended"),
    [
        ("PBIL30411", "PBI130411"),
        ("SISP2", "S1SP2"),
        ("=\u201427-Nov-19", "27-Nov-19"),
        ("INCQ00000517283.", "INC000000517283."),
        ("(PKEOO0000004417)", "(PKE000000004417)"),
        ("CRQ00000O3172l4,", "CRQ000000317214,"),
        ("PBI130412_", "PBI130412"),
        ("INCONSISTENCIES", "INCONSISTENCIES"),
    ],
)
def test_what_tesseract_confuses_is_mended(seen: str, mended: str) -> None:
    assert _mended(seen) == mended


def test_a_dash_is_known_by_its_width() -> None:
    assert [_dash(width) for width in (0.25, 0.55, 1.0)] == ["-", "\u2013", "\u2014"]


def test_rules_of_a_scan_are_found_and_wiped_and_letters_are_not() -> None:
    picture = Image.new("L", (900, 600), 255)
    draw = ImageDraw.Draw(picture)
    for y in (100, 300, 500):
        draw.rectangle((50, y, 850, y + 2), fill=120)
    for x in (50, 450, 850):
        draw.rectangle((x, 100, x + 2, 500), fill=120)
    draw.rectangle((100, 150, 400, 190), fill=0)  # a shaded bar is no rule
    clean, boxes = without_rules(picture, 200)
    assert sum(b[2] - b[0] > b[3] - b[1] for b in boxes) == 3
    assert sum(b[2] - b[0] < b[3] - b[1] for b in boxes) == 3
    assert clean.getpixel((600, 101)) == 255
    assert clean.getpixel((250, 170)) == 0


def test_the_skew_of_a_page_is_found() -> None:
    picture = Image.new("L", (900, 1200), 255)
    draw = ImageDraw.Draw(picture)
    for y in range(100, 1100, 40):
        draw.rectangle((100, y, 800, y + 12), fill=0)
    assert skew_of(picture) == 0.0
    assert skew_of(picture.rotate(0.8, fillcolor=255)) == pytest.approx(-0.8, abs=0.15)
