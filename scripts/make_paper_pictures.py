"""Draws one page of the user-impact paper as DOCX and as PDF, for the documentation.

    python scripts/make_paper_pictures.py [FOLDER]

The paper is made from the sample corpus. LibreOffice (`soffice`) lays the DOCX out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2

from kb.base import KnowledgeBase
from kb.exports import write
from kb.paper import impact_paper, paper_document
from kb.settings import Settings

ROOT = Path(__file__).parents[1]
SUPPLIER, QUARTER = "DCO", "2021-Q4"
SCALE = 1.3  # 94 dots per inch: legible at the width of a README


def main() -> int:
    """Writes two pictures; returns 0."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        with KnowledgeBase.open(Settings(data=place / "kb")) as kb:
            for file in sorted((ROOT / "corpus").glob("*-problem-report.pdf")):
                kb.ingest(file.read_bytes(), file.name)
            document = paper_document(impact_paper(kb, supplier=SUPPLIER, quarter=QUARTER))
        write(document, place / "paper.pdf")
        draw(place / "paper.pdf", folder / "impact-paper-pdf.png")
        write(document, place / "word.docx")
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", scratch]
        subprocess.run([*command, str(place / "word.docx")], check=True, capture_output=True)
        draw(place / "word.pdf", folder / "impact-paper-docx.png")
    return 0


def draw(file: Path, picture: Path) -> None:
    """The first page of a PDF as PNG, in few colours to keep the file small."""
    pdf = pypdfium2.PdfDocument(file)
    image = pdf[0].render(scale=SCALE).to_pil().convert("RGB")
    image.quantize(32).save(picture, optimize=True)
    pdf.close()
    print(f"{picture.name}: {picture.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    sys.exit(main())
