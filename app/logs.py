"""One line of JSON an event, on stderr.

A line says when, how bad, what, on which request, for whom and how long it took. What reports say
and what people ask stays out of it unless `PBI_LOG_TEXT` is set; secrets stay out always.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.settings import Settings

log = logging.getLogger("pbi")

_QUOTING = ("kb.answer", "kb.understand", "kb.llm")
"""Whose messages may quote a question or a report: without PBI_LOG_TEXT only their form is kept."""

_LEAST = 8
"""Characters: what is shorter is not looked for as a secret, it would be found everywhere."""

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_IN_URLS = re.compile(r"([?&](?:code|state|token|id_token|access_token|provider)=)[^&\s\"']+")


@dataclass(frozen=True)
class Asked:
    """What is going on: a request of a browser, a run of a page."""

    request: str
    who: str | None = None
    origin: str | None = None


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def begin() -> str:
    """Gives what follows in this thread or task a number of its own."""
    number = uuid.uuid4().hex[:12]
    _asked.set(Asked(number))
    return number


def visitor(who: str | None, origin: str | None) -> None:
    """Says for whom, and from where, what follows is done."""
    now = _asked.get() or Asked(uuid.uuid4().hex[:12])
    _asked.set(replace(now, who=who, origin=origin))


def event(name: str, *, level: str = "INFO", **facts: object) -> None:
    """Writes one event. Facts are plain values; words of people or reports are `text`."""
    log.log(logging.getLevelNamesMapping()[level], name, extra={"facts": facts})


def noticed(step: str, seconds: float, facts: dict[str, object]) -> None:
    """Writes what the knowledge base tells of; see kb/notices.py."""
    level = "WARNING" if "error" in facts else "INFO"
    event(step, level=level, ms=round(seconds * 1000, 1), **facts)


class Lines(logging.Formatter):
    """Makes one line of JSON of each record.

    Args:
        secrets: values that are never written, wherever they turn up.
        text: write what people asked.
    """

    def __init__(self, secrets: tuple[str, ...] = (), *, text: bool = False) -> None:
        super().__init__()
        self._secrets = sorted({one for one in secrets if len(one) >= _LEAST}, key=len)
        self._text = text

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        now = _asked.get()
        facts: Mapping[str, Any] = getattr(record, "facts", {})
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "event": self._words(record),
            "logger": record.name,
            "request": now.request if now else None,
            "who": now.who if now else None,
            "origin": now.origin if now else None,
            **facts,
        }
        if not self._text:
            line.pop("text", None)
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        held = {name: value for name, value in line.items() if value is not None}
        return self._without_secrets(json.dumps(held, ensure_ascii=False, default=str))

    def _words(self, record: logging.LogRecord) -> str:
        if not self._text and record.name.startswith(_QUOTING):
            return str(record.msg)
        return record.getMessage()

    def formatException(self, trace: Any) -> str:
        """Where it happened, and the kind of error.

        An error's own words may quote a report, or hold what was sent: they are text.
        """
        if self._text:
            return super().formatException(trace)
        kind, _error, at = trace
        places = []
        while at is not None:
            code = at.tb_frame.f_code
            places.append(f"{code.co_filename}:{at.tb_lineno} {code.co_name}")
            at = at.tb_next
        return " > ".join([*places, kind.__name__ if kind else "error"])

    def _without_secrets(self, line: str) -> str:
        for secret in reversed(self._secrets):
            line = line.replace(secret, "***").replace(json.dumps(secret)[1:-1], "***")
        return _IN_URLS.sub(r"\1***", line)


_CHATTY = ("uvicorn", "httpx", "httpcore", "chromadb", "sqlalchemy", "PIL", "pdfminer")


def _chatty(name: str) -> bool:
    return name.partition(".")[0] in _CHATTY


class _Passing(logging.Logger):
    """A logger that leaves the writing to the root, whatever it is told."""

    propagate = property(lambda _self: True, lambda _self, _value: None)

    def addHandler(self, hdlr: logging.Handler) -> None:
        """No other way out."""


def set_up(settings: Settings, *more: str) -> None:
    """Sends everything that is logged in this process to stderr, a line each.

    Args:
        more: secrets that are no settings.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines((*secrets_of(settings), *more), text=settings.log_text))
    handler.setLevel(settings.log_level)
    # By name and at the end: these set their levels themselves, some at each start of a server.
    handler.addFilter(lambda one: one.levelno >= logging.WARNING or not _chatty(one.name))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in list(root.manager.loggerDict):
        one = logging.getLogger(name)
        one.handlers = []
        one.propagate = True
    # Streamlit gives each logger that it makes later a handler with lines of another form.
    logging.setLoggerClass(_Passing)
    logging.captureWarnings(True)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret that the settings hold, passwords in URLs too."""
    from urllib.parse import unquote, urlsplit

    from pydantic import SecretStr

    found: list[str] = []
    for _name, value in settings:
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, str) and "://" in value:
            password = urlsplit(value).password
            found += [password, unquote(password)] if password else []
    return tuple(found)
