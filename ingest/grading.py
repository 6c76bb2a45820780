"""What was read off a picture is one grade less sure than what was printed as text."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.document import Document
from ingest.records import Evidence, Grade, ProblemReading

LOWER = {Grade.GOOD: Grade.FAIR, Grade.FAIR: Grade.POOR, Grade.POOR: Grade.POOR}
WHY = "read from a picture of the page by OCR"


def lowered_for_ocr(readings: Sequence[ProblemReading], document: Document) -> list[ProblemReading]:
    """The readings, with every value that stands on a scanned page one grade lower and why."""
    scanned = {page.number for page in document.pages if page.scanned}
    if not scanned:
        return list(readings)
    return [
        ProblemReading.model_validate(
            {
                **dict(item),
                "evidence": {
                    field: _lowered(place) if place.page in scanned else place
                    for field, place in item.evidence.items()
                },
            }
        )
        for item in readings
    ]


def _lowered(place: Evidence) -> Evidence:
    why = f"{place.why}; {WHY}" if place.why else WHY
    return Evidence.model_validate({**dict(place), "grade": LOWER[place.grade], "why": why})
