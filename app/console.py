"""What the `pbi` command writes: data on stdout, words on stderr, progress only on a terminal."""

from __future__ import annotations

import csv
import functools
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from pydantic import BaseModel, ValidationError

P = ParamSpec("P")
R = TypeVar("R")


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would move the cursor, clear the screen or turn the line round, tab and line end apart."""


def printable(text: str) -> str:
    """The text without what a terminal would obey: a report may hold anything."""
    return _CONTROLS.sub("\ufffd", text)


def say(message: str) -> None:
    """Words for the person, on stderr."""
    print(printable(message), file=sys.stderr)


def put(text: str = "") -> None:
    """Data in plain lines, on stdout."""
    print(printable(text))


def put_json(value: object) -> None:
    """One JSON value on stdout: indented for eyes on a terminal, one line for a program."""
    indent = 2 if sys.stdout.isatty() else None
    print(_escaped(json.dumps(plain(value), ensure_ascii=False, indent=indent)))


def put_line(value: object) -> None:
    """One JSON value in one line of many, written out at once."""
    print(_escaped(json.dumps(plain(value), ensure_ascii=False)), flush=True)


def _escaped(text: str) -> str:
    """The same JSON, with what a terminal would obey as JSON's own escapes."""
    return _CONTROLS.sub(lambda hit: f"\\u{ord(hit[0]):04x}", text)


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
    """A table as wide as the terminal; elsewhere a line a row, with columns one below another."""
    shown = [["–" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        _put_lines([*([[title]] if title else []), list(columns), *shown])
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in shown:
        # Text, not markup: what a report says is shown, never interpreted.
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)


def _put_lines(rows: Sequence[Sequence[str]]) -> None:
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    most = max(map(len, flat))
    widths = [max(len(row[at]) for row in flat if len(row) == most) for at in range(most)]
    for row in flat:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip()
        )


def put_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows as CSV on stdout, with text that a spreadsheet would run as a formula made inert."""
    from kb.exports.inert import csv_text

    writer = csv.writer(sys.stdout)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(
            [csv_text(printable(cell)) if isinstance(cell, str) else cell for cell in row]
        )


@contextmanager
def progress(label: str) -> Iterator[Callable[[str, int, int], None]]:
    """A callback `(stage, done, total)` that draws a bar on a terminal and is silent elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        label = printable(label)
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
        except ValidationError as error:
            if error.title != "Settings":
                raise
            for wrong in error.errors(include_input=False, include_url=False):
                say(f"PBI_{'_'.join(map(str, wrong['loc'])).upper()}: {wrong['msg']}")
        except BrokenPipeError:
            sys.stderr.close()
        raise typer.Exit(1)

    return run
