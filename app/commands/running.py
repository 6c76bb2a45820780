"""check and serve: the health of the store, and the app in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app.console import friendly, put, put_json, say
from app.opening import opened

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("check")(check)
    cli.command("serve")(serve)


@friendly
def check(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Make them agree.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Say whether the records, the files and the index agree."""
    with opened(context) as kb:
        result = kb.check(repair=repair)
    if as_json:
        put_json(result)
    else:
        for line in result.lines():
            put(line)
    if not result.ok:
        raise typer.Exit(1)


@friendly
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = 8501,
    exposed: Annotated[
        bool,
        typer.Option(
            "--i-know-there-is-no-sign-in",
            help="Listen beyond this machine although anybody who reaches it may do everything.",
        ),
    ] = False,
) -> None:
    """Serve the app in the browser."""
    if host not in LOOPBACK and not exposed:
        say(
            f"{host} is reachable by others and sign-in is not set up. Serve on 127.0.0.1 behind "
            "a proxy that signs people in, or add --i-know-there-is-no-sign-in."
        )
        raise typer.Exit(1)
    with opened(context) as kb:
        reports = len(kb.reports())
        folder = kb.settings.data
    say(f"Serving {reports} reports from {folder} on http://{host}:{port}")
    say("Single-user mode: no sign-in is set up; whoever opens this address may do everything.")
    sys.stderr.flush()
    root = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "PBI_DATA": str(folder)}
    arguments = [
        sys.executable, "-m", "streamlit", "run", str(root / "main.py"),
        "--server.address", host,
        "--server.port", str(port),
        "--server.headless", "true",
        "--browser.gatherUsageStats", "false",
    ]  # fmt: skip
    # Streamlit reads its theme from .streamlit beside the working folder.
    os.chdir(root.parent)
    os.execve(sys.executable, arguments, environment)
