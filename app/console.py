"""What the `pbi` command writes: data on stdout, words on stderr, progress only on a terminal."""

from __future__ import annotations

import csv
import functools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from pydantic import BaseModel

P = ParamSpec("P")
R = TypeVar("R")


def say(message: str) -> None:
    """Words for the person, on stderr."""
    print(message, file=sys.stderr)


def put(text: str = "") -> None:
    """Data in plain lines, on stdout."""
    print(text)


def put_json(value: object) -> None:
    """One JSON value on stdout: indented for eyes on a terminal, one line for a program."""
    indent = 2 if sys.stdout.isatty() else None
    print(json.dumps(plain(value), ensure_ascii=False, indent=indent))


def plain(value: object) -> Any:
    """Models, tuples and enums as what JSON knows."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def put_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """A table as wide as the terminal; 200 columns where the output is not one."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    table = Table(title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Text, not markup: what a report says is shown, never interpreted.
        table.add_row(*(Text("–" if cell is None else str(cell)) for cell in row))
    console.print(table)


def put_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows as CSV on stdout, with text that a spreadsheet would run as a formula made inert."""
    from kb.exports.inert import csv_text

    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([csv_text(cell) if isinstance(cell, str) else cell for cell in row])


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """A callback `(stage, done, total)` that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)

        def report(stage: str, done: int, total: int) -> None:
            bar.update(task, description=f"{label}: {stage}", completed=done, total=total or None)

        yield report


def friendly(command: Callable[P, R]) -> Callable[P, R]:
    """Turns what the product refuses into one line on stderr and exit status 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        from ingest.errors import IngestError
        from kb.errors import KBError

        try:
            return command(*args, **kwargs)
        except IngestError as error:
            say(error.line())
        except KBError as error:
            say(str(error))
        except BrokenPipeError:
            sys.stderr.close()
        raise typer.Exit(1)

    return run
