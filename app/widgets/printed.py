"""An export document on the screen: the same sections, tables and words that are downloaded."""

from __future__ import annotations

from datetime import date

import streamlit as st

from app.routes import open_problem, page
from app.widgets import grid, inert
from app.widgets.problem_table import address
from ingest.numbers import pbis_in, short_pbi
from kb.exports.model import ExportDocument, Facts, Paragraph, Section, Style, Table, Value

_CSS = {
    Style.BODY: "pr-prose",
    Style.STRONG: "pr-prose pr-strong",
    Style.QUOTE: "pr-quote pr-small",
    Style.NOTE: "pr-soft pr-small",
    Style.BULLET: "pr-prose",
}


def show(document: ExportDocument, *, key: str) -> None:
    """Draw the sections that are read, in order. Problems in it can be opened."""
    for paragraph in document.lead:
        inert.text(paragraph.text, "pr-soft pr-small")
    for number, section in enumerate(document.printed()):
        _section(section, key=f"{key}_{number}")


def _section(section: Section, *, key: str) -> None:
    mentions = pbis_in(section.heading)
    if section.level > 1 and mentions:
        # One problem: its heading leads to its page.
        pbi = mentions[0].pbi
        title = section.heading[mentions[0].end :].lstrip(": ")
        st.page_link(
            page("problem"),
            label=inert.label(f"{short_pbi(pbi)}  {title}"),
            icon=":material/article:",
            query_params={"pbi": short_pbi(pbi)},
        )
    else:
        level = min(section.level + 1, 4)
        st.html(f"<h{level} class='pr-section'>{inert.escaped(section.heading)}</h{level}>")
    pending: list[str] = []
    for number, block in enumerate(section.blocks):
        if isinstance(block, Table):
            _flush(pending)
            _table(block, key=f"{key}_{number}")
        elif isinstance(block, Facts):
            _flush(pending)
            st.html(_facts(block))
        else:
            pending.append(_paragraph(block))
    _flush(pending)


def _flush(pending: list[str]) -> None:
    if pending:
        html = "".join(pending)
        st.html(html.replace("</ul><ul class='pr-list pr-prose'>", ""))
        pending.clear()


def _paragraph(paragraph: Paragraph) -> str:
    if paragraph.style is Style.BULLET:
        return f"<ul class='pr-list pr-prose'><li>{inert.escaped(paragraph.text)}</li></ul>"
    return inert.element(paragraph.text, _CSS[paragraph.style])


def _facts(block: Facts) -> str:
    rows = []
    for fact in block.facts:
        words = "".join(_paragraph(text) for text in fact.texts)
        rows.append(f"<dt>{inert.escaped(fact.label)}</dt><dd>{words}</dd>")
    return f"<dl class='pr-fields'>{''.join(rows)}</dl>"


def _table(table: Table, *, key: str) -> None:
    st.html(f"<h3 class='pr-table-title'>{inert.escaped(table.title)}</h3>")
    if not table.rows:
        inert.text(table.empty, "pr-soft")
        return
    pbis = row_pbis(table)
    if table.total or not any(pbis):
        st.html(_still(table))
        return
    opened = grid.show(
        [
            grid.Column(column.label, number=_numeric(table, n), wide=column.width >= 2)
            for n, column in enumerate(table.columns)
        ],
        [[grid.cell(_shown(value)) for value in row] for row in table.rows],
        key=key,
        caption=f"{table.title}: {len(table.rows)} rows",
        links=[address(pbi) if pbi else None for pbi in pbis],
    )
    if opened is not None and opened < len(pbis) and (pbi := pbis[opened]):
        open_problem(pbi, among=tuple(dict.fromkeys(one for one in pbis if one)))


def row_pbis(table: Table) -> list[str | None]:
    """For each row the problem that its first cell names, where the first column is for that."""
    if not table.columns or table.columns[0].label not in ("PBI", "Problem"):
        return [None] * len(table.rows)
    found: list[str | None] = []
    for row in table.rows:
        mentions = pbis_in(str(row[0]), bare=True)
        found.append(mentions[0].pbi if mentions else None)
    return found


def _still(table: Table) -> str:
    """A table that cannot be sorted: sums stay below what they sum."""
    right = [_numeric(table, number) for number in range(len(table.columns))]
    head = "".join(
        f"<th scope='col'{_right(right[n])}>{inert.escaped(column.label)}</th>"
        for n, column in enumerate(table.columns)
    )
    lines = []
    for number, row in enumerate(table.rows):
        last = table.total and number == len(table.rows) - 1
        cells = "".join(
            f"<td{_right(right[n])}>{inert.escaped(_words(value))}</td>"
            for n, value in enumerate(row)
        )
        lines.append(f"<tr{' class=pr-sum' if last else ''}>{cells}</tr>")
    return (
        "<div class='pr-grid-frame'><table class='pr-still'>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _right(yes: bool) -> str:
    return " class='pr-right'" if yes else ""


def _numeric(table: Table, number: int) -> bool:
    values = [row[number] for row in table.rows if row[number] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)


def _shown(value: Value) -> grid.Plain:
    return value


def _words(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
