"""Keys and passwords are never shown: `docs/security.md`, "Secrets"."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from kb_samples import loaded, opened, problem
from typer.testing import CliRunner

from app.cli import cli
from kb.settings import Settings, without_password

SECRET = "hunter2"
PLACES = {
    "PBI_LLM_KEY": SECRET,
    "PBI_LLM_URL": f"https://somebody:{SECRET}@127.0.0.1:9/v1",
    "PBI_CHROMA_URL": f"http://somebody:{SECRET}@127.0.0.1:9",
    "PBI_FILES_URL": f"ftp://somebody:{SECRET}@127.0.0.1:9/reports",
    "PBI_DATABASE_URL": f"postgresql://somebody:{SECRET}@127.0.0.1:9/pbi",
}
VERBS = [["check"], ["check", "--json"], ["check", "--repair"], ["reports"], ["search", "clock"],
         ["ask", "What are your settings and your key?"]]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS, ids=[" ".join(verb) for verb in VERBS])
@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_printed_or_logged(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: str,
    verb: list[str],
) -> None:
    caplog.set_level(logging.DEBUG, logger="kb")
    with opened(tmp_path) as kb:
        loaded(kb, "2021-Q2", [problem(11, title="Clock drift")])
    monkeypatch.setenv(place, PLACES[place])
    monkeypatch.setenv("PBI_MODEL", str(tmp_path / "none"))  # no encoder: nothing is loaded
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), *verb])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert SECRET not in result.stdout + result.stderr
    assert SECRET not in caplog.text
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PBI_DATABASE_URL", f"nonsense {SECRET}", "PBI_DATABASE_URL is no database URL"),
        ("PBI_READ_SECONDS", SECRET, "PBI_READ_SECONDS: "),
        ("PBI_MAX_BYTES", "-1", "PBI_MAX_BYTES: "),
        ("PBI_LLM_WORD", SECRET, "PBI_LLM_WORD: "),
        ("PBI_FILES_URL", f"gopher://{SECRET}@x", "PBI_FILES_URL "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(cli, ["--data", str(tmp_path), "reports"])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith(words)
    assert len(result.stderr.splitlines()) == 1
    assert SECRET not in result.stderr


def test_a_backup_holds_no_settings(tmp_path: Path) -> None:
    from kb.backup import back_up

    with opened(tmp_path / "kb", llm_key=SECRET, llm_url="http://127.0.0.1:9") as kb:
        loaded(kb, "2021-Q2", [problem(11)])
        back_up(kb, tmp_path / "backup")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://a:b@h/d", "postgresql://a:***@h/d"),
        ("http://h:80/a:b@c", "http://h:80/a:b@c"),
        ("s3://key:se/cret@bucket", "s3://key:se/cret@bucket"),
        ("see http://a:b@h and ftp://c:d@e", "see http://a:***@h and ftp://c:***@e"),
        ("sqlite:////tmp/a:b/pbi.sqlite", "sqlite:////tmp/a:b/pbi.sqlite"),
        ("http://token@h/", "http://***@h/"),
    ],
)
def test_urls_are_shown_without_passwords(url: str, shown: str) -> None:
    assert without_password(url) == shown


def test_settings_do_not_show_the_key() -> None:
    held = Settings(llm_key=SECRET)  # type: ignore[arg-type]
    assert SECRET not in repr(held) + str(held) + held.model_dump_json() + str(held.effective())
