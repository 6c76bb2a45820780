"""Where the time goes in an ingest and in a question, as trees.

    python bench/where.py [--folder FOLDER_OF_PDFS] [--html FOLDER]

What else runs in processes of its own is done in this one, so that one tree shows all of it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingesting import made
from measure import begin
from pyinstrument import Profiler
from questions import Counting, questions_of

from ingest.read import read_report
from kb.base import KnowledgeBase
from kb.encode import make_encoder
from kb.settings import Settings


def main() -> int:
    """Prints two trees, or writes them as pages."""
    given = begin("Where the time goes", _options)
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        files = sorted((given.folder or made(place / "pdf", reports=6)).glob("*.pdf"))
        read_report(files[0].read_bytes(), files[0].name)  # the libraries are loaded
        settings = Settings(data=place / "kb")
        encoder = Counting(make_encoder(settings.model, settings.model_sha256))
        with KnowledgeBase.open(settings, encoder=encoder) as kb:
            with _shown("ingest", given):
                for file in files:
                    kb.ingest(file.read_bytes(), file.name, reader=read_report)
                kb.catch_up()
            asked = questions_of(kb)
            kb.ask(asked[-1])
            with _shown("questions", given):
                for question in asked:
                    kb.ask(question)
    return 0


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folder", type=Path, help="PDF files; default six made ones")
    parser.add_argument("--html", type=Path, help="writes pages to open in a browser there")


@contextmanager
def _shown(name: str, given: argparse.Namespace) -> Iterator[None]:
    profiler = Profiler(interval=0.001)
    with profiler:
        yield
    if given.html:
        given.html.mkdir(parents=True, exist_ok=True)
        file = given.html / f"{name}.html"
        file.write_text(profiler.output_html(), encoding="utf-8")
        print(file)
        return
    print(f"---- {name}")
    print(profiler.output_text(unicode=True, color=sys.stdout.isatty(), show_all=False))


if __name__ == "__main__":
    sys.exit(main())
