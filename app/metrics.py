"""Figures for a monitoring system, in the form that Prometheus reads.

Counted in this process since it started. What is held in the database (jobs, vectors that are
still to be made) is asked for when the figures are read.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

log = logging.getLogger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_READING = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

QUESTIONS = Counter(
    "pbi_questions", "Questions asked, by what came of them.", ["outcome"], registry=REGISTRY
)
WITHHELD = Counter(
    "pbi_sentences_withheld",
    "Sentences of answers that failed the check against the page.",
    registry=REGISTRY,
)
ANSWERING = Histogram(
    "pbi_answer_seconds", "Time to answer a question.", buckets=_SECONDS, registry=REGISTRY
)
STEPS = Histogram(
    "pbi_step_seconds",
    "Time that a step in the knowledge base took.",
    ["step"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
UPLOADS = Counter(
    "pbi_uploads", "Files that were read, by what came of them.", ["outcome"], registry=REGISTRY
)
READING = Histogram(
    "pbi_upload_seconds", "Time to read a file.", buckets=_READING, registry=REGISTRY
)
ERRORS = Counter("pbi_errors", "Faults that were logged, by kind.", ["kind"], registry=REGISTRY)
FAILED = Counter(
    "pbi_steps_failed",
    "Steps that were refused or went wrong, by kind.",
    ["step", "kind"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "pbi_requests_refused", "Requests turned away at the door.", ["status"], registry=REGISTRY
)
PAGES = Counter("pbi_page_runs", "Pages drawn.", ["page"], registry=REGISTRY)
SIGN_INS = Counter(
    "pbi_sign_ins", "Sign-ins, by what came of them.", ["outcome"], registry=REGISTRY
)
SESSIONS = Gauge("pbi_sessions", "Browser tabs that are connected.", registry=REGISTRY)

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


@contextmanager
def connected(kind: str) -> Iterator[None]:
    """A connection of that kind ("websocket" is a browser tab) for as long as it lasts."""
    if kind != "websocket":
        yield
        return
    with SESSIONS.track_inprogress():
        yield


class _Faults(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        ERRORS.labels(kind.__name__ if kind else record.name).inc()


def count_errors() -> None:
    """Count what is logged as an error, by its kind."""
    root = logging.getLogger()
    if not any(isinstance(one, _Faults) for one in root.handlers):
        root.addHandler(_Faults(logging.ERROR))


def refused(status: int) -> None:
    """A request was turned away."""
    REFUSED.labels(str(status)).inc()


def noticed(step: str, seconds: float, facts: dict[str, object]) -> None:
    """A step of the knowledge base is done; see kb/notices.py for what is told of each."""
    if "error" in facts:
        FAILED.labels(step, str(facts["error"])).inc()
    elif step == "question":
        QUESTIONS.labels("abstained" if facts.get("abstained") else "answered").inc()
    elif step == "upload":
        UPLOADS.labels(str(facts.get("outcome"))).inc()
    if step == "question":
        ANSWERING.observe(seconds)
    elif step == "upload":
        READING.observe(seconds)
    elif step == "withheld":
        WITHHELD.inc()
    else:
        STEPS.labels(step).observe(seconds)


class Held:
    """What the database holds, asked for at each reading of the figures."""

    def __init__(self, kb: Callable[[], KnowledgeBase]) -> None:
        self._kb = kb

    def collect(self) -> Iterator[Metric]:
        """The gauges; none where the knowledge base cannot be read."""
        from kb.errors import KBError
        from kb.health import backlog

        up = GaugeMetricFamily("pbi_knowledge_base_up", "1 where the database can be read.")
        try:
            waiting = backlog(self._kb())
        except KBError as error:
            log.warning("no figures of the knowledge base: %s", error)
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        vectors = GaugeMetricFamily(
            "pbi_vectors_pending", "Passages that the vector index must still take in or let go."
        )
        vectors.add_metric([], waiting.vectors)
        yield vectors
        jobs = GaugeMetricFamily("pbi_jobs", "Files to be read, by state.", labels=["state"])
        for state, number in waiting.jobs.items():
            jobs.add_metric([state], number)
        yield jobs
        reports = GaugeMetricFamily("pbi_reports", "Reports held, by state.", labels=["state"])
        for state, number in waiting.reports.items():
            reports.add_metric([state], number)
        yield reports


def exposition() -> bytes:
    """All figures as text."""
    return generate_latest(REGISTRY)
