"""What the corpus says, before any layout: entries of reports, and the gold that follows from them.

The gold never comes from the reader: it is what was put into the page, by the conventions that
`corpus/README.md` lists.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

CLOSING = ("Closed", "Cancelled", "Rejected", "Completed", "Resolved")

# Owner as printed -> party, role. Written by hand, as is the list of names below.
OWNERS: dict[str, tuple[str, str | None]] = {
    "DCO (S/W Provider)": ("DCO", "S/W Provider"),
    "DCO (Operator)": ("DCO", "Operator"),
    "the DCO Operator": ("DCO", "Operator"),
    "DCO Operator": ("DCO", "Operator"),
    "DCO - Operator": ("DCO", "Operator"),
    "CSP-N": ("CSP North", None),
    "CSP-S": ("CSP South", None),
    "CSP N": ("CSP North", None),
    "CSP (North)": ("CSP North", None),
    "CSP (Central)": ("CSP Central", None),
    "Data Service Provider": ("DSP", None),
    "the DSP": ("DSP", None),
    "the DCC": ("DCC", None),
    "the TSP": ("TSP", None),
    "S1SP 1": ("S1SP1", None),
    "S1SP 2": ("S1SP2", None),
    "S1SP-3": ("S1SP3", None),
}
NAMES: tuple[tuple[str, str], ...] = (
    (r"\bDCC\b", "DCC"),
    (r"\bDSP\b|\bData Service Provider\b", "DSP"),
    (r"\bCSP[- ]N(orth)?\b|\bCSP \(North\)", "CSP North"),
    (r"\bCSP[- ]C(entral)?\b|\bCSP \(Central\)", "CSP Central"),
    (r"\bCSP[- ]S(outh)?\b|\bCSP \(South\)", "CSP South"),
    (r"\bS1SP[- ]?1\b", "S1SP1"),
    (r"\bS1SP[- ]?2\b", "S1SP2"),
    (r"\bS1SP[- ]?3\b", "S1SP3"),
    (r"\bS1SPs?\b(?![- ]?\d)", "S1SP"),
    (r"\bSMSOs?\b", "SMSO"),
    (r"\bDCOs?\b|\bdual control organisation\b", "DCO"),
    (r"\bTSP\b", "TSP"),
    (r"\bCSS\b|\b[Cc]entral [Ss]witching [Ss]ervice\b", "CSS"),
    (r"\bSMKI\b", "SMKI"),
    (r"\bSECAS\b", "SECAS"),
    (r"\b[Nn]etwork [Oo]perators?\b", "Network Operators"),
    (r"\bService [Uu]sers?\b", "Service Users"),
)


@dataclass(frozen=True)
class Entry:
    """One problem as one report prints it. Empty strings and tuples: not stated.

    Attributes:
        owner, severity, target: as printed; `gold_severity` where the print is not the word.
        text: paragraphs of the narrative, without the sentence that names the owner.
        way: sentence of the narrative that is a workaround; workaround: one under its own label.
        says: sentences of the narrative that say what users met: quote, minutes, percent.
        outage: the narrative tells of a loss of service.
        odd: findings that only a look across entries shows.
    """

    pbi: str
    title: str
    created: date | None
    status_date: date | None
    owner: str = ""
    severity: str = ""
    status: str = ""
    target: str = ""
    target_date: date | None = None
    text: tuple[str, ...] = ()
    impact: str = ""
    impact_class: str = "not_stated"
    observation: str = ""
    major_incident: bool | None = None
    way: str = ""
    workaround: str = ""
    update: str = ""
    says: tuple[Mapping[str, Any], ...] = ()
    outage: bool = False
    note: str = ""
    odd: tuple[str, ...] = ()

    @property
    def party(self) -> tuple[str | None, str | None]:
        """Canonical owner and role."""
        return OWNERS.get(self.owner, (self.owner or None, None))

    @property
    def number(self) -> str:
        """ "122607"."""
        return self.pbi.removeprefix("PBI").lstrip("0")

    @property
    def closed(self) -> bool:
        """The status is one of the closing ones."""
        return self.status in CLOSING


@dataclass(frozen=True)
class Report:
    """One document before it is set."""

    file: str
    title: str
    entries: tuple[Entry, ...]
    quarter: str | None = None
    reference: str | None = None
    status_date: date | None = None
    issue_date: date | None = None
    classification: str | None = None
    scope: str | None = None
    period: str = ""
    order: str = "number"
    contents: bool = False
    lists_open: bool = False
    intro: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


def parse_day(text: str) -> date | None:
    """A target as printed, day first; None for "TBC" and its like."""
    match = re.match(r"(\d{2})/(\d{2})/(\d{4})", text)
    return date(int(match[3]), int(match[2]), int(match[1])) if match else None


def read_series(path: Path) -> list[Report]:
    """The reports of `series.toml`, oldest first, each with its entries in printing order."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    heads: dict[str, dict[str, Any]] = data["report"]
    pages: dict[str, list[Entry]] = {quarter: [] for quarter in heads}
    for problem in data["problem"]:
        state: dict[str, Any] = {}
        for step in problem["state"]:
            state = following(state, step)
            head = heads[step["q"]]
            pages[step["q"]].append(make_entry(problem, state, head["status_date"]))
    reports = []
    for quarter, head in heads.items():
        reports.append(
            Report(
                file=f"{quarter}-problem-report.pdf",
                quarter=quarter,
                entries=ordered(pages[quarter], head["order"]),
                intro=tuple(head["intro"]),
                **{key: value for key, value in head.items() if key != "intro"},
            )
        )
    return reports


