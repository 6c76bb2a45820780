"""Problems that were not read, entered by hand, and such as are none, dropped: both can be undone.

Only while the report does not speak: as a draft, or withdrawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from ingest.numbers import canonical_pbi, pbis_in, short_pbi
from ingest.records import FIELDS, Box, Evidence, Frozen, Grade, ProblemReading, ReportReading
from kb import writing
from kb.correcting import PRINTED, apply, keep_note, parsed, spoken
from kb.errors import BadValue, RecordNotFound
from kb.people import signature
from kb.records import ReportRecord, ReportState
from kb.rights import Right, needs
from kb.tables import bodies, dropped, reports, snapshots

if TYPE_CHECKING:
    from kb.base import KnowledgeBase

RULE = "entered by hand"
ADDED, DROPPED, TAKEN_BACK = "problem_added", "problem_dropped", "problem_taken_back"
"""What `kb.corrections` calls the three steps, in place of a field."""

_SILENT = (ReportState.DRAFT, ReportState.WITHDRAWN)


class Dropped(Frozen):
    """A problem that was dropped from a report."""

    pbi: str
    title: str | None


@needs(Right.CORRECT)
def add_problem(
    kb: KnowledgeBase,
    report_id: str,
    pbi: str,
    page: int,
    values: Mapping[str, str],
    *,
    who: str,
    note: str | None = None,
) -> str:
    """Enters a problem that stands on a page and was not read; returns its number.

    Each value has that page as its evidence, graded poor. Where its words are found in the text of
    the page, beside the problem's number, they are the quote, with their box; else the quote is
    what was typed.

    Args:
        values: by field, as typed (see `correct`); empty ones are left out.

    Raises:
        RecordNotFound: no such report, or it has no such page.
        WrongState: it speaks in answers: withdraw it first.
        BadValue: no PBI number, held or dropped already, or a value that the field cannot hold.
    """
    number, who = _number(pbi), signature(kb, who)
    record = kb.report(report_id)
    if not 1 <= page <= record.pages:
        raise RecordNotFound(f"{record.file} has no page {page}: it has {record.pages}")
    problem = _entered(kb, record, number, page, values, who)
    with kb.database.write() as connection:
        row = writing.expect(connection, record.id, *_SILENT)
        if number in writing.row_ids(connection, record.id):
            raise BadValue(f"{record.file} holds {number} already: correct its values")
        if _dropped(connection, record.id, number) is not None:
            raise BadValue(f"{number} was dropped from {record.file}: take it back")
        report = ReportReading.model_validate_json(row.body)
        writing.add_problems(connection, report, record.id, [problem])
        title = problem.title or number
        keep_note(connection, record.id, number, ADDED, None, title, who, note)
        apply(connection, record.id, number)
        _count(connection, record.id)
    return number


@needs(Right.CORRECT)
def drop_problem(
    kb: KnowledgeBase, report_id: str, pbi: str, *, who: str, note: str | None = None
) -> None:
    """Takes a problem out of a report that does not speak; `take_back` undoes it.

    Raises:
        RecordNotFound: the report does not hold it. WrongState: the report speaks.
    """
    number, record, who = _number(pbi), kb.report(report_id), signature(kb, who)
    with kb.database.write() as connection:
        writing.expect(connection, record.id, *_SILENT)
        row = connection.execute(
            select(snapshots.c.id, snapshots.c.title, PRINTED)
            .join(bodies, bodies.c.snapshot_id == snapshots.c.id)
            .where(snapshots.c.report_id == record.id, snapshots.c.pbi == number)
        ).one_or_none()
        if row is None:
            raise RecordNotFound(f"report {record.id!r} holds no {number}")
        connection.execute(
            insert(dropped).values(
                report_id=record.id, pbi=number, snapshot_id=row.id, printed=row.printed
            )
        )
        connection.execute(delete(snapshots).where(snapshots.c.id == row.id))
        title = row.title or number
        keep_note(connection, record.id, number, DROPPED, title, None, who, note)
        _count(connection, record.id)


@needs(Right.CORRECT)
def take_back(
    kb: KnowledgeBase, report_id: str, pbi: str, *, who: str, note: str | None = None
) -> None:
    """Puts a dropped problem back in its place, corrections in it.

    Raises:
        RecordNotFound: it was not dropped. WrongState: the report speaks.
    """
    number, record, who = _number(pbi), kb.report(report_id), signature(kb, who)
    with kb.database.write() as connection:
        report = ReportReading.model_validate_json(
            writing.expect(connection, record.id, *_SILENT).body
        )
        held = _dropped(connection, record.id, number)
        if held is None:
            raise RecordNotFound(f"{number} was not dropped from {record.file}")
        place, problem = held
        # Another report may have been given its row meanwhile; then it comes last.
        taken = connection.scalar(select(snapshots.c.id).where(snapshots.c.id == place))
        row = None if taken else place
        writing.add_problems(connection, report, record.id, [problem], row=row)
        connection.execute(
            delete(dropped).where(dropped.c.report_id == record.id, dropped.c.pbi == number)
        )
        title = problem.title or number
        keep_note(connection, record.id, number, TAKEN_BACK, None, title, who, note)
        apply(connection, record.id, number)
        _count(connection, record.id)


@needs(Right.REVIEW)
def dropped_from(kb: KnowledgeBase, report_id: str) -> list[Dropped]:
    """The problems that were dropped from a report, in its order."""
    with kb.database.read() as connection:
        rows = connection.execute(
            select(dropped.c.pbi, dropped.c.printed)
            .where(dropped.c.report_id == kb.report(report_id).id)
            .order_by(dropped.c.snapshot_id)
        ).all()
    return [
        Dropped(pbi=row.pbi, title=ProblemReading.model_validate_json(row.printed).title)
        for row in rows
    ]


def _number(pbi: str) -> str:
    try:
        return canonical_pbi(pbi)
    except ValueError as error:
        raise BadValue(str(error)) from error


def _dropped(connection: Connection, report_id: str, pbi: str) -> tuple[int, ProblemReading] | None:
    row = connection.execute(
        select(dropped.c.snapshot_id, dropped.c.printed).where(
            dropped.c.report_id == report_id, dropped.c.pbi == pbi
        )
    ).one_or_none()
    return (row.snapshot_id, ProblemReading.model_validate_json(row.printed)) if row else None


def _count(connection: Connection, report_id: str) -> None:
    number = select(func.count()).where(snapshots.c.report_id == report_id).scalar_subquery()
    connection.execute(update(reports).where(reports.c.id == report_id).values(problems=number))


# What is entered -------------------------------------------------------------------------------


def _entered(
    kb: KnowledgeBase,
    record: ReportRecord,
    pbi: str,
    page: int,
    values: Mapping[str, str],
    who: str,
) -> ProblemReading:
    """The problem as entered, each value with its place."""
    typed = {field: value.strip() for field, value in values.items() if value and value.strip()}
    unknown = sorted(set(typed) - set(FIELDS[1:]))
    if unknown:
        raise BadValue(f"{unknown[0]!r} cannot be entered; {', '.join(FIELDS[1:])} can")
    bare = ProblemReading(pbi=pbi, involved=_parties(typed))
    problem = spoken(bare, {field: (value, who) for field, value in typed.items()})
    sheet = _Sheet(kb, record, page)
    by = f"entered by hand by {who} on {datetime.now(UTC):%d/%m/%Y}"
    evidence = {"pbi": sheet.evidence(pbi, (), f"PBI {short_pbi(pbi)}", by)}
    for field, value in typed.items():
        evidence[field] = sheet.evidence(pbi, _printings(field, value), value, by)
    values_now = problem.model_dump()
    values_now["evidence"] = {field: one.model_dump() for field, one in evidence.items()}
    return ProblemReading.model_validate(values_now)


def _parties(typed: Mapping[str, str]) -> tuple[str, ...]:
    from ingest.vocabulary import load

    text = "\n".join(typed.get(field, "") for field in ("title", "description"))
    return tuple(dict.fromkeys(mention.party for mention in load().parties_in(text)))


def _printings(field: str, value: str) -> tuple[str, ...]:
    """How a value may be printed: as typed, and a date in the forms that reports use."""
    day = parsed(field, value)
    if not hasattr(day, "isoformat"):
        return (value,)
    long = f"{day.day} {day:%B %Y}"
    return (value, f"{day:%d/%m/%Y}", f"{day:%d/%m/%y}", long, f"{day:%d} {day:%B %Y}",
            f"{day:%d-%b-%y}", f"{day:%d %b %Y}", day.isoformat())  # fmt: skip


class _Sheet:
    """The page that somebody typed from, and where words stand on it."""

    def __init__(self, kb: KnowledgeBase, record: ReportRecord, page: int) -> None:
        from kb.pictures import PDF, page_words

        self.page = page
        self._data = kb.files.get(record.sha256) if record.media_type == PDF else None
        self._text = page_words(self._data, page) if self._data else ""

    def evidence(self, pbi: str, printings: tuple[str, ...], typed: str, by: str) -> Evidence:
        """The place of a value; of the number itself where no printings are given."""
        found = self._found(pbi, printings) if printings else self._number(pbi)
        quote, box, why = typed, None, f"{by}; its words were not found in the text of the page"
        if found is not None:
            quote, box, why = self._text[found[0] : found[1]], self._box(*found), by
        return Evidence(
            page=self.page,
            bbox=box,
            quote=" ".join(quote.split()),
            grade=Grade.POOR,
            why=why,
            rule=RULE,
        )

    def _number(self, pbi: str) -> tuple[int, int] | None:
        for mention in pbis_in(self._text, bare=True):
            if mention.pbi == pbi:
                return mention.start, mention.end
        return None

    def _found(self, pbi: str, printings: tuple[str, ...]) -> tuple[int, int] | None:
        """Between the number and the next one; elsewhere only what stands there once.

        A "Medium" of the problem above would be the wrong place, which is worse than none.
        """
        starts = [one for one in pbis_in(self._text) if one.pbi != pbi]
        own = self._number(pbi)
        for words in printings:
            pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)"
            spans = [one.span() for one in re.finditer(pattern, self._text, re.IGNORECASE)]
            if own is not None:
                end = min((one.start for one in starts if one.start > own[1]), default=None)
                near = [one for one in spans if one[0] >= own[1] and (end is None or one[1] <= end)]
                if near:
                    return near[0]
            if len(spans) == 1:
                return spans[0]
        return None

    def _box(self, start: int, end: int) -> Box | None:
        from kb.pictures import box_of

        return box_of(self._data, self.page, start, end) if self._data else None
