"""Files on their way in, one job each: what is being read survives pages, servers and crashes.

A job is a row; the bytes wait among the files until it is done. Any number of processes take jobs
(kb/worker.py): each takes the oldest that waits and that no other is just taking. Whoever reads it
gives a sign of life every few seconds: without one the job is given back, and runs again. One that
was being read twice when its reader died is not tried a third time.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from ingest.records import Frozen
from kb.errors import NotAllowed, RecordNotFound, StoreUnavailable
from kb.people import LOCAL
from kb.results import IngestResult, IngestStatus
from kb.rights import Right, needs
from kb.tables import jobs, reports

if TYPE_CHECKING:
    from kb.base import KnowledgeBase, Progress, Reader

log = logging.getLogger(__name__)

BETWEEN = 0.5
"""Seconds between two notes of how far a job is."""
SILENCE = 20.0
"""Seconds without a sign of life after which a job is given back."""
ATTEMPTS = 2

_FAULT = "could not be read because of a fault of ours, which has been logged; nothing was kept"
_CANCELLED = "was cancelled; nothing was kept"
_STOPPED = "was interrupted: the server stopped twice while it was read. Nothing was kept"
_LOST = "was interrupted, and its bytes are not held any more: choose it again"


class JobState(StrEnum):
    """Where a job stands; the last four are what became of the file."""

    WAITING = "waiting"
    RUNNING = "running"
    PUBLISHED = "published"
    DRAFT = "draft"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


_UNDONE = (JobState.WAITING, JobState.RUNNING)
_WAITS = {"state": JobState.WAITING, "stage": "waiting", "runner": None, "done": 0, "total": 0}


class Job(Frozen):
    """One file.

    Attributes:
        stage, done, total: what is being done, and how many of its steps.
        message: what became of it, or why it was refused; "" while it is not done.
        report: id of the report that came of it.
        who, origin: who brought it (None: the local user) and from where; it is read for them.
    """

    id: int
    file: str
    sha256: str
    draft: bool
    state: JobState
    stage: str
    done: int
    total: int
    cancelled: bool
    added: datetime
    started: datetime | None
    ended: datetime | None
    message: str
    report: str | None
    who: str | None
    origin: str | None

    @property
    def running(self) -> bool:
        """It is not done yet."""
        return self.state in _UNDONE

    @property
    def share(self) -> float:
        """How far it is, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def seconds(self) -> float:
        """How long it has been read, or took."""
        if self.started is None:
            return 0.0
        return ((self.ended or datetime.now(UTC)) - self.started).total_seconds()


@needs(Right.UPLOAD)
def add(kb: KnowledgeBase, data: bytes, name: str, *, draft: bool) -> Job:
    """Keeps a file to be read. The same bytes under the same name are one job until it is done.

    Raises:
        StoreUnavailable: the bytes cannot be kept.
    """
    from kb.intake import safe_name

    name, digest = safe_name(name), sha256(data).hexdigest()
    who = None if kb.person.local else kb.person.email
    kb.files.put(data)
    with kb.database.write(counts=False) as connection:
        same = connection.scalar(
            select(jobs.c.id).where(
                jobs.c.sha256 == digest,
                jobs.c.file == name,
                jobs.c.state.in_(_UNDONE),
                jobs.c.who.is_not_distinct_from(who),
            )
        )
        row = same or connection.scalar(
            insert(jobs)
            .values(
                file=name,
                sha256=digest,
                draft=draft,
                state=JobState.WAITING,
                stage="waiting",
                done=0,
                total=0,
                cancelled=False,
                attempts=0,
                added=datetime.now(UTC),
                message="",
                who=who,
                origin=kb.origin,
            )
            .returning(jobs.c.id)
        )
    return _one(kb, int(row or 0))


@needs(Right.UPLOAD)
def job(kb: KnowledgeBase, number: int) -> Job:
    """One job. Raises RecordNotFound: cleared away, or removed with its report."""
    for one in held(kb):
        if one.id == number:
            return one
    raise RecordNotFound(f"no job {number} is held")


@needs(Right.UPLOAD)
def held(kb: KnowledgeBase) -> list[Job]:
    """Every job that was not cleared away, oldest first.

    Whoever may not see every marking is shown their own, and those whose report they may see.
    """
    found = _all(kb)
    if kb.store.sees_all():
        return found
    visible = {report.id for report in kb.reports()}
    return [one for one in found if one.who == kb.person.email or one.report in visible]


def _one(kb: KnowledgeBase, number: int) -> Job:
    for one in _all(kb):
        if one.id == number:
            return one
    raise RecordNotFound(f"no job {number} is held")


