"""What people thought of answers: a thumb up or down and a comment, kept for staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, true

from ingest.numbers import pbis_in
from ingest.records import Frozen
from kb.errors import BadValue
from kb.tables import feedback, feedback_reports, reports, snapshots

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.base import KnowledgeBase

LONGEST = 2000
"""Characters of a comment."""


class Feedback(Frozen):
    """What one person thought of one answer, which is kept as it was given. `at` is in UTC."""

    id: int
    question: str
    understood: str
    answer: str
    up: bool
    comment: str | None
    who: str
    at: datetime


def give(
    kb: KnowledgeBase,
    answer: Answer,
    *,
    up: bool,
    who: str,
    comment: str | None = None,
    instead_of: int | None = None,
) -> int:
    """Keeps a verdict; returns its id.

    It is removed with the first removed report whose words stand in the answer.

    Args:
        instead_of: the id of an earlier verdict that this one takes the place of.

    Raises:
        BadValue: the comment is longer than `LONGEST`.
    """
    comment = (comment or "").strip() or None
    if comment and len(comment) > LONGEST:
        raise BadValue(f"a comment has at most {LONGEST} characters; this one has {len(comment)}")
    with kb.database.write(counts=False) as connection:
        if instead_of is not None:
            connection.execute(delete(feedback).where(feedback.c.id == instead_of))
        row = connection.execute(
            insert(feedback)
            .values(
                question=answer.question,
                understood=answer.understood,
                answer=answer.answer,
                up=up,
                comment=comment,
                who=who,
                at=datetime.now(UTC),
            )
            .returning(feedback.c.id)
        )
        number = int(row.scalar_one())
        rests_on = _reports(connection, answer)
        if rests_on:
            connection.execute(
                insert(feedback_reports),
                [{"feedback_id": number, "report_id": report} for report in rests_on],
            )
    return number


def take_back(kb: KnowledgeBase, number: int) -> None:
    """Forgets a verdict; one that is gone already is no error."""
    with kb.database.write(counts=False) as connection:
        connection.execute(delete(feedback).where(feedback.c.id == number))


def given(kb: KnowledgeBase, *, up: bool | None = None, limit: int | None = None) -> list[Feedback]:
    """The verdicts, latest first; with `up`, only those that point that way."""
    statement = select(feedback).order_by(feedback.c.id.desc()).limit(limit)
    if up is not None:
        statement = statement.where(feedback.c.up == up)
    with kb.database.read() as connection:
        return [Feedback(**row._mapping) for row in connection.execute(statement)]


def _reports(connection: Connection, answer: Answer) -> list[str]:
    """The reports whose words can stand in an answer: cited, or holding a problem that it names."""
    words = f"{answer.question}\n{answer.understood}\n{answer.answer}"
    named = {*answer.pbis, *(mention.pbi for mention in pbis_in(words, bare=True))}
    holding = select(snapshots.c.report_id).where(
        snapshots.c.live == true(), snapshots.c.pbi.in_(named)
    )
    found = set(connection.scalars(holding))
    for row in connection.execute(select(reports.c.id, reports.c.file)):
        if row.file in words:
            found.add(row.id)
    found |= {one.report for one in answer.citations}
    held = set(connection.scalars(select(reports.c.id)))
    return sorted(found & held)
