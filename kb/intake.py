"""An upload on its way in: known already, refused with a reason, or kept."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ingest.apart import read_apart
from ingest.errors import EmptyFile, FileMissing, IngestError, NoProblems, TooLarge, UnreadableFile
from ingest.records import Finding, Reading
from ingest.share import usable_processors
from kb.errors import EncoderUnavailable, IndexUnavailable, RecordNotFound, StoreUnavailable
from kb.following import Follower
from kb.records import ReportState
from kb.results import IngestResult, IngestStatus

if TYPE_CHECKING:
    from kb.base import KnowledgeBase, Progress, Reader
    from kb.cluster import Readers
    from kb.writing import Writer

    Submit = Callable[[bytes, str, Progress], Future[Reading]]

log = logging.getLogger(__name__)

LONGEST_NAME = 200

READERS = 3
"""Processes that read ahead, at most. Each holds a file's pages in memory."""


def taken_in(
    kb: KnowledgeBase,
    writer: Writer,
    data: bytes,
    name: str,
    *,
    draft: bool,
    supersedes: str | None,
    reader: Reader | None,
    progress: Progress | None,
) -> IngestResult:
    """See `KnowledgeBase.ingest`."""
    name = safe_name(name)
    digest = sha256(data).hexdigest()
    if known := _known(kb, digest, name):
        return known
    try:
        replaced = kb.report(supersedes).id if supersedes else None
        reading = _read(kb, data, name, digest, reader, progress)
        marking = reading.report.classification
        if not kb.store.may_see(marking):
            # Whether it is loaded already makes no difference to what is said.
            whose = f"it is marked {marking!r}" if marking else "it bears no marking"
            return _refused(name, f"{name}: {whose}, which you may not see here; nothing was kept")
        kb.files.put(data)
        try:
            report_id = writer.add(reading, publish=not draft, supersedes=replaced)
        except BaseException:
            # The same bytes may have been stored by somebody else meanwhile: then they stay.
            if digest not in kb.store.kept():
                kb.files.drop(digest)
            raise
    except IngestError as error:
        error.source = error.source or name
        return _refused(name, error.line())
    except ValidationError as error:
        log.exception("a reader made an invalid reading of %s", name)
        return _refused(name, f"{name}: it was read wrongly ({error.error_count()} bad values)")
    except (RecordNotFound, StoreUnavailable) as error:
        # Two uploads of the same bytes at once: the database lets one in.
        known = _known(kb, digest, name)
        if known is None and digest in kb.store.kept():
            # It is loaded under a marking that staff have given it since.
            return _refused(name, f"{name}: it cannot be taken in here; ask an administrator")
        return known or _refused(name, f"{name}: {error}")
    return _kept(kb, report_id, name, reading)


def many_taken_in(
    kb: KnowledgeBase,
    paths: Iterable[Path],
    *,
    draft: bool,
    progress_of: Callable[[str], AbstractContextManager[Progress]] | None,
    readers: Readers | None = None,
) -> Iterator[IngestResult]:
    """See `KnowledgeBase.ingest_many`.

    Files are read ahead and taken in in the order given; vectors are made meanwhile.
    """
    shown = progress_of or (lambda _label: nullcontext(_silent))
    with Follower(kb) as vectors, closing(_read_ahead(kb, paths, readers)) as uploads:
        published = False
        for upload in uploads:
            with shown(upload.name) as progress:
                result = upload.finished(kb, draft=draft, progress=progress)
            if result.status is IngestStatus.PUBLISHED:
                published = True
                vectors.tell()
            yield result
        if published:
            with shown("index") as progress:
                try:
                    vectors.finish(progress)
                except (IndexUnavailable, EncoderUnavailable) as error:
                    log.warning("%s", error)


def _read_ahead(
    kb: KnowledgeBase, paths: Iterable[Path], readers: Readers | None
) -> Generator[Upload]:
    """Each file in turn, while those behind it are being read."""
    with _reading(kb, readers) as (submit, most):
        ahead: deque[Upload] = deque()
        for path in paths:
            ahead.append(Upload.begun(kb, submit, path))
            if len(ahead) > most:
                yield ahead.popleft()
        while ahead:
            yield ahead.popleft()


@contextmanager
def _reading(kb: KnowledgeBase, readers: Readers | None) -> Iterator[tuple[Submit, int]]:
    """Who reads, and how many files ahead: children of this process, or an executor's workers."""
    seconds, memory_mb = kb.settings.read_seconds, kb.settings.read_memory_mb
    if readers is not None:
        executor = readers.executor

        def elsewhere(data: bytes, name: str, _progress: Progress) -> Future[Reading]:
            return executor.submit(read_apart, data, name, seconds, memory_mb)

        # Twice as many as are read: so that none waits for the one that is being taken in.
        yield elsewhere, 2 * readers.at_once
        return
    from ingest.child import ChildPool

    # What is made of the readings, vectors above all, takes a core of its own.
    count = max(1, min(READERS, usable_processors() - 1))
    with ChildPool(count, memory_mb=memory_mb) as pool:

        def here(data: bytes, name: str, progress: Progress) -> Future[Reading]:
            return pool.submit(data, name, timeout=seconds, progress=progress)

        yield here, count + 1


