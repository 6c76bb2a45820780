"""Reports on their way in and out: uploaded, reviewed, published, replaced, removed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kb.core import Progress, Reader
from kb.errors import EncoderUnavailable, IndexUnavailable
from kb.notices import noticed
from kb.people import signature
from kb.records import ReportRecord
from kb.rights import guarded_class
from kb.texts import Texts

if TYPE_CHECKING:
    from kb.cluster import Readers
    from kb.results import Correction, IngestResult
    from kb.writing import Writer

log = logging.getLogger(__name__)


@guarded_class
class Keeping(Texts):
    """What staff do with reports."""

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
                self._itself,
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

        yield from many_taken_in(
            self._itself, paths, draft=draft, progress_of=progress_of, readers=readers
        )

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

        record, who = self.report(report_id), signature(self._itself, who)
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
        set_report(self.database, record.id, fields, who=signature(self._itself, who), note=note)
        return self.report(record.id)

    def corrections(self, report_id: str) -> list[Correction]:
        """What was put right in a report, oldest first."""
        return self.store.corrections(self.report(report_id).id)

    def _writer(self) -> Writer:
        from kb.writing import Writer

        return Writer(self.database)
