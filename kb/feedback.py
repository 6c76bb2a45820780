"""What people thought of answers: a thumb up or down and a comment, kept for staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, true

from ingest.numbers import pbis_in
from ingest.records import Frozen
from kb.errors import BadValue, NotAllowed
from kb.people import signature
from kb.rights import Right, needs
from kb.tables import feedback, feedback_reports, reports

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.base import KnowledgeBase
    from kb.visible import Sight

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


@needs(Right.ASK)
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
    rests_on = _reports(kb, answer)
    with kb.database.write(counts=False) as connection:
        if instead_of is not None:
            _forget(kb, connection, instead_of)
        row = connection.execute(
            insert(feedback)
            .values(
                question=answer.question,
                understood=answer.understood,
                answer=answer.answer,
                up=up,
                comment=comment,
                who=signature(kb, who),
                at=datetime.now(UTC),
            )
            .returning(feedback.c.id)
        )
        number = int(row.scalar_one())
        held = set(connection.scalars(select(reports.c.id)))  # one may be gone since
        rests_on = [report for report in rests_on if report in held]
        if rests_on:
            connection.execute(
                insert(feedback_reports),
                [{"feedback_id": number, "report_id": report} for report in rests_on],
            )
    return number


@needs(Right.ASK)
def take_back(kb: KnowledgeBase, number: int) -> None:
    """Forgets a verdict; one that is gone already is no error.

    Raises:
        NotAllowed: it is somebody else's.
    """
    with kb.database.write(counts=False) as connection:
        _forget(kb, connection, number)


def _forget(kb: KnowledgeBase, connection: Connection, number: int) -> None:
    who = connection.scalar(select(feedback.c.who).where(feedback.c.id == number))
    if who is not None and not kb.person.local and who != kb.person.email:
        raise NotAllowed("only whoever gave a verdict can take it back")
    connection.execute(delete(feedback).where(feedback.c.id == number))


@needs(Right.REVIEW)
def given(kb: KnowledgeBase, *, up: bool | None = None, limit: int | None = None) -> list[Feedback]:
    """The verdicts, latest first; with `up`, only those that point that way."""
    statement = select(feedback).order_by(feedback.c.id.desc()).limit(limit)
    if up is not None:
        statement = statement.where(feedback.c.up == up)
    with kb.store.sight() as (connection, sight):
        # An answer that rests on a report which may not be seen was another person's.
        hidden = select(feedback_reports.c.feedback_id).where(
            feedback_reports.c.report_id.not_in(sight.reports)
        )
        statement = statement.where(feedback.c.id.not_in(hidden))
        return [Feedback(**row._mapping) for row in connection.execute(statement)]


def _reports(kb: KnowledgeBase, answer: Answer) -> list[str]:
    """The reports whose words can stand in an answer: cited, or holding a problem that it names."""
    with kb.store.sight() as (connection, sight):
        return _resting(connection, sight, answer)


def _resting(connection: Connection, sight: Sight, answer: Answer) -> list[str]:
    s = sight.rows("s")
    words = f"{answer.question}\n{answer.understood}\n{answer.answer}"
    named = {*answer.pbis, *(mention.pbi for mention in pbis_in(words, bare=True))}
    holding = select(s.c.report_id).where(s.c.live == true(), s.c.pbi.in_(named))
    found = set(connection.scalars(holding))
    found |= {one.id for one in sight.reports.values() if one.file in words}
    found |= {one.report for one in answer.citations}
    return sorted(found & sight.reports.keys())
