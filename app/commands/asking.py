"""ask and evaluate: questions in people's own words."""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import friendly, plain, put, put_json, put_line, put_table, say
from app.opening import opened

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.base import KnowledgeBase
    from kb.query import Focus


def add_to(cli: typer.Typer) -> None:
    """Add the verbs of this family to the command."""
    cli.command("ask")(ask)
    cli.command("evaluate")(evaluate)


@friendly
def ask(
    context: typer.Context,
    question: Annotated[list[str] | None, typer.Argument(help="One or more questions.")] = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", help='Lines of {"id", "question", "conversation"?}.'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a question.")] = False,
) -> None:
    """Ask questions; several are one conversation; none opens a dialogue."""
    rows = _batch_rows(batch) if batch else None
    with opened(context) as kb:
        if rows is not None:
            _ask_batch(kb, rows)
        elif question:
            _converse(kb, iter(_questions(question)), as_json=as_json)
        else:
            _converse(kb, _typed(), as_json=as_json)


@friendly
def evaluate(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="Lines of questions with what is right.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    show_wrong: Annotated[bool, typer.Option("--wrong", help="List what was not right.")] = False,
) -> None:
    """Score a file of questions against the reports that are loaded."""
    from kb.evaluate import evaluate as score

    rows = _batch_rows(questions)
    with opened(context) as kb:
        scores = score(kb, rows)
    if as_json:
        put_json(scores)
        return
    for line in scores.lines(wrong=show_wrong):
        put(line)


def _questions(arguments: list[str]) -> list[str]:
    """The arguments as questions: words typed without quotes are one question."""
    if len(arguments) > 1 and not any(" " in argument for argument in arguments):
        return [" ".join(arguments)]
    return arguments


def _typed() -> Iterator[str]:
    terminal = sys.stdin.isatty()
    if terminal:
        say("Ask about the reports. An empty line ends.")
    while True:
        if terminal:
            print("? ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line.strip():
            return
        yield line.strip()


def _converse(kb: KnowledgeBase, questions: Iterator[str], *, as_json: bool) -> None:
    focus: Focus | None = None
    for question in questions:
        answer = kb.ask(question, focus=focus)
        focus = answer.focus
        if as_json:
            put_json(answer_json(answer))
        else:
            _show(answer)


def _batch_rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        say(f"{path}: no such file")
        raise typer.Exit(1)
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            say(f'{path} line {number}: a JSON object with "question" is expected')
            raise typer.Exit(1)
        rows.append(row)
    return rows


def _ask_batch(kb: KnowledgeBase, rows: list[dict[str, Any]]) -> None:
    focus: dict[str, Focus] = {}
    for row in rows:
        name = row.get("conversation")
        key = str(name) if name is not None else None
        given = focus.get(key) if key is not None else None
        answer = kb.ask(row["question"], focus=given, id=_id(row))
        if key is not None:
            focus[key] = answer.focus
        put_line(answer_json(answer))


def _id(row: dict[str, Any]) -> str | None:
    return None if row.get("id") is None else str(row["id"])


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer in the shape that programs are promised, and what helps beside it."""
    return {
        "id": answer.id,
        "question": answer.question,
        "answer": answer.answer,
        "abstained": answer.abstained,
        "pbis": list(answer.pbis),
        "value": answer.value,
        "citations": [
            {
                "document": citation.document,
                "page": citation.page,
                "pbi": citation.pbi,
                "quote": citation.quote,
            }
            for citation in answer.citations
        ],
        "understood": answer.understood,
        "query": answer.query.model_dump(mode="json", exclude_defaults=True)
        if answer.query
        else None,
        "ms": round(answer.ms, 2),
        "notes": list(answer.notes),
        "suggestions": list(answer.suggestions),
        "table": plain(answer.table) if answer.table else None,
        "link": answer.link,
    }


def _show(answer: Answer) -> None:
    for line in _paragraphs(answer):
        put(line)
    if answer.table and answer.table.rows:
        put_table(answer.table.columns, answer.table.rows)
    if answer.citations:
        put("Sources:")
        for number, citation in enumerate(answer.citations, 1):
            put(f"  [{number}] {citation.document} p.{citation.page}: “{_short(citation.quote)}”")
    for note in answer.notes:
        put(f"Note: {note}")
    if answer.understood:
        put(f"Understood as: {answer.understood}")


def _paragraphs(answer: Answer) -> Iterator[str]:
    """Each statement with the numbers of its sources, wrapped for eyes."""
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    for statement in answer.statements:
        marks = "".join(f" [{number + 1}]" for number in statement.citations)
        yield from textwrap.wrap(statement.text + marks, width)
    if not answer.statements:
        yield from textwrap.wrap(answer.answer, width)


def _short(quote: str, limit: int = 160) -> str:
    return quote if len(quote) <= limit else quote[: limit - 2].rsplit(" ", 1)[0] + " …"