def _all(kb: KnowledgeBase) -> list[Job]:
    names = [name for name in Job.model_fields if name != "report"]
    columns = [*(jobs.c[name] for name in names), jobs.c.report_id.label("report")]
    with kb.database.read() as connection:
        rows = connection.execute(select(*columns).order_by(jobs.c.id)).all()
    return [Job.model_validate(dict(row._mapping)) for row in rows]


def waiting(kb: KnowledgeBase) -> set[str]:
    """The sha256 of the files that jobs have yet to read."""
    with kb.database.read() as connection:
        return set(connection.scalars(select(jobs.c.sha256).where(jobs.c.state.in_(_UNDONE))))


@needs(Right.UPLOAD)
def cancel(kb: KnowledgeBase, number: int) -> None:
    """Stops a job: at once while it waits, else at its next step. Nothing of the file is kept."""
    if all(one.id != number for one in held(kb)):
        return
    with kb.database.beside() as connection:
        connection.execute(
            update(jobs)
            .where(jobs.c.id == number, jobs.c.state.in_(_UNDONE))
            .values(cancelled=True)
        )
    one = next((one for one in _all(kb) if one.id == number), None)
    if one is not None and one.state is JobState.WAITING:
        _close(kb, one, _refused(one, _CANCELLED), JobState.WAITING)


@needs(Right.UPLOAD)
def clear(kb: KnowledgeBase) -> None:
    """Forgets the jobs that are done, as far as they are shown; what they made stays."""
    shown = [one.id for one in held(kb)]
    with kb.database.write(counts=False) as connection:
        done = jobs.c.state.not_in(_UNDONE)
        connection.execute(delete(jobs).where(done, jobs.c.id.in_(shown)))


def give_back(kb: KnowledgeBase, *, silence: float = SILENCE) -> None:
    """Lets jobs wait again whose reader gave no sign of life for so many seconds."""
    before = datetime.now(UTC) - timedelta(seconds=silence)
    lost = (jobs.c.state == JobState.RUNNING) & or_(jobs.c.seen.is_(None), jobs.c.seen < before)
    with kb.database.read() as connection:
        if connection.scalar(select(jobs.c.id).where(lost).limit(1)) is None:
            return
    with kb.database.beside() as connection:
        connection.execute(update(jobs).where(lost).values(**_WAITS))


def hand_back(kb: KnowledgeBase, number: int, runner: str) -> None:
    """Lets a job wait again that its runner stops reading, as if it had not begun."""
    with kb.database.beside() as connection:
        connection.execute(
            update(jobs)
            .where(_read_by(number, runner))
            .values(**_WAITS, attempts=jobs.c.attempts - 1)
        )


def sign_of_life(kb: KnowledgeBase, runner: str) -> None:
    """Says that whoever has this name is still reading its jobs."""
    with kb.database.beside() as connection:
        connection.execute(
            update(jobs)
            .where(jobs.c.runner == runner, jobs.c.state == JobState.RUNNING)
            .values(seen=datetime.now(UTC))
        )


def run(kb: KnowledgeBase, number: int, runner: str) -> None:
    """Reads a file that waits, and keeps what became of it; nothing where another has taken it.

    Args:
        runner: a name that no other process bears.
    """
    claimed = _claimed(kb, runner, jobs.c.id == number)
    if claimed and (one := _begun(kb, *claimed, runner)):
        read(kb, one, runner)


def take(kb: KnowledgeBase, runner: str) -> Job | None:
    """The job that has waited longest, now this runner's to `read`; None where none waits."""
    while claimed := _claimed(kb, runner):
        if one := _begun(kb, *claimed, runner):
            return one
    return None


def read(kb: KnowledgeBase, one: Job, runner: str, stop: Event | None = None) -> None:
    """Reads the file of a job that was taken, for whoever brought it; keeps what became of it.

    Args:
        stop: once it is set, the job is handed back unless its reading has ended.

    Raises:
        StoreUnavailable: the database or the files are away; the job waits again, or will.
    """
    from ingest.child import Cancelled

    try:
        progress = _reporter(kb, one, runner)
        progress("opening", 0, 0)
        data = kb.files.get(one.sha256)
        # The reader is given only where it can be stopped.
        more: dict[str, Any] = {"reader": _stoppable(kb, progress, stop)} if stop else {}
        theirs = kb.acting(one.who or LOCAL, one.origin)
        result = theirs.ingest(data, one.file, draft=one.draft, progress=progress, **more)
    except Cancelled:
        result = _refused(one, _CANCELLED)
    except RecordNotFound:
        result = _refused(one, _LOST)
    except NotAllowed as error:
        result = _refused(one, f"was not read: {error}")
    except StoreUnavailable as error:
        if _away(kb):  # not the file's fault: it waits until they are back
            hand_back(kb, one.id, runner)
            raise
        result = _refused(one, f"cannot be read: {error}")
    except Exception:
        log.exception("reading %s failed", one.file)
        result = _refused(one, _FAULT)
    if stop and stop.is_set() and result.status is IngestStatus.REFUSED:
        hand_back(kb, one.id, runner)
        return
    _close(kb, one, result, JobState.RUNNING, runner)


