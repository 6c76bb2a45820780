"""An embedded knowledge base onto servers: its uploads, then its vectors, then its records.

The records are put in place last, in one transaction: killed at any point, the target is either
without a report or complete, and what a broken-off try left there is used by the next. Nothing of
the source is changed; nobody can write to it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from ingest.records import Frozen
from kb.copying import replaced
from kb.database import Database, embedded
from kb.errors import IndexMismatch, IndexMissing, IndexUnavailable, StoreUnavailable, WrongState
from kb.files import Files, make_files
from kb.rights import Right, needs
from kb.settings import Settings, without_password
from kb.tables import jobs, meta, metadata, passages, reports

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.index import VectorIndex

Progress = Callable[[str, int, int], None]

_BATCH = 512
_ASKED_OF = 20
_QUESTIONS = (
    "How many problems are open?",
    "Which problems are critical?",
    "How many problems are there per supplier?",
    "Which target dates have slipped?",
    "Which problem has been open longest?",
    "What was done about data that went missing?",
)


class Moved(Frozen):
    """What was moved, and found there again.

    Attributes:
        rows: in all tables. questions: that were asked before and after, with the same answers.
    """

    reports: int
    problems: int
    rows: int
    files: int
    vectors: int
    questions: int


@needs(Right.KEEP)
def moved(
    kb: KnowledgeBase,
    *,
    to: str,
    files_to: str | None = None,
    chroma_to: str | None = None,
    questions: Sequence[str] = (),
    progress: Progress | None = None,
) -> Moved:
    """Copies everything to the servers that the URLs name, and asks there what was asked here.

    Args:
        to: of a PostgreSQL database. files_to, chroma_to: as in the settings; without them
            uploads and vectors stay where they are.
        questions: to be asked besides those that the records suggest.

    Raises:
        WrongState: a target holds anything that is not the source's, or, at the end, what is
            there differs from what was here.
        StoreUnavailable, IndexUnavailable, EncoderUnavailable: one of them cannot be used.
    """
    if not kb.database.sqlite or embedded(to):
        raise WrongState("an embedded knowledge base is moved, to a postgresql:// URL")
    there = {
        "database_url": to,
        "files_url": files_to or kb.settings.files_url,
        "chroma_url": chroma_to or kb.settings.chroma_url,
    }
    settings = kb.settings.model_copy(update=there)
    tell = progress or (lambda _stage, _done, _total: None)
    asked = _asked(kb, questions)
    before = _answers(kb, asked, tell)
    if chroma_to and kb.meaning_off:
        raise IndexUnavailable(kb.meaning_off)  # there the same answers cannot be expected
    target = Database(to)
    try:
        _expect_nothing(target)
        with kb.database.rehearse() as source:  # others may read it, and nobody can write
            files = _files_moved(kb, source, settings, tell) if files_to else 0
            vectors = _vectors_moved(kb, source, settings, tell) if chroma_to else 0
            replaced(source, target, tell)
            rows = _compared(source, target)
    finally:
        target.close()
    _compare_answers(kb, settings, asked, before, tell)
    return Moved(
        reports=rows["reports"],
        problems=rows["snapshots"],
        rows=sum(rows.values()),
        files=files,
        vectors=vectors,
        questions=len(asked),
    )


# The targets ---------------------------------------------------------------------------------


def _expect_nothing(target: Database) -> None:
    with target.read() as connection:
        held = {name: count for name, count in _counts(connection).items() if count}
    if held:
        name, count = next(iter(held.items()))
        raise WrongState(
            f"{target.name} holds {count} {name}, which are not replaced: name an empty database"
        )


def _files_moved(kb: KnowledgeBase, source: Connection, settings: Settings, tell: Progress) -> int:
    assert settings.files_url is not None
    names = _uploads(source)
    target = make_files(settings.data / "files", settings.files_url)
    _expect_only(set(target.names()), names, settings.files_url, "uploads")
    for done, name in enumerate(sorted(names), 1):
        target.put(kb.files.get(name))
        tell("copying uploads", done, len(names))
    _found_again(target, names)
    return len(names)


def _vectors_moved(
    kb: KnowledgeBase, source: Connection, settings: Settings, tell: Progress
) -> int:
    from kb.index import make_index
    from kb.outbox import texts_of

    encoder = kb._made_encoder()
    index = make_index(settings.data / "vectors", settings.index_wait, settings.chroma_url)
    hashes = sorted(set(source.scalars(select(passages.c.hash).distinct())))
    try:
        _made_ready(index, encoder.fingerprint(), set(hashes), settings.chroma_url or "")
        for start in range(0, len(hashes), _BATCH):
            batch = hashes[start : start + _BATCH]
            if new := sorted(set(batch) - index.among(batch)):
                words = texts_of(source, set(new))
                if len(words) < len(new):
                    raise WrongState("its passages are of an older release: run `pbi check`")
                index.put(new, encoder.encode([words[one] for one in new]))
            tell("encoding", min(start + _BATCH, len(hashes)), len(hashes))
        if index.ids() != set(hashes):
            raise IndexUnavailable("the vectors that were put are not there: try again")
    finally:
        index.close()
    return len(hashes)


def _made_ready(index: VectorIndex, fingerprint: str, ours: Collection[str], url: str) -> None:
    """Opens what a broken-off try left, or makes an empty index; nobody else's is touched."""
    try:
        index.open(fingerprint)
    except IndexMissing:
        index.reset(fingerprint)
    except IndexMismatch as error:
        place = without_password(url)
        raise WrongState(f"{place} holds vectors of another model: name an empty one") from error
    _expect_only(index.ids(), ours, url, "vectors")


