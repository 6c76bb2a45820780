"""reports, publish, withdraw, supersede, remove: what is loaded, and in which state."""

from __future__ import annotations

from typing import Annotated

import typer

from app.console import friendly, put, put_json, put_table
from app.opening import opened

Report = Annotated[
    str, typer.Argument(help="The report's id, the start of it, or the name of its file.")
]


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    for verb in (reports, publish, withdraw, supersede, remove):
        cli.command(verb.__name__)(verb)


@friendly
def reports(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False,
) -> None:
    """List what is loaded, and in which state."""
    with opened(context) as kb:
        records = kb.reports()
    if as_json:
        put_json(records)
        return
    if not records:
        put("No report is loaded. Load one with: pbi ingest FILE")
        return
    columns = ("Id", "Quarter", "Status date", "Scope", "State", "Current", "Problems", "File")
    put_table(
        columns,
        [
            (
                record.id,
                record.quarter,
                record.status_date,
                record.scope or "all problems",
                record.state,
                "yes" if record.current else "",
                record.problems,
                record.file,
            )
            for record in records
        ],
    )


@friendly
def publish(context: typer.Context, report: Report) -> None:
    """Publish a draft: from then on it speaks in answers."""
    with opened(context) as kb:
        record = kb.report(report)
        kb.publish(record.id)
        put(f"Published {record.file}.")


@friendly
def withdraw(context: typer.Context, report: Report) -> None:
    """Take a published report out of the answers, and keep it."""
    with opened(context) as kb:
        record = kb.report(report)
        kb.withdraw(record.id)
        put(f"Withdrew {record.file}. It is kept; pbi publish {record.id} brings it back.")


@friendly
def supersede(
    context: typer.Context,
    report: Report,
    old: Annotated[str, typer.Argument(help="The report whose place it takes, named likewise.")],
) -> None:
    """Put a report in the place of a published one, which stays readable."""
    with opened(context) as kb:
        replaced = kb.report(old)
        record = kb.supersede(report, replaced.id)
        put(f"{record.file} has taken the place of {replaced.file}.")


@friendly
def remove(context: typer.Context, report: Report) -> None:
    """Take a report out, with its records, its file and its vectors."""
    with opened(context) as kb:
        record = kb.report(report)
        kb.remove(record.id)
        put(f"Removed {record.file} with {record.problems} problem records.")
