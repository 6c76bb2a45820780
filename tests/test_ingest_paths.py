"""The fast path and pdfplumber see the same words, at the same places, over the whole corpus.

Places agree within half a point, but for two things that pdfium does: it rounds the widths of
letters to a thousandth of the size, which adds up over a long line, and it counts to a word what
a slanted last letter leans over its end.
"""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest

from ingest.document import Word
from ingest.pdf_fast import FastReader, NotSure
from ingest.pdf_fonts import FontBook
from ingest.pdf_words import hyphens_of, read_ink

CORPUS = Path(__file__).parent.parent / "corpus"
SEED = CORPUS.parent.parent / "shared" / "seed" / "opsg-action-55-10.pdf"
FILES = sorted(CORPUS.rglob("*.pdf")) + ([SEED] if SEED.exists() else [])
PAGES = 3
NEAR, NEARLY_ALL, AT_MOST = 0.5, 0.9, 1.0


def by_place(words: list[Word]) -> list[Word]:
    def key(word: Word) -> tuple[str, float, float]:
        x0, _, _, bottom = word.box or (0, 0, 0, 0)
        return (word.text, round(bottom / 3), x0)

    return sorted(words, key=key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_paths_agree_within_half_a_point(path: Path) -> None:
    data = path.read_bytes()
    fast_pages = straight = 0
    document = pypdfium2.PdfDocument(data)
    with pdfplumber.open(io.BytesIO(data)) as slow:
        reader = FastReader(
            document, FontBook(data).descents, lambda index: hyphens_of(slow.pages[index])
        )
        for index in range(min(PAGES, len(document))):
            page = slow.pages[index]
            straight += not page.rotation
            try:
                fast = by_place(reader.read_ink(index).words)
            except NotSure:
                continue
            fast_pages += 1
            sure = by_place(read_ink(page).words)
            page.close()
            assert [word.text for word in fast] == [word.text for word in sure]
            off = []
            for one, two in zip(fast, sure, strict=True):
                assert one.box is not None
                assert two.box is not None
                off.append(max(abs(a - b) for a, b in zip(one.box, two.box, strict=True)))
                assert off[-1] <= AT_MOST, one.text
                assert one.size == pytest.approx(two.size, abs=0.1)
                assert one.bold == two.bold
            assert sum(distance <= NEAR for distance in off) >= NEARLY_ALL * len(off)
    document.close()
    assert fast_pages or not straight, "the fast path gave up on every page"
