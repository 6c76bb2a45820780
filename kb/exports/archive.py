"""Office files are zip archives: written again without the time of day, for steady bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

_EPOCH = (1980, 1, 1, 0, 0, 0)


def steady(data: bytes) -> bytes:
    """The same archive, entries in the same order, each dated at the start of 1980."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, date_time=_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(entry))
    return out.getvalue()


def file_date(day: date | None) -> datetime:
    """The moment to put into a file's properties: midnight of the day that it speaks of."""
    day = day or date(2000, 1, 1)
    return datetime(day.year, day.month, day.day)