def _expect_only(held: Collection[str], ours: Collection[str], url: str, what: str) -> None:
    if others := len(set(held) - set(ours)):
        place = without_password(url)
        raise WrongState(f"{place} holds {others} {what} of something else: name an empty place")


# Whether what is there is what was here ------------------------------------------------------


def _found_again(target: Files, names: Collection[str]) -> None:
    for name in names:
        target.get(name)  # checked against its sha256
    if missing := len(set(names) - set(target.names())):
        raise StoreUnavailable(f"{missing} uploads are not there after they were copied: try again")


def _compared(source: Connection, target: Database) -> dict[str, int]:
    """Rows by table, which are as many there as here."""
    here = _counts(source)
    with target.read() as connection:
        there = _counts(connection)
    for name, count in here.items():
        if there[name] != count:
            raise WrongState(
                f"{target.name} has {there[name]} {name} instead of {count}: it is not to be used"
            )
    return here


def _compare_answers(
    kb: KnowledgeBase, settings: Settings, asked: Sequence[str], before: list[Any], tell: Progress
) -> None:
    from kb.base import KnowledgeBase

    if kb._index is not None:
        kb._index.close()  # an embedded one that stays has one owner
    with KnowledgeBase.open(settings, encoder=kb._made_encoder()) as there:
        after = _answers(there, asked, tell)
    for question, one, other in zip(asked, before, after, strict=True):
        if one != other:
            raise WrongState(
                f"{question!r} has another answer there: the new place is not to be used yet, "
                "and the old one is as it was. Run `pbi check` on both"
            )


def _asked(kb: KnowledgeBase, questions: Sequence[str]) -> list[str]:
    """Questions of each kind, and about problems from all over the records."""
    held = kb.pbis()
    some = held[:: max(1, len(held) // _ASKED_OF)][:_ASKED_OF]
    about = [f"What is the status of {pbi}?" for pbi in some]
    told = [f"What is the user impact of {pbi}?" for pbi in some]
    return [*questions, *_QUESTIONS, *about, *told]


def _answers(kb: KnowledgeBase, asked: Sequence[str], tell: Progress) -> list[Any]:
    from kb.answer.asking import ask

    found = []
    for done, question in enumerate(asked, 1):
        answer = ask(kb, question)
        quoted = [citation.model_dump() for citation in answer.citations]
        found.append((answer.answer, answer.abstained, answer.pbis, answer.value, quoted))
        tell("asking", done, len(asked))
    return found


# Small things --------------------------------------------------------------------------------


def _counts(connection: Connection) -> dict[str, int]:
    """Rows of each table, but of notes that a database makes of itself."""
    return {
        table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
        for table in (reports, *metadata.sorted_tables)
        if table is not meta
    }


def _uploads(source: Connection) -> set[str]:
    """What reports and jobs that wait are made of."""
    undone = select(jobs.c.sha256).where(jobs.c.ended.is_(None))
    return {*source.scalars(select(reports.c.sha256)), *source.scalars(undone)}
