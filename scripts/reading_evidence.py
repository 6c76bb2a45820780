"""Checks evidence against the file itself, by another road than the reader took.

Every quote must stand on the page that it names, and the words inside its box must be the quote
(or, where a quote runs over lines, hold it: its box then takes in the start of the first line).
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from xml.etree import ElementTree

from reading_scores import Score

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def squeezed(text: str) -> str:
    """Without white space, soft hyphens, and differences of quotes and compatibility forms."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("“”‘’", "\"\"''"))
    return re.sub(r"[\s\u00ad]+", "", text)


def pieces(reading: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(what, evidence) of every place that a reading names."""
    for name, item in reading["report"].get("evidence", {}).items():
        yield f"report.{name}", item
    for problem in reading["problems"]:
        for name, item in problem.get("evidence", {}).items():
            yield f"{problem['pbi']} {name}", item
        for item in problem.get("impact_evidence", ()):
            yield f"{problem['pbi']} impact evidence", item


def check_evidence(score: Score, data: bytes, reading: Mapping[str, Any]) -> None:
    """Fills `quotes` and `boxes` of the score, and names what is not in its place."""
    items = list(pieces(reading))
    if reading["report"].get("scanned"):
        return  # no other text to hold it against
    if data[:5] == b"%PDF-":
        check_pdf(score, data, items)
    else:
        check_text(score, data, items)


def check_pdf(score: Score, data: bytes, items: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Against pdfplumber's words of each page, and pdfium's text."""
    import pdfplumber
    import pypdfium2 as pdfium

    by_page: dict[int, list[tuple[str, Mapping[str, Any]]]] = {}
    for what, item in items:
        by_page.setdefault(item["page"], []).append((what, item))
    other = pdfium.PdfDocument(data)
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, found in sorted(by_page.items()):
            page = document.pages[number - 1].dedupe_chars()
            texts = [
                squeezed(page.extract_text()),
                squeezed(other[number - 1].get_textpage().get_text_range()),
            ]
            words = displayed(page)
            for what, item in found:
                check_box(score, what, item, texts, words)
            page.close()


def displayed(page: Any) -> list[dict[str, Any]]:
    """Words with places on the page as displayed: the crop box, not the sheet, gives the origin."""
    left, top = page.cropbox[:2]
    return [
        {
            "text": word["text"],
            "x0": word["x0"] - left,
            "x1": word["x1"] - left,
            "top": word["top"] - top,
            "bottom": word["bottom"] - top,
        }
        for word in page.extract_words(x_tolerance_ratio=0.2)
    ]


def check_box(
    score: Score,
    what: str,
    item: Mapping[str, Any],
    texts: list[str],
    words: list[dict[str, Any]],
) -> None:
    """One quote and its box."""
    quote = squeezed(item["quote"])
    inside = ""
    if item.get("bbox"):
        x0, top, x1, bottom = item["bbox"]
        inside = squeezed(
            " ".join(
                word["text"]
                for word in words
                if x0 - 1 <= (word["x0"] + word["x1"]) / 2 <= x1 + 1
                and top - 1 <= (word["top"] + word["bottom"]) / 2 <= bottom + 1
            )
        )
        # A quote may begin or end within a word (a note mark, a full stop): the box is the word's.
        holds = bool(quote) and (quote in inside or scattered(item["quote"], inside))
        score.boxes = (score.boxes[0] + holds, score.boxes[1] + 1)
        if not holds:
            score.misplaced.append(f"{what} p.{item['page']}: box holds {inside[:60]!r}")
    stands = bool(quote) and (any(quote in text for text in texts) or quote in inside)
    if not stands and inside:
        stands = scattered(item["quote"], inside)
    score.quotes = (score.quotes[0] + stands, score.quotes[1] + 1)
    if not stands:
        score.misplaced.append(f"{what} p.{item['page']}: no {item['quote'][:60]!r} on the page")


def scattered(quote: str, inside: str) -> bool:
    """The words of the quote stand in the box one after the other, with others between them."""
    start = 0
    for word in quote.split():
        at = inside.find(squeezed(word), start)
        if at < 0:
            return False
        start = at + len(squeezed(word))
    return True


def check_text(score: Score, data: bytes, items: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Against the plain words of a DOCX, XLSX, CSV or text file."""
    whole = squeezed(medium_text(data))
    for what, item in items:
        quote = squeezed(item["quote"])
        stands = bool(quote) and quote in whole
        score.quotes = (score.quotes[0] + stands, score.quotes[1] + 1)
        if not stands:
            score.misplaced.append(f"{what}: no {item['quote'][:60]!r} in the file")


def medium_text(data: bytes) -> str:
    """All words of the file. Dates of a workbook stand as they are shown, day first, and in ISO."""
    if data[:2] != b"PK":
        return data.decode("utf-8-sig", errors="replace")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if any(name.startswith("word/") for name in names):
            parts = [
                name for name in names if re.match(r"word/(document|header|footer)\d*\.xml", name)
            ]
            return "\n".join(word_text(archive.read(name)) for name in parts)
    from openpyxl import load_workbook

    out = []
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        out.append(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, date):
                    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%y", "%d %b %Y", "%d %B %Y"):
                        out.append(cell.value.strftime(shape))
                elif cell.value is not None:
                    out.append(str(cell.value))
    return "\n".join(out)


def word_text(xml: bytes) -> str:
    """The words of a part of a DOCX with tracked changes accepted."""
    root = ElementTree.fromstring(xml)
    return "\n".join(
        "".join(node.text or "" for node in paragraph.iter(f"{WORD}t"))
        for paragraph in root.iter(f"{WORD}p")
    )
