"""The `pbi` command: everything that the browser does, for anybody with a shell."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from app.opening import AS

FAMILIES: dict[str, tuple[str, ...]] = {
    "reading": ("extract", "ingest"),
    "reports": ("reports", "publish", "withdraw", "supersede", "remove"),
    "finding": ("search", "show"),
    "asking": ("ask", "evaluate"),
    "comparing": ("impact", "changes"),
    "keeping": ("backup", "restore"),
    "people": ("audit", "users"),
    "running": ("check", "serve"),
    "working": ("work", "migrate-store"),
}
"""The verbs of each file in `app/commands`, in the order in which the help lists them."""


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


def command_line(verb: str | None = None) -> typer.Typer:
    """All verbs, or those that stand in one file with `verb`: every one costs start-up time."""
    made = typer.Typer(
        name="pbi",
        help="Ask, search and keep the DCC's quarterly problem reports.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    made.callback()(settings)
    mine = [family for family, verbs in FAMILIES.items() if verb in verbs]
    for family in mine or FAMILIES:
        import_module(f"app.commands.{family}").add_to(made)
    return made


def __getattr__(name: str) -> typer.Typer:
    """`cli` is the whole command line, made for whoever wants to look at it."""
    if name == "cli":
        return command_line()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _verb(arguments: Sequence[str]) -> str | None:
    """The verb of a command line; None where that cannot be told without reading its options."""
    for before, one in pairwise(["", *arguments]):
        if before in ("--data", "--as"):
            continue
        if not one.startswith("-"):
            return one
        if one.partition("=")[0] not in ("--data", "--as"):
            return None
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0 done, 1 refused or not found, 2 usage."""
    # Start-up makes many objects and drops few: looking for garbage among them is a fifth of it.
    gc.set_threshold(100_000, 20, 20)
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        command_line(_verb(arguments))(args=arguments, prog_name="pbi")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
