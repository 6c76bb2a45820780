"""The `pbi` command: everything that the browser does, for anybody with a shell."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.commands import (
    asking,
    comparing,
    finding,
    keeping,
    people,
    reading,
    reports,
    running,
    working,
)
from app.opening import AS

cli = typer.Typer(
    name="pbi",
    help="Ask, search and keep the DCC's quarterly problem reports.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@cli.callback()
def settings(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="The folder that holds everything (else PBI_DATA)."),
    ] = None,
    other: Annotated[
        str | None,
        typer.Option("--as", help="Act as this person: do and see what they may.", metavar="EMAIL"),
    ] = None,
) -> None:
    """Ask, search and keep the DCC's quarterly problem reports."""
    context.obj = data
    context.meta[AS] = other


FAMILIES = (reading, reports, finding, asking, comparing, keeping, people, running, working)
for family in FAMILIES:
    family.add_to(cli)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0 done, 1 refused or not found, 2 usage."""
    # Start-up makes many objects and drops few: looking for garbage among them is a fifth of it.
    gc.set_threshold(100_000, 20, 20)
    try:
        cli(args=list(argv) if argv is not None else None, prog_name="pbi")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
