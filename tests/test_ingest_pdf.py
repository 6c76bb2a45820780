"""Nuisances of real PDFs, each in a document of its own, read on both paths."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pdfplumber
import pytest
import reportlab
from making_pdfs import Draw, both, changed, lines, pdf, picture, text
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from ingest.document import Document, Line
from ingest.errors import EncryptedFile, NoTextLayer, TooLarge, UnreadableFile
from ingest.joining import join_lines
from ingest.limits import Limits
from ingest.pdf import Engine, read_pdf
from ingest.pdf_words import _first_of_twins, _single

ENGINES: tuple[Engine, ...] = ("auto", "pdfplumber")
each_engine = pytest.mark.parametrize("engine", ENGINES)


def body(document: Document, page: int = 1) -> list[Line]:
    return [part for part in document.pages[page - 1].body if isinstance(part, Line)]


def texts(data: bytes, engine: Engine = "auto") -> list[str]:
    return [line.text for line in body(read_pdf(data, "a.pdf", engine=engine))]


def white(words: str, top: float) -> Draw:
    def draw(canvas: Any) -> None:
        canvas.setFillColorRGB(1, 1, 1)
        text(72, top, words)(canvas)
        canvas.setFillColorRGB(0, 0, 0)

    return draw


def badge(words: str, top: float) -> Draw:
    def draw(canvas: Any) -> None:
        canvas.setFillColorRGB(0.8, 0, 0)
        canvas.roundRect(70, 842 - top - 4, 100, 16, 3, stroke=0, fill=1)
        white(words, top)(canvas)

    return draw


def unseen(words: str, top: float) -> Draw:
    def draw(canvas: Any) -> None:
        run = canvas.beginText(72, 842 - top)
        run.setTextRenderMode(3)
        run.textLine(words)
        run.setTextRenderMode(0)
        canvas.drawText(run)

    return draw


def turned(angle: float, words: str, x: float, y: float) -> Draw:
    def draw(canvas: Any) -> None:
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        canvas.drawString(0, 0, words)
        canvas.restoreState()

    return draw


@each_engine
def test_a_heading_made_bold_by_printing_it_twice_is_read_once(engine: Engine) -> None:
    heading = "PBI000000123400: Failure of requests"
    data = pdf(both(text(72, 80, heading), text(72.35, 80, heading), lines("Once only")))
    assert texts(data, engine) == [heading, "Once only"]


@each_engine
def test_one_doubled_heading_on_a_full_page_is_seen(engine: Engine) -> None:
    heading = "PBI000000123400"
    rows = lines(*["a line of running text that fills the page with letters"] * 40)
    data = pdf(both(text(72, 80, heading), text(72.35, 80, heading), rows))
    assert texts(data, engine)[0] == heading


class Glyph(dict[str, Any]):
    """One that must not be looked up in a list: among ten thousand on a page that never ends."""

    def __eq__(self, _: object) -> bool:
        raise AssertionError("compared with the others one by one")

    __hash__ = None


def test_twins_are_dropped_without_comparing_each_with_all() -> None:
    def glyph(words: str, x: float, y: float = 100.0) -> Glyph:
        return Glyph(text=words, x0=x, top=y, doctop=y, upright=True)

    apart = [glyph("a", 2.0 * n) for n in range(20_000)]
    assert _single(SimpleNamespace(chars=apart)) is apart  # type: ignore[arg-type]
    doubled = [one for n in range(3000) for one in (glyph("a", 3.0 * n), glyph("a", 3.0 * n + 0.4))]
    assert [one["x0"] for one in _single(SimpleNamespace(chars=doubled))] == [  # type: ignore[arg-type]
        3.0 * n for n in range(3000)
    ]


@pytest.mark.parametrize("shift", [0.0, 0.35, 0.99, 1.5])
def test_twins_are_those_that_pdfplumber_names(shift: float) -> None:
    words = "PBI000000123400: Failure of requests"
    data = pdf(both(text(72, 80, words), text(72 + shift, 80 + shift / 2, words), lines("Once")))
    with pdfplumber.open(BytesIO(data)) as document:
        page = document.pages[0]
        assert _first_of_twins(page.chars) == page.dedupe_chars(extra_attrs=()).chars


def test_soft_hyphens_and_hyphens_at_line_ends() -> None:
    data = pdf(lines("the trans\u00ad", "formation of SMETS-", "1 meters and investi-", "gations"))
    joined = join_lines(body(read_pdf(data, "a.pdf")))
    assert joined.text == "the transformation of SMETS-1 meters and investigations"
    start = joined.text.index("transformation")
    assert joined.printed(start, start + 14) == "trans\u00ad formation"


@each_engine
def test_ligatures_blanks_quotes_and_dashes(engine: Engine) -> None:
    fonts = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Vera", str(fonts / "Vera.ttf")))
    words = "PBI\u00a0000000123400 \u201cquoted\u201d \u2013 dash \u2014 it\u2019s"
    data = pdf(
        both(text(72, 90, "con\ufb01guration of a \ufb02eet", font="Vera"), text(72, 120, words))
    )
    assert texts(data, engine) == [
        "configuration of a fleet",
        "PBI 000000123400 \u201cquoted\u201d \u2013 dash \u2014 it\u2019s",
    ]


@each_engine
def test_note_marks_are_dropped_and_ordinals_kept(engine: Engine) -> None:
    wide = pdfmetrics.stringWidth("Target completion 30/11/2021", "Helvetica", 11)
    five = pdfmetrics.stringWidth("on the 5", "Helvetica", 11)
    data = pdf(
        both(
            text(72, 100, "Target completion 30/11/2021"),
            text(72 + wide, 96, "1", size=6),
            text(72, 130, "on the 5"),
            text(72 + five, 126, "th", size=7),
            text(72 + five + 14, 130, "May 2021"),
        )
    )
    assert texts(data, engine) == ["Target completion 30/11/2021", "on the 5th May 2021"]


def test_hidden_words_are_left_out_and_a_badge_is_read() -> None:
    data = pdf(
        both(
            lines("seen"),
            unseen("invisible words", 130),
            white("white words", 150),
            badge("CRITICAL", 170),
            text(72, 190, "tiny words", size=0.5),
        )
    )
    assert texts(data) == ["seen", "CRITICAL"]


def test_the_text_layer_of_a_scan_is_read_though_it_is_invisible() -> None:
    rows = lines("PBI000000123400: Title of the scan", "Severity: High")
    data = pdf(both(picture(rows, dpi=50), unseen("PBI000000123400: Title of the scan", 100)))
    document = read_pdf(data, "a.pdf", ocr=False)
    assert [line.text for line in body(document)] == ["PBI000000123400: Title of the scan"]
    assert not document.pages[0].image_only


@each_engine
@pytest.mark.parametrize(("turn", "angle"), [(90, 90), (270, -90), (180, 180)])
def test_a_page_that_is_turned_for_display(engine: Engine, turn: int, angle: float) -> None:
    place = {90: (100, 100), 270: (400, 700), 180: (500, 700)}[turn]
    data = changed(
        pdf(turned(angle, "PBI000000123400: on a turned page", *place)),
        lambda page: page.set_rotation(turn),
    )
    document = read_pdf(data, "a.pdf", engine=engine)
    page = document.pages[0]
    assert (page.width, page.height) == ((842, 595) if turn != 180 else (595, 842))
    (line,) = body(document)
    assert line.text == "PBI000000123400: on a turned page"
    x0, top, x1, bottom = line.box or (0, 0, 0, 0)
    expected = {90: (100, 100), 270: (842 - 700, 400), 180: (95, 700)}[turn]
    assert x0 == pytest.approx(expected[0], abs=1)
    assert top < (expected[1] if turn != 270 else 595 - 400) < bottom + 1
    assert x1 - x0 > 10 * (bottom - top)


@each_engine
def test_a_page_whose_words_all_run_upwards_is_read_line_by_line(engine: Engine) -> None:
    rows = [f"PBI00000012340{k}: row {k}" for k in range(4)]
    data = pdf(both(*(turned(90, row, 100 + 20 * k, 100) for k, row in enumerate(rows))))
    document = read_pdf(data, "a.pdf", engine=engine)
    assert [line.text for line in body(document)] == rows
    x0, top, x1, bottom = body(document)[0].box or (0, 0, 0, 0)
    assert bottom == pytest.approx(742, abs=1)
    assert x1 - x0 == pytest.approx(11, abs=0.5)
    assert bottom - top == pytest.approx(108, abs=25)


@each_engine
def test_words_outside_the_crop_box_are_not_on_the_page(engine: Engine) -> None:
    data = changed(
        pdf(both(lines("inside the crop box"), text(10, 20, "outside of it"))),
        lambda page: page.set_cropbox(50, 300, 500, 800),
    )
    document = read_pdf(data, "a.pdf", engine=engine)
    assert [line.text for line in body(document)] == ["inside the crop box"]
    assert (document.pages[0].width, document.pages[0].height) == (450, 500)
    assert (body(document)[0].box or (0,))[0] == pytest.approx(22, abs=0.1)


@each_engine
def test_letters_set_wide_apart_make_words(engine: Engine) -> None:
    def draw(canvas: Any) -> None:
        run = canvas.beginText(72, 700)
        run.setCharSpace(3)
        run.textLine("SPACED OUT")
        canvas.drawText(run)

    assert texts(pdf(draw), engine) == ["SPACED OUT"]


def test_a_page_that_is_a_picture_is_a_finding_in_a_report_with_text() -> None:
    data = pdf(lines("PBI000000123400: Title"), picture(lines("Severity: High")))
    document = read_pdf(data, "a.pdf", ocr=False)
    assert [page.image_only for page in document.pages] == [False, True]
    (finding,) = document.findings
    assert (finding.code, finding.page) == ("page-without-text", 2)


def test_a_blank_page_is_no_finding() -> None:
    document = read_pdf(pdf(lines("PBI000000123400"), lambda _: None), "a.pdf")
    assert document.findings == ()
    assert document.pages[1].body == ()


def test_a_scan_without_ocr_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoTextLayer, match="apt install tesseract-ocr"):
        read_pdf(pdf(picture(lines("words"))), "a.pdf")


def test_a_locked_pdf_says_so() -> None:
    import io

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 700, "words")
    canvas.save()
    with pytest.raises(EncryptedFile, match="password"):
        read_pdf(out.getvalue(), "a.pdf")


def test_too_many_pages() -> None:
    with pytest.raises(TooLarge, match="3 pages; the limit is 2"):
        read_pdf(pdf(*[lines("words")] * 3), "a.pdf", limits=Limits(pages=2))


def test_a_cyclic_page_tree_ends() -> None:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>",
            b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 2>>",
        ),
        start=1,
    ):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 4\n0000000000 65535 f \n" + table
    data += b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % data.index(b"xref\n")
    with pytest.raises(UnreadableFile, match="damaged"):
        read_pdf(data, "a.pdf")


def test_progress_is_told_page_by_page() -> None:
    told: list[tuple[str, int, int]] = []
    read_pdf(pdf(*[lines("words")] * 3), "a.pdf", progress=lambda *step: told.append(step))
    assert told == [("pages", 1, 3), ("pages", 2, 3), ("pages", 3, 3)]
