"""work: processes that read what was uploaded, beside the app."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from app.console import friendly, say
from app.opening import opened


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("work")(work)


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
