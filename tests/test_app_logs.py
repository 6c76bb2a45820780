"""Logs and figures: one JSON line an event, nothing in them that should not be."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app import health, logs, metrics
from app.logs import Lines, secrets_of
from kb import notices
from kb.base import KnowledgeBase
from kb.errors import StoreUnavailable
from kb.settings import Settings


def line(
    message: str, *, formatter: Lines | None = None, name: str = "app.x", **more: object
) -> dict[str, object]:
    record = logging.LogRecord(name, logging.WARNING, __file__, 1, message, (), None)
    for field, value in more.items():
        setattr(record, field, value)
    written = (formatter or Lines()).format(record)
    assert "\n" not in written
    held: dict[str, object] = json.loads(written)
    return held


def test_a_line_says_when_what_for_whom_and_on_which_request() -> None:
    number = logs.begin()
    logs.visitor("mel@example.org", "10.0.0.1")
    found = line("page", facts={"page": "ask", "ms": 12.5})
    assert found["event"] == "page"
    assert found["level"] == "WARNING"
    assert found["request"] == number
    assert (found["who"], found["origin"]) == ("mel@example.org", "10.0.0.1")
    assert (found["page"], found["ms"]) == ("ask", 12.5)
    assert str(found["time"]).endswith("+00:00")
    assert logs.begin() != number


def test_line_ends_and_quotes_in_a_name_make_no_second_line() -> None:
    assert line('a\n{"event": "signed in"}\u2028\x1b[2J')["event"] != "signed in"


def test_what_people_ask_is_left_out_unless_it_is_wanted() -> None:
    facts = {"text": "When is 123400 due?", "ms": 3.0}
    assert "text" not in line("question", facts=facts)
    assert line("question", facts=facts, formatter=Lines(text=True))["text"] == facts["text"]
    record = logging.LogRecord("kb.answer.asking", 30, "f", 1, "withheld: %s", ("words",), None)
    assert "words" not in Lines().format(record)
    assert "words" in Lines(text=True).format(record)


def test_an_error_says_where_and_not_what_stood_there() -> None:
    def failed() -> None:
        raise ValueError("the narrative of a report")

    try:
        failed()
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    found = line("page failed", exc_info=trace)
    assert "ValueError" in str(found["trace"])
    assert "failed" in str(found["trace"])
    assert "narrative" not in str(found)
    assert "narrative" in str(line("page failed", exc_info=trace, formatter=Lines(text=True)))


def test_no_secret_is_written_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBI_OIDC_CLIENT_SECRET", 'client"secret-of-ours')
    monkeypatch.setenv("PBI_COOKIE_SECRET", "cookie-secret-of-at-least-32-letters")
    monkeypatch.setenv("PBI_DATABASE_URL", "postgresql://pbi:pass%40word9@db/pbi")
    found = secrets_of(Settings())
    formatter = Lines(found, text=True)
    for secret in (
        'client"secret-of-ours',
        "cookie-secret-of-at-least-32-letters",
        "pass%40word9",
        "pass@word9",
    ):
        said = json.dumps(line(f"sent {secret} away", formatter=formatter))
        assert json.dumps(secret)[1:-1] not in said, secret
        assert "***" in said
    url = "GET /oauth2callback?code=abc123&state=def456 HTTP/1.1"
    assert "abc123" not in str(line(url))
    assert "def456" not in str(line(url))


def test_steps_of_the_knowledge_base_are_counted() -> None:
    def value(name: str, **labels: str) -> float:
        return metrics.REGISTRY.get_sample_value(name, labels) or 0.0

    before = value("pbi_questions_total", outcome="abstained"), value("pbi_answer_seconds_count")
    notices.listen(metrics.noticed)
    try:
        with notices.noticed("question") as facts:
            facts["abstained"] = True
        with pytest.raises(ValueError, match="broken"), notices.noticed("page image"):
            raise ValueError("broken")
        notices.tell("withheld", why="no evidence")
    finally:
        notices.deaf(metrics.noticed)
    assert value("pbi_questions_total", outcome="abstained") == before[0] + 1
    assert value("pbi_answer_seconds_count") == before[1] + 1
    assert value("pbi_steps_failed_total", step="page image", kind="ValueError") >= 1
    assert value("pbi_sentences_withheld_total") >= 1


def test_a_listener_that_fails_undoes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def bad(_step: str, _seconds: float, _facts: dict[str, object]) -> None:
        raise RuntimeError("no")

    notices.listen(bad)
    try:
        with notices.noticed("question"):
            pass
    finally:
        notices.deaf(bad)
    assert "a listener failed" in caplog.text


def test_readiness_names_the_part_that_fails_and_liveness_does_not_care(tmp_path: Path) -> None:
    def broken() -> KnowledgeBase:
        raise StoreUnavailable("/secret/place/pbi.sqlite cannot be opened")

    down = TestClient(Starlette(routes=health.routes(broken)))
    assert down.get("/healthz").text == "ok"
    answer = down.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "cannot be used"}

    with KnowledgeBase.open(Settings(data=tmp_path)) as kb:
        up = TestClient(Starlette(routes=health.routes(lambda: kb)))
        assert up.get("/readyz").status_code == 200
        shutil.rmtree(tmp_path / "files", ignore_errors=True)
        (tmp_path / "files").write_bytes(b"no folder")
        assert up.get("/readyz").json() == {"database": "ok", "files": "cannot be used"}


def test_figures_say_that_the_knowledge_base_is_down() -> None:
    def broken() -> KnowledgeBase:
        raise StoreUnavailable("cannot be opened")

    (up,) = metrics.Held(broken).collect()
    assert (up.name, up.samples[0].value) == ("pbi_knowledge_base_up", 0)
