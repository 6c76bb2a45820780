"""work and migrate-store: processes that read beside the app, and the way to servers."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from app.console import friendly, progress, put, put_json, say
from app.opening import opened


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("work")(work)
    cli.command("migrate-store")(migrate_store)


@friendly
def work(
    context: typer.Context,
    readers: Annotated[int, typer.Option(min=1, help="Files read at the same time.")] = 1,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds to end a file when told to stop.")
    ] = 8.0,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing waits.")] = False,
) -> None:
    """Read what was uploaded, until told to stop. Start as many as there are processors."""
    from kb.worker import Worker

    with opened(context) as kb:
        worker = Worker(kb, readers=readers, grace=grace)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        say(f"Reading what is uploaded to {kb.database.name}.")
        done = worker.work(once=once)
    say(f"Read {done} uploads." if done != 1 else "Read 1 upload.")


@friendly
def migrate_store(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", help="postgresql://user:password@host/database")],
    files_to: Annotated[
        str | None, typer.Option("--files-to", help="For uploads, such as s3://bucket/reports.")
    ] = None,
    chroma_to: Annotated[
        str | None, typer.Option("--chroma-to", help="Of a Chroma server: http://host:8000.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Copy an embedded knowledge base to servers, and ask there what was asked here."""
    from kb.moving import moved

    with opened(context) as kb, progress("moving") as report:
        found = moved(kb, to=to, files_to=files_to, chroma_to=chroma_to, progress=report)
    if as_json:
        put_json(found)
        return
    put(
        f"{found.reports} reports with {found.problems} problem entries are there, "
        f"{found.files} uploads and {found.vectors} vectors; "
        f"{found.questions} questions have the same answers."
    )
    names = {"PBI_DATABASE_URL": to, "PBI_FILES_URL": files_to, "PBI_CHROMA_URL": chroma_to}
    say(f"From now on set {', '.join(name for name, url in names.items() if url)}.")
    say("The old place is as it was: keep it until you are content, and serve from one of them.")
