"""From PDF to answerable: pages a second, by stage, and what is done twice.

    python bench/ingesting.py [--folder FOLDER_OF_PDFS] [--rounds 3] [--keep]

Times `pbi ingest` as a process of its own. The cold start (process, libraries, a reading
child, encoder, index) is timed on a report of one problem and taken off.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import load
from measure import PBI, Watched, begin, keep, median, table, watched


def main() -> int:
    """Prints the table."""
    given = begin("Ingest: PDF to answerable", _options)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        folder = given.folder or made(place / "pdf")
        files = sorted(folder.glob("*.pdf"))
        pages = counted(files)
        small = made(place / "small", reports=1, problems=1)
        runs = [ingested(place / f"kb-{number}", files) for number in range(given.rounds)]
        colds = [ingested(place / f"cold-{number}", [small]) for number in range(given.rounds)]
    whole, cold = (median([run.seconds for run in part]) for part in (runs, colds))
    spent, idle = (median([run.processor for run in part]) for part in (runs, colds))
    peak = max(run.peak_mb for run in runs)
    rate = pages / max(whole - cold, 0.01)
    table(
        ("", "seconds", "processor s", "pages/s", "peak MB"),
        (
            (
                "whole process",
                f"{whole:.1f}",
                f"{spent:.1f}",
                f"{pages / whole:.1f}",
                f"{peak:.0f}",
            ),
            ("of it cold start", f"{cold:.1f}", f"{idle:.1f}", "", ""),
            ("cold start apart", f"{whole - cold:.1f}", f"{spent - idle:.1f}", f"{rate:.1f}", ""),
        ),
    )
    per_page = 1000 * (spent - idle) / pages
    print(f"{len(files)} reports, {pages} pages: {per_page:.0f} ms of processor a page")
    keep("ingest", f"{rate:.1f} pages/s, {per_page:.0f} ms of processor a page", given)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="PDF files; default 12 made ones")
    parser.add_argument("--rounds", type=int, default=3)


def made(folder: Path, reports: int = 12, problems: int = 60) -> Path:
    """A folder of made reports."""
    folder.mkdir(parents=True)
    for one in load.reports(reports, problems):
        one.pdf(folder / one.file)
    return folder


def counted(files: list[Path]) -> int:
    """Pages of all files."""
    import pypdfium2

    total = 0
    for file in files:
        with pypdfium2.PdfDocument(file) as document:
            total += len(document)
    return total


def ingested(data: Path, paths: list[Path]) -> Watched:
    """`pbi ingest` of files or folders into a new knowledge base."""
    return watched([*PBI, "--data", str(data), "ingest", *map(str, paths), "--json"])


if __name__ == "__main__":
    sys.exit(main())
