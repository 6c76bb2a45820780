"""check and serve: the health of the store, and the app in a browser."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import friendly, put, put_json, say
from app.opening import opened

if TYPE_CHECKING:
    from app.signin import Way


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
    from app.front import is_loopback
    from app.signin import Way, sign_in
    from kb.people import everybody

    with opened(context) as kb:
        way = sign_in(kb.settings).way
        if way is Way.ALONE and not is_loopback(host) and not exposed:
            say(
                f"{host} is reachable by others and sign-in is not set up: set PBI_OIDC_... or "
                "PBI_PROXY_HEADER (docs/security.md), serve on 127.0.0.1, or add "
                "--i-know-there-is-no-sign-in."
            )
            raise typer.Exit(1)
        people = len(everybody(kb)) if way is not Way.ALONE else 0
        reports, folder = len(kb.reports()), kb.settings.data.resolve()
    say(f"Serving {reports} reports from {folder} on http://{host}:{port}")
    say(_who_comes_in(way, people))
    sys.stderr.flush()
    arguments = [sys.executable, "-m", "app.server", "--host", host, "--port", str(port)]
    environment = {**os.environ, "PBI_DATA": str(folder)}
    # Streamlit reads its theme from .streamlit beside the working folder.
    os.chdir(Path(__file__).resolve().parents[2])
    os.execve(sys.executable, arguments, environment)


def _who_comes_in(way: Way, people: int) -> str:
    if way == "alone":
        return (
            "Single-user mode: no sign-in is set up; whoever opens this address may do everything."
        )
    if not people:
        return "Nobody has access yet: pbi users add EMAIL --role administrator"
    return f"{people} people have access, by {'sign-in' if way == 'oidc' else 'the proxy'}."