def following(before: Mapping[str, Any], step: Mapping[str, Any]) -> dict[str, Any]:
    """The state after a step: what it does not name stays, `more` is added to the narrative."""
    state = {**before, **step}
    state.setdefault("text", [])
    state["text"] = [*state["text"], *step.get("more", [])]
    return state


def make_entry(problem: Mapping[str, Any], state: Mapping[str, Any], status_date: date) -> Entry:
    """One entry from a problem of `series.toml` in one of its states."""
    target = state.get("target", "")
    return Entry(
        pbi=problem["pbi"],
        created=problem["created"],
        title=state["title"],
        owner=state.get("owner", ""),
        severity=state["severity"],
        status=state["status"],
        status_date=status_date,
        target=target,
        target_date=parse_day(target),
        text=tuple(state["text"]),
        impact=state["impact"],
        impact_class=state["class"],
        observation=state.get("obs", ""),
        major_incident=state.get("mi"),
        way=state.get("way", ""),
        workaround=state.get("workaround", ""),
        update=state.get("update", ""),
        outage=state.get("outage", False),
        says=tuple(state.get("says", ())),
        note=state.get("note", "") if "note" in state and target else "",
    )


SECTIONS = (
    ("DCC", "Data Communications Company (DCC)"),
    ("DCO", "Dual Control Organisation (DCO)"),
    ("DSP", "Data Service Provider (DSP)"),
    ("CSP North", "Communications Service Provider – North"),
    ("CSP Central", "Communications Service Provider – Central"),
    ("CSP South", "Communications Service Provider – South"),
    ("S1SP1", "SMETS1 Service Provider 1"),
    ("S1SP2", "SMETS1 Service Provider 2"),
    ("S1SP3", "SMETS1 Service Provider 3"),
    ("TSP", "Trusted Service Provider"),
    ("CSS", "Central Switching Service"),
)
_RANK = ("Critical", "High", "Medium", "Low")


def ordered(entries: Iterable[Entry], order: str) -> tuple[Entry, ...]:
    """By severity, by owner in the order of `SECTIONS`, or by number."""
    owners = [party for party, _ in SECTIONS]
    keys = {
        "severity": lambda e: (_RANK.index(e.severity), e.number),
        "owner": lambda e: (owners.index(e.party[0] or "DCC"), e.number),
        "number": lambda e: e.number,
    }
    return tuple(sorted(entries, key=keys[order]))


