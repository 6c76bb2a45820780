"""The knowledge base: everything that lasts, behind one class. Start here.

Records in SQL are the truth; files, full text and vectors stand beside them and can be checked
against them. Nothing heavy is imported with this module: the encoder and the vector index come in
with the first search by meaning.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from ingest.records import Box, Reading
from kb import audit
from kb.audit import Action
from kb.classification import classification
from kb.database import Database
from kb.errors import EncoderUnavailable, IndexMismatch, IndexUnavailable, NotAllowed
from kb.files import Files, make_files
from kb.filters import Filters
from kb.notices import noticed
from kb.people import LOCAL, Person, known, signature
from kb.query import Focus, GroupBy, OrderBy
from kb.records import Event, Passage, ReportRecord, ReportState, Snapshot
from kb.rights import Right, guarded_class, within
from kb.settings import Settings
from kb.store import RecordStore
from kb.turns import Turns
from kb.visible import Sight, Sights

if TYPE_CHECKING:
    from kb.answers import Answer
    from kb.cluster import Readers
    from kb.encode import Encoder
    from kb.index import VectorIndex
    from kb.results import Catalogue, CheckReport, Correction, Hit, IngestResult
    from kb.tellings import Told
    from kb.writing import Writer

log = logging.getLogger(__name__)

_ANOTHER = "another process is just making the vectors anew: they can be used in a moment"

EVERYTHING = Filters()
"""No condition: all problems of the current reports."""

Reader = Callable[[bytes, str], Reading]
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class _Shared:
    """What all views of one knowledge base have in common."""

    encoder: Encoder | None
    index: VectorIndex | None
    sights: Sights
    turns: Turns
    guard: Any = field(default_factory=RLock)
    catalogues: dict[int, tuple[Sight, Catalogue]] = field(default_factory=dict)
    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))


@guarded_class
class KnowledgeBase:
    """One folder (or database, index and file store) of reports. Safe to share between threads.

    What `open` returns acts for the local user, who may do everything; `acting` makes a view that
    acts for somebody else. Every public method checks the right that `kb/rights.py` names for it.

    Attributes:
        person, origin: for whom it acts, and from where ("cli", a network address).
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        files: Files,
        encoder: Encoder | None = None,
        index: VectorIndex | None = None,
    ) -> None:
        self.settings = settings
        self.database = database
        self.files = files
        sights = Sights(database, classification(settings.classification))
        self.store = RecordStore(sights)
        self.person: Person = LOCAL
        self.origin: str | None = None
        self._shared = _Shared(encoder, index, sights, Turns(database, settings))
        self.meaning_off: str | None = None
        """Why the last search by meaning was not possible; None where it was."""

    @classmethod
    def open(
        cls, settings: Settings | None = None, *, encoder: Encoder | None = None
    ) -> KnowledgeBase:
        """The knowledge base that the settings name, made if it is not there yet.

        Args:
            encoder: in place of the one that the settings name.

        Raises:
            StoreUnavailable: the database cannot be opened, or a newer release wrote it.
        """
        settings = settings or Settings()
        url = settings.database_url or f"sqlite:///{settings.data / 'pbi.sqlite'}"
        files = make_files(settings.data / "files", settings.files_url)
        database = Database(url)
        try:
            return cls(settings, database, files, encoder)
        except BaseException:
            database.close()
            raise

    def acting(self, person: Person | str, origin: str | None = None) -> KnowledgeBase:
        """A light view of the same knowledge base that acts for a person, given or by e-mail.

        Each of its methods asks the database anew what the person may do and see, whatever roles
        the `Person` given has; only `LOCAL` may do everything.

        Args:
            origin: where the person is, for the audit: a network address, "cli".
        """
        view = copy(self)
        view.person = Person(email=person.strip().casefold()) if isinstance(person, str) else person
        view.origin = origin
        view.meaning_off = None
        view.store = RecordStore(self._shared.sights, None if view.person.local else view._seen_by)
        return view

    def require(self, right: Right) -> Person:
        """The person as the database has them now.

        Raises:
            NotAllowed: their role does not cover the right, or they have none.
        """
        person = self._person_now()
        if not person.may(right):
            raise NotAllowed(_refusal(person, right))
        return person

    def may(self, right: Right) -> bool:
        """Whether the person's role covers a right now: to show only what can be used."""
        return self._person_now().may(right)

    def _person_now(self) -> Person:
        if self.person.local:
            return self.person
        if (inside := within(self)) is not None:
            return inside
        with self.database.read() as connection:
            return self._seen_by(connection)

    def _of_everything(self) -> KnowledgeBase:
        """The same for the same person over every report: for upkeep, never for what is shown."""
        view = copy(self)
        view.store = RecordStore(self._shared.sights)
        return view

    def _seen_by(self, connection: Connection) -> Person:
        """The person within one state of the database."""
        if (inside := within(self)) is not None:
            return inside
        return known(connection, self.person.email) or Person(email=self.person.email)

    @property
    def waiting_entries(self) -> deque[dict[str, Any]]:
        """Entries of the audit that could not be written yet."""
        return self._shared.entries

    @property
    def _encoder(self) -> Encoder | None:
        return self._shared.encoder

    @_encoder.setter
    def _encoder(self, encoder: Encoder | None) -> None:
        self._shared.encoder = encoder

    @property
    def _index(self) -> VectorIndex | None:
        return self._shared.index

    @_index.setter
    def _index(self, index: VectorIndex | None) -> None:
        self._shared.index = index

    @property
    def _guard(self) -> Any:
        return self._shared.guard

    def close(self) -> None:
        """Lets go of the database and the index."""
        audit.settle(self)
        with self._guard:
            if self._index is not None:
                self._index.close()
            self.database.close()

    def __enter__(self) -> KnowledgeBase:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Uploads -------------------------------------------------------------------------------

    def ingest(
        self,
        data: bytes,
        name: str,
        *,
        draft: bool = False,
        supersedes: str | None = None,
        reader: Reader | None = None,
        progress: Progress | None = None,
    ) -> IngestResult:
        """Reads an upload and publishes it, or keeps it as a draft. Refusals leave nothing behind.

        Args:
            name: the file's name as given; shown to people, never used as a path.
            supersedes: the report that this one replaces (id, prefix or file name).
            reader: bytes and name to a `Reading`; by default the product's own.
        """
        from kb.intake import taken_in

        with noticed("upload", bytes=len(data)) as facts:
            result = taken_in(
                self,
                self._writer(),
                data,
                name,
                draft=draft,
                supersedes=supersedes,
                reader=reader,
                progress=progress,
            )
            facts.update(outcome=result.status.value)
        return result

    def ingest_many(
        self,
        paths: Iterable[Path],
        *,
        draft: bool = False,
        progress_of: Callable[[str], AbstractContextManager[Progress]] | None = None,
        readers: Readers | None = None,
    ) -> Iterator[IngestResult]:
        """`ingest` for files on disk, one result each as it is done, and the index at the end.

        Args:
            readers: an executor that reads them, such as that of a cluster (kb/cluster.py); by
                default some processes of this machine.
        """
        from kb.intake import many_taken_in

        yield from many_taken_in(self, paths, draft=draft, progress_of=progress_of, readers=readers)

    def publish(self, report_id: str) -> ReportRecord:
        """Makes a draft or withdrawn report speak. Raises WrongState, RecordNotFound."""
        record = self.report(report_id)
        self._writer().publish(record.id)
        return self.report(record.id)

    def withdraw(self, report_id: str) -> ReportRecord:
        """Takes a published report out of the answers, and keeps it.

        What it had superseded speaks again. Raises WrongState, RecordNotFound.
        """
        record = self.report(report_id)
        self._writer().withdraw(record.id)
        return self.report(record.id)

    def supersede(self, new_id: str, old_id: str) -> ReportRecord:
        """Puts a report in the place of a published one, which stays readable."""
        new, old = self.report(new_id), self.report(old_id)
        self._writer().supersede(new.id, old.id)
        return self.report(new.id)

    def discard(self, report_id: str) -> None:
        """Removes a draft with its file. Raises WrongState for anything else."""
        record = self.report(report_id)
        self._writer().discard(record.id)
        self._forget(record)

    def remove(self, report_id: str) -> None:
        """Removes a report with its records, text, vectors and file, whatever its state."""
        record = self.report(report_id)
        self._writer().remove(record.id)
        self._forget(record)

    def _forget(self, record: ReportRecord) -> None:
        # After the transaction: a crash here leaves a file without a record, which check removes.
        self.files.drop(record.sha256)
        self.database.tidy()
        if self._has_vectors():
            try:
                self.catch_up()
            except (IndexUnavailable, EncoderUnavailable) as error:
                log.info("vectors follow later: %s", error)

    # Review --------------------------------------------------------------------------------

    def correct(
        self,
        report_id: str,
        pbi: str,
        field: str,
        value: str | None,
        *,
        who: str,
        note: str | None = None,
    ) -> None:
        """Puts one misread value right; None for "the report does not say".

        The printed value is kept, the new one speaks. Raises BadValue, RecordNotFound.
        """
        from kb.correcting import correct

        record, who = self.report(report_id), signature(self, who)
        correct(self.database, record.id, pbi, field, value, who=who, note=note)

    def set_report(
        self,
        report_id: str,
        *,
        who: str = "staff",
        note: str | None = None,
        **fields: str | date | None,
    ) -> ReportRecord:
        """Puts the report's own fields right: title, reference, quarter, status_date, scope ..."""
        from kb.correcting import set_report

        record = self.report(report_id)
        set_report(self.database, record.id, fields, who=signature(self, who), note=note)
        return self.report(record.id)

    def corrections(self, report_id: str) -> list[Correction]:
        """What was put right in a report, oldest first."""
        return self.store.corrections(self.report(report_id).id)

    # Reports -------------------------------------------------------------------------------

    def reports(self, *, states: Collection[ReportState] | None = None) -> list[ReportRecord]:
        """Reports in report order, drafts last."""
        return self.store.reports(states)

    def report(self, name: str) -> ReportRecord:
        """A report by id, start of its sha256, file name or reference.

        Raises:
            RecordNotFound, AmbiguousName.
        """
        return self.store.report(name)

    def reading(self, report_id: str) -> Reading:
        """Everything that was read from a report, corrections in it."""
        return self.store.reading(self.report(report_id).id)

    def said_in(self, report_id: str) -> list[Snapshot]:
        """The snapshots of one report in any state, in the order of its pages."""
        return self.store.of_report(self.report(report_id).id)

    def file_bytes(self, report_id: str) -> bytes:
        """The upload itself, checked against its sha256."""
        return self.files.get(self.report(report_id).sha256)

    def page_image(
        self,
        report_id: str,
        page: int,
        boxes: Sequence[Box] = (),
        scale: float = 1.5,
        *,
        quote: str | None = None,
    ) -> bytes | None:
        """A page as PNG with boxes highlighted; None where the upload has no pages to draw.

        Args:
            quote: what stands in the one box: only its lines are highlighted.
        """
        from kb.pictures import PDF, page_png
        from kb.quoted import quoted_lines

        record = self.report(report_id)
        if record.media_type != PDF:
            return None
        with noticed("page image", report=record.id, page=page):
            data = self.files.get(record.sha256)
            if quote and len(boxes) == 1:
                boxes = quoted_lines(data, page, quote, boxes[0])
            image = page_png(data, page, boxes, scale)
        audit.record(self, Action.VIEWED, report=record.id, detail=f"page {page}")
        return image

    # Problems ------------------------------------------------------------------------------

    def snapshots(
        self,
        filters: Filters = EVERYTHING,
        *,
        order: OrderBy | None = None,
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Snapshot]:
        """The problems that meet the filters, one row each; see `kb/select.py` for the order."""
        return self.store.snapshots(
            filters,
            order=order,
            descending=descending,
            limit=limit,
            offset=offset,
            only=self._changed(filters),
        )

    def snapshot(self, key: str) -> Snapshot:
        """One snapshot by its key. Raises RecordNotFound."""
        return self.store.snapshot(key)

    def count(self, filters: Filters = EVERYTHING) -> int:
        """How many problems meet the filters."""
        return self.store.count(filters, only=self._changed(filters))

    def pbis(
        self,
        filters: Filters = EVERYTHING,
        *,
        order: OrderBy | None = None,
        descending: bool = False,
    ) -> list[str]:
        """Their numbers, in the order of `snapshots`."""
        return self.store.pbis(
            filters, order=order, descending=descending, only=self._changed(filters)
        )

    def group(self, filters: Filters, by: GroupBy) -> dict[str | None, int]:
        """Counts by value; None for "not stated"; see `kb/grouping.py` for the order."""
        return self.store.group(filters, by, only=self._changed(filters))

    def facets(self, filters: Filters = EVERYTHING) -> dict[str, dict[str, int]]:
        """Counts for each thing to narrow by, each without its own condition; "not stated" last."""
        from kb.grouping import facets

        return facets(filters, self.group)

    def history(self, pbi: str) -> list[Snapshot]:
        """What every published report says of a problem, in report order; [] if none does."""
        return self.store.histories([pbi])

    def events(self, pbi: str) -> list[Event]:
        """What happened to a problem, from report to report."""
        from kb.history import timeline

        return list(timeline(self.history(pbi), self._published()))

    def changes(
        self, from_quarter: str, to_quarter: str, filters: Filters = EVERYTHING
    ) -> list[Event]:
        """What differs between two quarters, for problems that meet the filters in either.

        Raises:
            ValueError: the second is not after the first.
        """
        from kb.comparing import changes

        return changes(self.store, from_quarter, to_quarter, filters)

    def vanished(self, filters: Filters = EVERYTHING) -> list[Snapshot]:
        """The last word on problems that were not closed and that later reports no longer mention.

        With quarters or reports in the filters: as those have it.
        """
        from kb.comparing import vanished

        return vanished(self.store, filters)

    def catalogue(self) -> Catalogue:
        """The names and dates held; gathered again only after a write."""
        from kb.catalogue import gathered

        with self.store.sight() as (connection, sight):
            # Views of one circle share theirs: what stands on it is not made for each person.
            held = self._shared.catalogues.get(sight.circle)
            if held is None or not held[0].same_as(sight):
                held = (sight, gathered(connection, sight))
                self._shared.catalogues[sight.circle] = held
        return held[1]

    def _writer(self) -> Writer:
        from kb.writing import Writer

        return Writer(self.database)

    def _published(self) -> list[ReportRecord]:
        return self.reports(states=(ReportState.PUBLISHED,))

    def _changed(self, filters: Filters) -> Collection[str] | None:
        """The PBIs that `changed_from` and `changed_to` leave; None where neither is given."""
        if filters.changed_from is None and filters.changed_to is None:
            return None
        from kb.comparing import changed

        return changed(self.store, filters)

    # Text ----------------------------------------------------------------------------------

    def search(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 20, *, vectors: bool = True
    ) -> list[Hit]:
        """Problems that a text finds, best first, by words and (with `vectors`) by meaning.

        Where search by meaning is not possible, words alone decide, and `meaning_off` says why.
        """
        from kb import search

        only = self._changed(filters)
        near = self._near(text, filters, only) if vectors and text.strip() else {}
        with self.store.sight() as (connection, sight):
            words = search.by_words(connection, sight, text, filters, only)
            named = search.by_number(connection, sight, text, filters, only)
            load = partial(self.store.by_id, connection, sight)
            return search.hits(text, search.fused(words, near, named), limit, load)

    def told(
        self,
        texts: Sequence[str],
        filters: Filters = EVERYTHING,
        limit: int = 30,
        *,
        words: str | None = None,
    ) -> dict[str, list[Told]]:
        """What the narratives of the problems nearest to a question say, passage by passage.

        Args:
            texts: ways of putting the question: what is searched for is near to all of them.
            words: to look for in the full text; default the first text.

        Returns:
            by PBI, best first; each problem's passages as its latest report has them first.
        """
        from kb.tellings import told

        only = self._changed(filters)
        meaning = self._meaning(*texts) if texts[0].strip() else None
        for vectors in (meaning, None):
            try:
                with self.store.sight() as (connection, sight):
                    load = partial(self.store.by_id, connection, sight)
                    wanted = words or texts[0]
                    return told(connection, sight, wanted, vectors, filters, only, limit, load)
            except IndexUnavailable as error:
                self.meaning_off = str(error)
        return {}

    def passages(
        self, text: str, filters: Filters = EVERYTHING, limit: int = 10, *, vectors: bool = True
    ) -> list[Passage]:
        """The stretches of narrative and stated values that a text finds, best first."""
        found = [
            passage
            for hit in self.search(text, filters, max(limit, 10), vectors=vectors)
            for passage in hit.passages
        ]
        return sorted(found, key=lambda passage: -passage.score)[:limit]

    def catch_up(self, progress: Progress | None = None) -> int:
        """Brings the vectors up to date with the records; returns how many texts were encoded.

        Raises:
            IndexUnavailable, EncoderUnavailable: what is left undone waits for the next time.
        """
        from kb.outbox import drain

        with self._guard, self._shared.turns.taken() as mine:
            # Another process is just doing it: what it has done so far is answered from.
            index = self._opened_index()
            return drain(self.database, index, self._made_encoder(), progress) if mine else 0

    def vector_ids(self) -> set[str] | None:
        """The ids in the vector index; None where none was made yet.

        Raises:
            IndexUnavailable, EncoderUnavailable: it cannot be looked into.
        """
        with self._guard:
            if not self._has_vectors():
                return None
            return self._opened_index().ids()

    def rebuild_vectors(self, progress: Progress | None = None) -> int:
        """Makes the vector index anew from the records; returns how many texts were encoded.

        Raises:
            IndexUnavailable, EncoderUnavailable.
        """
        with self._guard, self._shared.turns.taken() as mine:
            if not mine:
                raise IndexUnavailable(_ANOTHER)
            self._made_anew(self._made_index(), self._made_encoder().fingerprint())
            return self.catch_up(progress)

    def _has_vectors(self) -> bool:
        """An index was made at some time; without one there is nothing to keep in step."""
        made = self.settings.chroma_url or (self.settings.data / "vectors").is_dir()
        return self._index is not None or bool(made)

    def _near(
        self, text: str, filters: Filters, only: Collection[str] | None
    ) -> dict[int, dict[str, float]]:
        """What is near in meaning; {} where that cannot be told, and `meaning_off` says why."""
        from kb import search

        # An index that was lost is noticed by the first attempt and made anew by the second.
        for _ in range(2):
            meaning = self._meaning(text)
            if meaning is None:
                break
            try:
                with self.store.sight() as (connection, sight):
                    return search.by_meaning(connection, sight, *meaning, filters, only)
            except IndexUnavailable as error:
                self.meaning_off = str(error)
        return {}

    def _meaning(self, *texts: str) -> tuple[VectorIndex, Any] | None:
        try:
            with self._guard:
                self.catch_up()
                vector = self._made_encoder().encode(list(dict.fromkeys(texts))).mean(axis=0)
                self.meaning_off = None
                return self._opened_index(), vector
        except (IndexUnavailable, EncoderUnavailable) as error:
            self.meaning_off = str(error)
            log.info("search by words alone: %s", error)
            return None

    def _made_encoder(self) -> Encoder:
        if self._encoder is None:
            from kb.encode import make_encoder

            self._encoder = make_encoder(self.settings.model, self.settings.model_sha256)
        return self._encoder

    def _opened_index(self) -> VectorIndex:
        """The index, open; made anew from the records where it does not fit them."""
        fingerprint = self._made_encoder().fingerprint()
        index = self._made_index()
        try:
            index.open(fingerprint)
        except IndexMismatch:
            with self._shared.turns.taken() as mine:
                if not mine:
                    raise IndexUnavailable(_ANOTHER) from None
                try:
                    index.open(fingerprint)  # it may have been made meanwhile
                except IndexMismatch as error:
                    log.info("%s", error)
                    self._made_anew(index, fingerprint)
        return index

    def _made_anew(self, index: VectorIndex, fingerprint: str) -> None:
        from kb import outbox

        # In this order a crash in between is met again, and nothing that is due is forgotten.
        with self.database.write() as connection:
            outbox.refill(connection)
        index.reset(fingerprint)

    def _made_index(self) -> VectorIndex:
        if self._index is None:
            from kb.index import make_index

            self._index = make_index(
                self.settings.data / "vectors", self.settings.index_wait, self.settings.chroma_url
            )
        return self._index

    # Questions and health ------------------------------------------------------------------

    def ask(self, question: str, *, focus: Focus | None = None, id: str | None = None) -> Answer:
        """The answer to a question in words; see `kb/answer`."""
        from kb.answer.asking import ask

        with noticed("question", text=question) as facts:
            answer = ask(self, question, focus=focus, id=id)
            facts.update(abstained=answer.abstained, problems=len(answer.pbis))
        audit.record(self, Action.ASKED, detail=question)
        return answer

    def check(self, repair: bool = False) -> CheckReport:
        """Whether records, files, full text and vectors agree; with `repair`, makes them."""
        from kb.check import checked

        found = checked(self._of_everything(), repair=repair)
        if repair:
            audit.record(self, Action.REPAIRED)
        return found

    def stats(self) -> dict[str, int]:
        """How much is held."""
        from kb.check import counts

        return counts(self)


def _refusal(person: Person, right: Right) -> str:
    if not person.roles:
        return f"{person.email} has no role here: ask an administrator to be added"
    return f"{person.email} may not {right}: the role {person.role} does not cover it"
