"""impact and changes: the user-impact paper, and what moved between two quarters."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.console import friendly, put, put_json, say
from app.opening import opened


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("impact")(impact)
    cli.command("changes")(changes)


@friendly
def impact(
    context: typer.Context,
    supplier: Annotated[str | None, typer.Option(help="A party involved.")] = None,
    quarter: Annotated[str | None, typer.Option(help="Such as 2021-Q2.")] = None,
    as_at: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d", "%d/%m/%Y"])] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help=".docx, .pdf, .xlsx, .csv or .md")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Make the user-impact paper for a supplier and a quarter."""
    from kb import audit
    from kb.exports import write
    from kb.names import party_named, quarter_named
    from kb.paper import impact_paper, paper_document
    from kb.rights import Right

    with opened(context) as kb:
        paper = impact_paper(
            kb,
            supplier=party_named(kb, supplier)[0] if supplier else None,
            quarter=quarter_named(kb, quarter) if quarter else None,
            as_at=as_at.date() if as_at else None,
        )
        if output is not None and not as_json:
            kb.require(Right.EXPORT)
            write(paper_document(paper), output)
            audit.record(kb, audit.Action.EXPORTED, detail=f"{paper.title} ({output.suffix})")
    if as_json:
        put_json(paper)
    elif output is not None:
        say(f"Wrote {output}: {len(paper.entries)} problems.")
    else:
        from kb.exports.markdown import markdown

        put(markdown(paper_document(paper)))


@friendly
def changes(
    context: typer.Context,
    start: Annotated[str, typer.Option("--from", help="The earlier quarter.")],
    end: Annotated[str, typer.Option("--to", help="The later quarter.")],
    supplier: Annotated[str | None, typer.Option(help="A party involved.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON list of events.")] = False,
) -> None:
    """Print what moved between two quarters, by kind."""
    from kb.filters import Filters
    from kb.history import group_events
    from kb.names import party_named, quarter_named
    from kb.words import EVENT_LABELS, event_words

    with opened(context) as kb:
        suppliers = (party_named(kb, supplier)[0],) if supplier else ()
        earlier, later = quarter_named(kb, start), quarter_named(kb, end)
        events = kb.changes(earlier, later, Filters(suppliers=suppliers))
        titles = kb.catalogue().titles
    if as_json:
        put_json(events)
        return
    if not events:
        put(f"Nothing changed between {earlier} and {later}.")
    for kind, members in group_events(events).items():
        put(f"{EVENT_LABELS[kind]} ({len(members)})")
        for event in members:
            put(f"  {event.pbi}  {titles.get(event.pbi) or ''}")
            put(f"      {event_words(event)}")