def short(text: str) -> str | None:
    """A short value: without its closing full stop, None where empty."""
    return text.strip().removesuffix(".").rstrip() or None


def named(entry: Entry) -> list[str]:
    """Parties of the owner line, the title and the texts, in the order of `NAMES`."""
    words = " ".join(
        (
            entry.owner,
            entry.title,
            *entry.text,
            entry.impact,
            entry.observation,
            entry.workaround,
            entry.update,
        )
    )
    owner = entry.party[0]
    return [name for pattern, name in NAMES if name == owner or re.search(pattern, words)]


def expected_findings(entry: Entry, lists_open: bool) -> list[str]:
    """Codes of what a careful reader would raise about one entry."""
    codes = list(entry.odd)
    open_ = not entry.closed
    rules = (
        ("owner-not-stated", not entry.owner),
        ("no-narrative", not entry.text),
        ("impact-not-stated", not entry.impact),
        ("target-not-stated", open_ and bool(entry.status) and entry.target_date is None),
        ("closed-in-open-list", entry.closed and lists_open),
        (
            "target-passed",
            open_
            and entry.target_date is not None
            and entry.status_date is not None
            and entry.target_date < entry.status_date,
        ),
        ("outage-beside-no-impact", entry.outage and entry.impact_class in ("none", "no_enduring")),
    )
    return codes + [code for code, holds in rules if holds]


def iso(day: date | None) -> str | None:
    """ISO form, None for none."""
    return day.isoformat() if day else None


def gold_problem(entry: Entry, severity: str | None = None) -> dict[str, Any]:
    """One problem in the shape of `pbi extract --json`, without evidence and findings."""
    owner, role = entry.party
    return {
        "pbi": entry.pbi,
        "title": short(entry.title),
        "description": " ".join(entry.text) or None,
        "owner": owner,
        "owner_role": role,
        "involved": named(entry),
        "severity": severity or entry.severity or None,
        "created": iso(entry.created),
        "status": entry.status or None,
        "status_date": iso(entry.status_date),
        "target_completion": iso(entry.target_date),
        "user_impact": short(entry.impact),
        "impact_class": entry.impact_class,
        "incident_observation": short(entry.observation),
        "major_incident": entry.major_incident,
        "workaround": short(entry.workaround) or short(entry.way),
        "update": short(entry.update),
        "impact_evidence": [dict(say) for say in entry.says],
    }


def gold(
    report: Report,
    sha256: str,
    pages: int,
    places: Mapping[str, Mapping[str, int]],
    severities: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The gold object of one document; `places` is PBI -> field -> first page it stands on."""
    problems = []
    findings = []
    for entry in report.entries:
        problem = gold_problem(entry, (severities or {}).get(entry.pbi))
        where = places.get(entry.pbi, {})
        problem["evidence"] = {
            name: {"page": page}
            for name, page in where.items()
            if problem.get(name) not in (None, [], "not_stated")
        }
        codes = [
            {"code": code, "pbi": entry.pbi} for code in expected_findings(entry, report.lists_open)
        ]
        problem["findings"] = codes
        problems.append(problem)
        findings += codes
    return {
        "report": {
            "title": report.title,
            "reference": report.reference,
            "quarter": report.quarter,
            "status_date": iso(report.status_date),
            "issue_date": iso(report.issue_date),
            "classification": report.classification,
            "scope": report.scope,
            "file": report.file,
            "sha256": sha256,
            "pages": pages,
        },
        "problems": problems,
        "findings": findings,
    }


def with_oddities(report: Report, odd: Mapping[str, tuple[str, ...]]) -> Report:
    """The report with findings that no single entry shows, given by PBI."""
    entries = tuple(replace(entry, odd=odd.get(entry.pbi, ())) for entry in report.entries)
    return replace(report, entries=entries)