def _stoppable(kb: KnowledgeBase, progress: Progress, stop: Event) -> Reader:
    from ingest.child import read_in_child

    return partial(
        read_in_child,
        timeout=kb.settings.read_seconds,
        memory_mb=kb.settings.read_memory_mb,
        progress=progress,
        cancel=stop,
    )


def _away(kb: KnowledgeBase) -> bool:
    try:
        kb.files.reach()
        kb.database.generation()
    except StoreUnavailable:
        return True
    return False


def _read_by(number: int, runner: str) -> ColumnElement[bool]:
    mine = (jobs.c.id == number) & (jobs.c.runner == runner)
    return mine & (jobs.c.state == JobState.RUNNING)


def _claimed(
    kb: KnowledgeBase, runner: str, which: ColumnElement[bool] | None = None
) -> tuple[int, int] | None:
    """The number of the first such job that waits, now this runner's, and how often it was begun.

    On a server none waits for another here: what one is just taking the next passes over.
    """
    first = select(jobs.c.id).where(jobs.c.state == JobState.WAITING).order_by(jobs.c.id).limit(1)
    if which is not None:
        first = first.where(which)
    now = datetime.now(UTC)
    with kb.database.beside() as connection:
        number = connection.scalar(first.with_for_update(skip_locked=True))
        if number is None:
            return None
        attempts = connection.scalar(
            update(jobs)
            .where(jobs.c.id == number)
            .values(
                state=JobState.RUNNING,
                runner=runner,
                attempts=jobs.c.attempts + 1,
                started=now,
                seen=now,
            )
            .returning(jobs.c.attempts)
        )
    return number, int(attempts or 0)


def _begun(kb: KnowledgeBase, number: int, attempts: int, runner: str) -> Job | None:
    """The job; None where it is closed because it was cancelled, or was begun too often."""
    one = _one(kb, number)
    if attempts <= ATTEMPTS and not one.cancelled:
        return one
    why = _CANCELLED if one.cancelled else _STOPPED
    _close(kb, one, _refused(one, why), JobState.RUNNING, runner)
    return None


def _reporter(kb: KnowledgeBase, one: Job, runner: str) -> Callable[[str, int, int], None]:
    from ingest.child import Cancelled

    last = -BETWEEN

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < BETWEEN:
            return
        last = now
        with kb.database.beside() as connection:
            stopped = connection.scalar(
                update(jobs)
                .where(jobs.c.id == one.id, jobs.c.runner == runner)
                .values(stage=stage, done=done, total=total, seen=datetime.now(UTC))
                .returning(jobs.c.cancelled)
            )
        # No row: it was given to another meanwhile, who goes on with it.
        if stopped is not False:
            raise Cancelled("reading was cancelled", source=one.file)

    return report


def _close(
    kb: KnowledgeBase, one: Job, result: IngestResult, state: JobState, runner: str | None = None
) -> None:
    """Keeps what became of a job, and lets go of its bytes where no report holds them."""
    with kb.database.write(counts=False) as connection:
        known = result.report.id if result.report else None
        if known and connection.scalar(select(reports.c.id).where(reports.c.id == known)) is None:
            known = None  # removed a moment ago
        values: dict[str, Any] = {
            "state": JobState(result.status.value),
            "message": result.message,
            "report_id": known,
            "ended": datetime.now(UTC),
        }
        changed = connection.execute(
            update(jobs)
            .where(
                jobs.c.id == one.id,
                jobs.c.state == state,
                jobs.c.runner.is_not_distinct_from(runner),
            )
            .values(**values)
        ).rowcount
    if not changed or result.report is not None:
        return
    if one.sha256 not in waiting(kb) | kb.store.kept():
        kb.files.drop(one.sha256)


def _refused(one: Job, why: str) -> IngestResult:
    message = f"{one.file}: {why}"
    return IngestResult(status=IngestStatus.REFUSED, file=one.file, message=message)
