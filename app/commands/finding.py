"""search and show: problems by number, supplier and every other facet."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import friendly, put, put_csv, put_json, put_table, say
from app.opening import opened

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.filters import Filters
    from kb.records import Snapshot

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"])]
Words = list[str] | None


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("search")(search)
    cli.command("show")(show)


@friendly
def search(
    context: typer.Context,
    text: Annotated[list[str] | None, typer.Argument(help="Words, or PBI numbers.")] = None,
    supplier: Annotated[Words, typer.Option(help="A party involved.")] = None,
    owner: Annotated[Words, typer.Option(help="The party that the record is with.")] = None,
    status: Annotated[Words, typer.Option(help="A status, or: open, closed.")] = None,
    severity: Annotated[Words, typer.Option(help="Critical, High, Medium or Low.")] = None,
    impact: Annotated[
        Words, typer.Option(help="none, no_enduring, impacting or not_stated.")
    ] = None,
    quarter: Annotated[Words, typer.Option(help="Such as 2021-Q2 or 'Q2 2021'.")] = None,
    created_from: Day = None,
    created_to: Day = None,
    target_from: Day = None,
    target_to: Day = None,
    missing: Annotated[Words, typer.Option(help="A field that the report leaves out.")] = None,
    major_incident: Annotated[bool | None, typer.Option("--mi/--no-mi")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue")] = None,
    as_at: Day = None,
    min_age: Annotated[int | None, typer.Option(help="Days since created.")] = None,
    min_slips: Annotated[int | None, typer.Option(help="Times the target moved later.")] = None,
    min_slip_days: Annotated[int | None, typer.Option(help="Days it moved in all.")] = None,
    changed: Annotated[
        str | None, typer.Option(help="Changed between two quarters: 2021-Q2,2021-Q3.")
    ] = None,
    finding: Annotated[Words, typer.Option(help="A finding's code.")] = None,
    ever: Annotated[
        bool, typer.Option("--ever", help="The latest word on every problem, in any report.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV.")] = False,
) -> None:
    """Search problems by words, number, supplier and every other facet."""
    from app.filtering import filters_from
    from kb import audit
    from kb.rights import Right
    from kb.searchbox import words_alone

    words = " ".join(text or [])
    with opened(context) as kb:
        filters = filters_from(
            kb,
            words=words,
            suppliers=supplier,
            owners=owner,
            statuses=status,
            severities=severity,
            impacts=impact,
            quarters=quarter,
            missing=missing,
            findings=finding,
            changed=changed,
            created_from=_day(created_from),
            created_to=_day(created_to),
            target_from=_day(target_from),
            target_to=_day(target_to),
            as_at=_day(as_at),
            major_incident=major_incident,
            overdue=overdue,
            min_age=min_age,
            min_slips=min_slips,
            min_slip_days=min_slip_days,
            ever=ever,
        )
        found = _run(kb, filters, limit)
        if alone := words_alone(kb):
            say(alone)
        if as_csv and not as_json:
            kb.require(Right.EXPORT)
            audit.record(kb, audit.Action.EXPORTED, detail="search (csv)")
    if as_json:
        put_json([_row(snapshot) for snapshot in found])
    elif as_csv:
        rows = [_row(snapshot) for snapshot in found]
        columns = list(_COLUMNS)
        put_csv(columns, [[row[column] for column in columns] for row in rows])
    elif not found:
        say("No problem matches.")
    else:
        _show_list(found)
    if not found:
        raise typer.Exit(1)


@friendly
def show(
    context: typer.Context,
    pbi: Annotated[str, typer.Argument(help="123400 and PBI000000123400 are the same.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show one problem: its latest word, its history, and where each value stands."""
    from app.problem_text import problem_lines
    from kb.names import pbi_named

    number = pbi_named(pbi)
    with opened(context) as kb:
        history = kb.history(number)
        events = kb.events(number)
        if not history:
            loaded = len(kb.reports())
            say(f"{number} is in none of the {loaded} reports loaded.")
            raise typer.Exit(1)
    if as_json:
        put_json({"pbi": number, "latest": history[-1], "history": history, "events": events})
        return
    for line in problem_lines(history, events):
        put(line)


def _run(kb: KnowledgeBase, filters: tuple[Filters, str], limit: int | None) -> list[Snapshot]:
    conditions, text = filters
    if text:
        return [hit.snapshot for hit in kb.search(text, conditions, limit=limit or 20)]
    return list(kb.snapshots(conditions, limit=limit))


_COLUMNS = (
    "pbi",
    "title",
    "owner",
    "owner_role",
    "involved",
    "severity",
    "created",
    "status",
    "status_date",
    "target_completion",
    "user_impact",
    "impact_class",
    "major_incident",
    "workaround",
    "age_days",
    "overdue_days",
    "slips",
    "slip_days",
    "quarter",
    "document",
    "page",
    "marking",
)


def _row(snapshot: Snapshot) -> dict[str, object]:
    fields = snapshot.problem.model_dump(mode="json")
    fields["involved"] = ", ".join(snapshot.problem.involved)
    place = snapshot.problem.evidence.get("pbi")
    extra: dict[str, object] = {
        "age_days": snapshot.age_days(),
        "overdue_days": snapshot.overdue_days(),
        "slips": snapshot.slips,
        "slip_days": snapshot.slip_days,
        "quarter": snapshot.report.quarter,
        "document": snapshot.report.file,
        "page": place.page if place else None,
        "marking": snapshot.report.classification,
    }
    return {name: extra.get(name, fields.get(name)) for name in _COLUMNS}


def _show_list(found: list[Snapshot]) -> None:
    columns = ("PBI", "Title", "Owner", "Severity", "Status", "Target", "User impact", "Report")
    rows = []
    for snapshot in found:
        problem = snapshot.problem
        role = f" ({problem.owner_role})" if problem.owner_role else ""
        rows.append(
            (
                snapshot.pbi,
                problem.title,
                f"{problem.owner}{role}" if problem.owner else None,
                problem.severity,
                problem.status,
                problem.target_completion,
                problem.user_impact,
                snapshot.report.quarter or snapshot.report.file,
            )
        )
    put_table(columns, rows)
    put(f"{len(found)} problem{'s' if len(found) != 1 else ''}.")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
