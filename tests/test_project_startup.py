"""What each way in must not import: seconds and megabytes that nobody would get anything for."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = {"torch", "spacy", "chromadb", "streamlit", "transformers", "sentence_transformers"}


def imported_by(code: str, *arguments: str) -> set[str]:
    script = f"{code}\nimport sys\nprint('\\n'.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("verb", [["show", "123400"], ["reports"], ["search", "--owner", "DCO"]])
def test_a_look_up_starts_light(verb: list[str], tmp_path: Path) -> None:
    modules = imported_by(
        f"from app.cli import main; main(['--data', {str(tmp_path)!r}, *{verb!r}])"
    )
    assert "sqlalchemy" in modules
    assert modules & HEAVY == set()


def test_the_rules_run_without_torch() -> None:
    modules = imported_by("from ingest.blank import blank_english; blank_english()('DCO')")
    assert "spacy" in modules
    assert "torch" not in modules


def test_the_app_page_list_loads_no_model() -> None:
    modules = imported_by("import app.opening, kb.base, kb.answers")
    assert modules & HEAVY == set()
