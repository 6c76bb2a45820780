"""What a command that only looks up must never load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kb_samples import loaded, opened, problem

SCRIPT = """
import sys
from pathlib import Path
from kb.base import KnowledgeBase
from kb.filters import Filters
from kb.settings import Settings
with KnowledgeBase.open(Settings(data=Path(sys.argv[1]))) as kb:
    assert kb.history("11") and kb.events("11") and kb.snapshots() and kb.catalogue().titles
    assert kb.search("title", vectors=False) and kb.count(Filters(words=("title",)))
heavy = ("torch", "spacy", "chromadb", "streamlit", "alembic", "numpy", "pdfplumber", "pypdfium2",
         "sentence_transformers", "sqlalchemy.orm", "pandas")
print([name for name in heavy if name in sys.modules])
"""


def test_looking_up_loads_nothing_heavy(tmp_path: Path) -> None:
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11)])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