class Upload:
    """A file that is being read while others before it are taken in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.data = b""
        self.failed: str | None = None
        self.reading: Future[Reading] | None = None
        self._watched: Progress | None = None

    @classmethod
    def begun(cls, kb: KnowledgeBase, submit: Submit, path: Path) -> Upload:
        """Loads a file and has it read, unless it is known already or over the limit."""
        upload = cls(path)
        try:
            upload.data = path.read_bytes()
        except OSError as error:
            missing = FileMissing(f"cannot be opened ({error.strerror})", source=str(path))
            upload.failed = missing.line()
            return upload
        digest = sha256(upload.data).hexdigest()
        known = any(report.sha256 == digest for report in kb.reports())
        if upload.data and len(upload.data) <= kb.settings.max_bytes and not known:
            upload.reading = submit(upload.data, upload.name, upload._told)
        return upload

    def finished(self, kb: KnowledgeBase, *, draft: bool, progress: Progress) -> IngestResult:
        """Waits for the reading and takes it in."""
        if self.failed is not None:
            return _refused(self.name, self.failed)
        self._watched = progress
        return kb.ingest(self.data, self.name, draft=draft, reader=self._read)

    def _read(self, _data: bytes, _name: str) -> Reading:
        if self.reading is None:  # known when it was begun, removed since
            raise UnreadableFile("its report was removed meanwhile: load it again")
        try:
            return self.reading.result()
        except IngestError:
            raise
        except (Exception, CancelledError) as error:  # each executor has errors of its own
            log.exception("reading %s", self.name)
            lost = f"whoever was to read it was lost ({type(error).__name__}): load it again"
            raise UnreadableFile(lost) from error

    def _told(self, stage: str, done: int, total: int, /) -> None:
        if self._watched is not None:
            self._watched(stage, done, total)


def safe_name(name: str) -> str:
    """A file's name without folders and control characters, of bounded length; never empty."""
    bare = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in bare if unicodedata.category(c)[0] != "C").strip()
    if len(kept) > LONGEST_NAME:
        stem, dot, suffix = kept.rpartition(".")
        kept = f"{stem[: LONGEST_NAME - 10]}{dot}{suffix[:9]}" if dot else kept[:LONGEST_NAME]
    return kept or "unnamed"


def _read(
    kb: KnowledgeBase,
    data: bytes,
    name: str,
    digest: str,
    reader: Reader | None,
    progress: Progress | None,
) -> Reading:
    if not data:
        raise EmptyFile("the file is empty")
    if len(data) > kb.settings.max_bytes:
        limit = kb.settings.max_bytes / 1e6
        raise TooLarge(f"{len(data) / 1e6:.1f} MB are more than the limit of {limit:.0f} MB")
    try:
        reading = (reader or _own_reader(kb, progress))(data, name)
    except (IngestError, MemoryError):
        raise
    except Exception as error:
        # A fault of ours met by a file that nobody tried: the person gets a line, the log the rest.
        log.exception("reading %s", name)
        fault = f"it could not be read: an unexpected {type(error).__name__} (see the log)"
        raise UnreadableFile(fault) from error
    if not reading.problems:
        raise NoProblems("no problem record was found in it")
    # Whatever a reader says of them: the record is known by these bytes and this name.
    report = reading.report.model_copy(update={"sha256": digest, "file": name})
    return _without_repeats(reading.model_copy(update={"report": report}))


def _own_reader(kb: KnowledgeBase, progress: Progress | None) -> Reader:
    from ingest.child import read_in_child

    return partial(
        read_in_child,
        timeout=kb.settings.read_seconds,
        memory_mb=kb.settings.read_memory_mb,
        progress=progress,
    )


def _without_repeats(reading: Reading) -> Reading:
    """One record a problem: of several the fullest is kept, and a finding says so."""
    kept: dict[str, int] = {}
    problems = list(reading.problems)
    repeats: list[Finding] = []
    for number, problem in enumerate(problems):
        first = kept.setdefault(problem.pbi, number)
        if first == number:
            continue
        if len(problem.evidence) > len(problems[first].evidence):
            problems[first] = problem
        place = problem.evidence.get("pbi")
        repeats.append(
            Finding(
                code="problem-repeated",
                message=f"{problem.pbi} stands in the report more than once; one record is kept",
                pbi=problem.pbi,
                page=place.page if place else None,
            )
        )
    if not repeats:
        return reading
    unique = tuple(problems[number] for number in kept.values())
    return reading.model_copy(
        update={"problems": unique, "findings": (*reading.findings, *repeats)}
    )


def _known(kb: KnowledgeBase, digest: str, name: str) -> IngestResult | None:
    for report in kb.reports():
        if report.sha256 == digest:
            words = f"{name}: the same file is loaded already"
            words += f" as {report.file}" if report.file != name else ""
            return IngestResult(
                status=IngestStatus.DUPLICATE,
                file=name,
                report=report,
                message=f"{words} ({report.state.value}, {report.problems} problems)",
                problems=report.problems,
            )
    return None


def _kept(kb: KnowledgeBase, report_id: str, name: str, reading: Reading) -> IngestResult:
    report = kb.report(report_id)
    draft = report.state is ReportState.DRAFT
    found = (*reading.findings, *(one for p in reading.problems for one in p.findings))
    done = "read, kept as a draft" if draft else "published"
    words = f"{name}: {len(reading.problems)} problems {done}"
    if found:
        words += f", {len(found)} finding{'s' if len(found) > 1 else ''} to look at"
    replaced = [one.file for one in kb.reports() if one.superseded_by == report_id]
    if replaced:
        words += f"; it supersedes {', '.join(replaced)}"
    return IngestResult(
        status=IngestStatus.DRAFT if draft else IngestStatus.PUBLISHED,
        file=name,
        report=report,
        message=words,
        problems=len(reading.problems),
        findings=found,
    )


def _refused(name: str, message: str) -> IngestResult:
    return IngestResult(status=IngestStatus.REFUSED, file=name, message=message)


def _silent(_stage: str, _done: int, _total: int) -> None:
    """Nobody watches."""
