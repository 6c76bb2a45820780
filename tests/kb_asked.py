"""A small knowledge base of three quarters, made by hand, to ask questions of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from kb_samples import loaded, opened, problem

from ingest.records import Evidence, ImpactClass, ImpactEvidence, ProblemReading, Severity
from kb.base import KnowledgeBase

C, H, M, L = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW
OUTAGE = (
    "At 13:52 on 23/03/2021 the database cluster failed and 100% of requests were lost until 15:01."
)


def full(number: int, **fields: Any) -> ProblemReading:
    """A problem with evidence for every field that is given, as a reader would have found it."""
    made = problem(number, **fields)
    evidence = dict(made.evidence)
    for name in fields:
        value = getattr(made, name)
        if isinstance(value, tuple | bool) or value is None or name == "impact_class":
            continue
        words = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
        if name == "owner" and made.owner_role:
            words = f"{value} ({made.owner_role})"
        evidence[name] = Evidence(page=1, quote=words)
    evidence.setdefault("title", Evidence(page=1, quote=made.title or "?"))
    return made.model_copy(update={"evidence": evidence})


def _cluster(**fields: Any) -> ProblemReading:
    return full(
        122422,
        title="Failure of requests on 23/03",
        owner="DCO",
        owner_role="Operator",
        severity=C,
        created=date(2021, 3, 24),
        description=f"{OUTAGE} The cause was a defect in the failover code.",
        user_impact="No enduring impact",
        impact_class=ImpactClass.NO_ENDURING,
        major_incident=True,
        impact_evidence=(
            ImpactEvidence(
                quote=OUTAGE,
                page=1,
                start="2021-03-23T13:52",
                end="2021-03-23T15:01",
                minutes=69,
                percent=(100,),
            ),
        ),
        **fields,
    )


Q2 = [
    _cluster(target_completion=date(2021, 10, 29)),
    full(
        122207,
        title="DCO timeout value issue",
        owner="DCO",
        severity=M,
        created=date(2021, 1, 22),
        target_completion=date(2022, 3, 31),
        involved=("SMSO",),
        user_impact="None, internal only",
        impact_class=ImpactClass.NONE,
        workaround="Requests are sent again by hand.",
    ),
    full(
        122808,
        title="DCO network traffic missing",
        owner="DSP",
        involved=("DCO",),
        severity=M,
        status="Closed",
        created=date(2021, 5, 28),
        description="A circuit stopped carrying traffic for 8 hours.",
        user_impact="None",
        impact_class=ImpactClass.NONE,
        major_incident=False,
    ),
    full(
        123400,
        title="DCO failure of service requests",
        involved=("DCO",),
        severity=C,
        created=date(2021, 6, 30),
        target_completion=date(2021, 11, 30),
    ),
    full(
        122951,
        title="Power outage alerts repeated",
        owner="CSP North",
        severity=L,
        created=date(2021, 6, 4),
        target_completion=date(2021, 12, 15),
    ),
]
Q3 = [
    _cluster(target_completion=date(2022, 1, 31)),
    full(
        122207,
        title="DCO timeout value issue",
        owner="DSP",
        severity=H,
        created=date(2021, 1, 22),
        target_completion=date(2021, 12, 1),
        involved=("SMSO", "DCO"),
        user_impact="None, internal only",
        impact_class=ImpactClass.NONE,
        workaround="Requests are sent again by hand.",
    ),
    full(
        123400,
        title="DCO failure of service requests",
        involved=("DCO",),
        severity=H,
        status="Closed",
        created=date(2021, 6, 30),
    ),
    full(
        123655,
        title="Portal sign-in slow",
        owner="DSP",
        severity=M,
        created=date(2021, 9, 1),
        description="Users of the portal wait two minutes to sign in.",
        user_impact="Users wait to sign in",
        impact_class=ImpactClass.IMPACTING,
    ),
]
ANSWERED = {"2021-Q2": Q2, "2021-Q3": Q3}


@contextmanager
def asked_kb(folder: Path) -> Iterator[KnowledgeBase]:
    with opened(folder) as kb:
        for quarter, problems in ANSWERED.items():
            loaded(kb, quarter, problems)
        yield kb
