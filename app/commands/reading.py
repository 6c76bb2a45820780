"""extract and ingest: from files to records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import friendly, progress, put, put_json, put_table, say
from app.opening import opened

if TYPE_CHECKING:
    from ingest.records import Reading
    from kb.cluster import Readers
    from kb.results import IngestResult

SUFFIXES = (".pdf", ".txt", ".docx", ".xlsx", ".csv")


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("extract")(extract)
    cli.command("ingest")(ingest)


@friendly
def extract(
    file: Annotated[Path, typer.Argument(help="The report to read.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read one file and print what it says. Nothing is stored."""
    from ingest.child import read_in_child
    from ingest.documents import read_bytes

    with progress(file.name) as report:
        reading = read_in_child(read_bytes(file), file.name, progress=report)
    if as_json:
        put_json(reading)
    else:
        _show_reading(reading)


@friendly
def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders to walk.")],
    draft: Annotated[bool, typer.Option("--draft", help="Keep unpublished, for review.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Read on the Dask cluster of this scheduler (tcp://host:8786)."),
    ] = None,
) -> None:
    """Read reports and publish them (or keep them as drafts)."""
    refused = 0
    with opened(context) as kb, _readers(scheduler) as readers:
        files = list(_files(paths))
        for result in kb.ingest_many(files, draft=draft, progress_of=progress, readers=readers):
            refused += result.status == "refused"
            _show_result(result, as_json=as_json)
    if refused:
        raise typer.Exit(1)


@contextmanager
def _readers(scheduler: str | None) -> Iterator[Readers | None]:
    if scheduler is None:
        yield None
        return
    from kb.cluster import dask_readers

    with dask_readers(scheduler) as readers:
        yield readers


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(
                inner
                for inner in path.rglob("*")
                if inner.suffix.lower() in SUFFIXES and not inner.name.startswith(("~", "."))
            )
            if not found:
                say(f"{path}: no report in this folder ({', '.join(SUFFIXES)} are read)")
            yield from found
        else:
            yield path


def _show_result(result: IngestResult, *, as_json: bool) -> None:
    if as_json:
        put_json(
            {
                "file": result.file,
                "status": result.status,
                "message": result.message,
                "report": result.report,
                "problems": result.problems,
                "findings": result.findings,
            }
        )
    if result.status == "refused":
        say(result.message)
    elif not as_json:
        put(result.message)


def _show_reading(reading: Reading) -> None:
    report = reading.report
    for label, value in (
        ("Title", report.title),
        ("Reference", report.reference),
        ("Quarter", report.quarter),
        ("Status date", report.status_date),
        ("Classification", report.classification),
        ("Scope", report.scope),
    ):
        put(f"{label + ':':<16}{value if value is not None else 'not stated'}")
    columns = (
        "PBI",
        "Title",
        "Owner",
        "Severity",
        "Created",
        "Status",
        "Target",
        "User impact",
        "p.",
    )
    rows = [
        (
            problem.pbi,
            problem.title,
            _owner(problem.owner, problem.owner_role),
            problem.severity,
            problem.created,
            problem.status,
            problem.target_completion,
            problem.user_impact,
            problem.evidence["pbi"].page if "pbi" in problem.evidence else None,
        )
        for problem in reading.problems
    ]
    put_table(columns, rows)
    findings = [*reading.findings, *(f for p in reading.problems for f in p.findings)]
    if findings:
        put(f"{len(findings)} findings:")
    for finding in findings:
        put(f"- {finding.message}")


def _owner(owner: str | None, role: str | None) -> str | None:
    return f"{owner} ({role})" if owner and role else owner
