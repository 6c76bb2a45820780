"""Two quarters of hand-written readings for the pages, and a way to open a page on them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from hashlib import sha256
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from ingest.records import (
    FIELDS,
    Evidence,
    Finding,
    Grade,
    ImpactClass,
    ImpactEvidence,
    ProblemReading,
    Reading,
    ReportReading,
    Severity,
)
from kb.base import KnowledgeBase
from kb.settings import Settings

MAIN = Path(__file__).parents[1] / "app" / "main.py"

HOSTILE = "<b>bold</b> **stars** $x^2$ :smile: :red[paint] [a](http://example.org)"
"""Words that each kind of markup would act on."""


PER_PAGE = 34
"""Lines on one page of `printed`."""


def printed(one: Reading) -> tuple[bytes, Reading]:
    """A PDF that says what a reading says, and the reading with the place of each value in it."""
    from reportlab.pdfgen.canvas import Canvas

    lines: list[str] = []

    def place(quote: str) -> dict[str, Any]:
        lines.append(quote)
        number = len(lines) - 1
        top = 80.0 + 20 * (number % PER_PAGE)
        return {"page": number // PER_PAGE + 1, "bbox": (72.0, top, 500.0, top + 13)}

    problems = []
    for problem in one.problems:
        evidence = {
            field: {**found.model_dump(), **place(found.quote)}
            for field, found in problem.evidence.items()
        }
        told = [{**item.model_dump(), **place(item.quote)} for item in problem.impact_evidence]
        values = {**problem.model_dump(), "evidence": evidence, "impact_evidence": told}
        problems.append(ProblemReading.model_validate(values))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.setFontSize(10)
    for number, line in enumerate(lines):
        if number and number % PER_PAGE == 0:
            canvas.showPage()
            canvas.setFontSize(10)
        canvas.drawString(72, 842 - 90 - 20 * (number % PER_PAGE), line)
    canvas.save()
    report = one.report.model_copy(update={"pages": (len(lines) - 1) // PER_PAGE + 1})
    return out.getvalue(), one.model_copy(update={"problems": tuple(problems), "report": report})


def problem(pbi: str, **fields: Any) -> ProblemReading:
    """A problem with everything that most tests do not care about, each value with evidence."""
    number = f"PBI{pbi:0>12}"
    values: dict[str, Any] = {
        "pbi": number,
        "title": f"Problem {pbi}",
        "description": f"Something failed in {pbi}.",
        "owner": "DCO",
        "involved": ("DCO",),
        "severity": Severity.MEDIUM,
        "created": date(2021, 4, 1),
        "status": "Pending",
        "status_date": date(2021, 9, 20),
        "target_completion": date(2021, 10, 29),
        "user_impact": "None",
        "impact_class": ImpactClass.NONE,
        **fields,
    }
    given = values.pop("evidence", {})
    quotes = {name: _as_printed(value) for name, value in values.items() if name in FIELDS}
    evidence = {
        name: Evidence(page=1, quote=quote) for name, quote in quotes.items() if quote is not None
    }
    return ProblemReading.model_validate({**values, "evidence": {**evidence, **given}})


def _as_printed(value: Any) -> str | None:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value) if isinstance(value, str) and not isinstance(value, ImpactClass) else None


def reading(quarter: str, day: date, *problems: ProblemReading, **fields: Any) -> Reading:
    """A report on all problems."""
    values: dict[str, Any] = {
        "title": f"Problem report {quarter}",
        "quarter": quarter,
        "status_date": day,
        "file": f"{quarter}.pdf",
        "sha256": sha256(quarter.encode()).hexdigest(),
        "pages": 1,
    }
    return Reading(report=ReportReading.model_validate({**values, **fields}), problems=problems)


FIRST = reading(
    "2021-Q2",
    date(2021, 9, 20),
    problem(
        "122422",
        title="Failure of requests",
        owner_role="Operator",
        severity=Severity.CRITICAL,
        user_impact="No enduring impact",
        impact_class=ImpactClass.NO_ENDURING,
        description="The cluster failed for 69 minutes. Nobody could send requests.",
        impact_evidence=(
            ImpactEvidence(quote="The cluster failed for 69 minutes.", page=1, minutes=69),
        ),
        findings=(Finding(code="outage-beside-none", message="An outage beside none."),),
    ),
    problem("122808", owner="DSP", involved=("DSP", "DCO"), status="Closed"),
    problem("121104", owner="TSP", involved=("TSP",), severity=Severity.LOW),
)

SECOND = reading(
    "2021-Q3",
    date(2021, 12, 20),
    problem(
        "122422",
        title="Failure of requests",
        severity=Severity.CRITICAL,
        status_date=date(2021, 12, 20),
        target_completion=date(2022, 1, 31),
        description="The cluster failed for 69 minutes. A patch is being tested.",
    ),
    problem("123400", owner=None, involved=("DCO",), status_date=date(2021, 12, 20)),
    problem(
        "125000",
        title=HOSTILE,
        description=HOSTILE,
        owner="CSS",
        involved=("CSS",),
        user_impact=HOSTILE,
        status_date=date(2021, 12, 20),
        evidence={
            "title": Evidence(page=1, quote=HOSTILE, grade=Grade.POOR, why="read from a torn page")
        },
    ),
)


def filled(folder: Path) -> KnowledgeBase:
    """A knowledge base with both quarters published."""
    kb = KnowledgeBase.open(Settings(data=folder))
    for one in (FIRST, SECOND):
        take_in(kb, one)
    return kb


def take_in(kb: KnowledgeBase, one: Reading, *, draft: bool = False) -> str:
    """Keep a reading under a PDF of its own; the report's id."""
    data, read = printed(one)
    result = kb.ingest(data, one.report.file, draft=draft, reader=lambda _data, _name: read)
    assert result.report is not None, result.message
    return result.report.id


def opened(page: str = "", /, **params: str | list[str]) -> AppTest:
    """The app on one page, drawn once. `page`: the part of the address after the host."""
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app._page_hash = calc_hash(page)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> str:
    """Everything that a page shows: its HTML as text, what its components draw, its labels."""
    found: list[str] = []
    for element in app.main:
        proto = element.proto
        if type(element).__name__ == "Html":
            found.append(unescape(re.sub(r"<[^>]+>", " ", proto.body)))
        elif type(proto).__name__ == "BidiComponent":
            found += _strings(json.loads(proto.json))
        elif label := getattr(element, "label", None):
            found.append(label)
    return "\n".join(found)


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [one for part in value for one in _strings(part)] if isinstance(value, list) else []


def html(app: AppTest) -> str:
    """The HTML of a page as it is sent."""
    return "\n".join(one.proto.body for one in app.main if type(one).__name__ == "Html")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both quarters published, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    filled(folder).close()
    return folder


@pytest.fixture
def loaded(data: Path, template: Path) -> Path:
    """The folder that the app of this test works on, with both quarters published."""
    shutil.copytree(template, data, dirs_exist_ok=True)
    return data


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the app of this test works on."""
    from app.jobs import jobs
    from app.service import store

    monkeypatch.setenv("PBI_DATA", str(tmp_path))
    store.clear()
    jobs.clear()
    return tmp_path
