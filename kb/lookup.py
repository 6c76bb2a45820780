"""Reports and problems looked up: lists, counts, histories and changes, and pages as pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal

from ingest.records import Box, Reading
from kb import audit
from kb.core import EVERYTHING, Core
from kb.filters import Filters
from kb.notices import noticed
from kb.query import GroupBy, OrderBy
from kb.records import Event, ReportRecord, ReportState, Snapshot
from kb.rights import guarded_class

if TYPE_CHECKING:
    from kb.results import Catalogue


@guarded_class
class Lookup(Core):
    """What reports say, as records."""

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
        audit.record(self._itself, audit.Action.VIEWED, report=record.id, detail=f"page {page}")
        return image

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
        return self.store.facets(filters, only=self._changed(filters))

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

    def written(self, kind: Literal["party", "status"], name: str) -> str | None:
        """A name as a report writes it, whatever its case; None where no report has it.

        It asks for that name alone, where the catalogue gathers all.
        """
        from kb.catalogue import written

        with self.store.sight() as (connection, sight):
            return written(connection, sight, kind, name)

    def _published(self) -> list[ReportRecord]:
        return self.reports(states=(ReportState.PUBLISHED,))

    def _changed(self, filters: Filters) -> Collection[str] | None:
        """The PBIs that `changed_from` and `changed_to` leave; None where neither is given."""
        if filters.changed_from is None and filters.changed_to is None:
            return None
        from kb.comparing import changed

        return changed(self.store, filters)
