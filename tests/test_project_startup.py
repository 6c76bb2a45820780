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


def test_each_verb_is_found_in_the_file_that_the_table_names() -> None:
    from importlib import import_module

    import typer

    from app.cli import FAMILIES

    for family, verbs in FAMILIES.items():
        made = typer.Typer()
        import_module(f"app.commands.{family}").add_to(made)
        found = [*made.registered_commands, *made.registered_groups]
        assert {one.name for one in found} == set(verbs)


def test_a_verb_brings_no_other_family_in(tmp_path: Path) -> None:
    for options in (["--data", str(tmp_path)], [f"--data={tmp_path}"]):
        arguments = [*options, "reports"]
        modules = imported_by(f"from app.cli import main; assert main({arguments!r}) == 0")
        assert "app.commands.reports" in modules
        assert "app.commands.finding" not in modules


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], "migrate-store"),
        (["--data", "show", "sho", "1"], "No such command 'sho'"),
        (["show", "--help"], "PBI"),
        (["--as", "ingest", "--unknown", "show"], "No such option"),
    ],
)
def test_what_is_no_verb_is_met_by_the_whole_command_line(
    arguments: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    from app.cli import main

    main(arguments)
    said = capfd.readouterr()
    assert words in said.out + said.err


def test_a_table_in_a_pipe_is_a_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    from app.console import put_table

    put_table(("Name", "Said"), [("DCO", "one\ntwo"), ("CSP North", None)], title="Held")
    assert capsys.readouterr().out == "Held\nName       Said\nDCO        one two\nCSP North  –\n"


def test_a_name_is_looked_up_without_gathering_all(tmp_path: Path) -> None:
    from kb_samples import loaded, opened, problem

    from kb.names import UnknownName, party_named, quarter_named, status_named

    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(1, owner="DSP", status="On the Shelf")])
        assert party_named(kb, " dsp ") == ("DSP", None)
        assert party_named(kb, "CSPN") == ("CSP North", None)  # the vocabulary's, in no report
        assert status_named(kb, "on  the shelf") == "On the Shelf"
        assert quarter_named(kb, "latest") == "2021-Q2"
        assert not kb._shared.catalogues
        with pytest.raises(UnknownName, match="no party 'XYZ' is known; the reports name"):
            party_named(kb, "XYZ")
