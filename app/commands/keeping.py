"""backup and restore: everything that lasts in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.console import friendly, put, put_json
from app.opening import opened


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("backup")(backup)
    cli.command("restore")(restore)


@friendly
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; must not exist yet.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Write records and uploads to one file, while others go on working."""
    from kb.backup import back_up

    with opened(context) as kb:
        manifest = back_up(kb, file)
    if as_json:
        put_json(manifest)
    else:
        put(f"Backed up {_reports(manifest.reports)} to {file}.")


@friendly
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `pbi backup` wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Put a backup where no reports are held yet. Every byte is checked first."""
    from kb.backup import restore as restored
    from kb.settings import Settings, without_password

    folder: Path | None = context.obj
    settings = Settings(data=folder) if folder is not None else Settings()
    manifest = restored(settings, file)
    if as_json:
        put_json(manifest)
    else:
        made = manifest.made_at.strftime("%d/%m/%Y %H:%M UTC")
        where = without_password(settings.database_url or str(settings.data))
        put(f"Restored {_reports(manifest.reports)} of {made} to {where}.")


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count} reports"
