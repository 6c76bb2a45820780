"""What users met, from all the impact evidence of one problem put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ingest.records import Frozen, ImpactEvidence
from kb.words import minutes, period_words

# Words that make "100 per cent" a total loss: "100% of orders were delivered" is none.
_LOSS = re.compile(
    r"\b(fail\w*|los[st]\w*|outage|unavailab\w*|down|stopped|unable|could not|"
    r"no [\w ]{0,30}?traffic|not be able|interrupt\w*|reject\w*|absent)\b",
    re.IGNORECASE,
)


class Outage(Frozen):
    """The exact part of what the narrative tells.

    Attributes:
        start, end: ISO, as far as the words go. minutes: how long.
        percent: the highest share named. total: that share is all of it, and it was lost.
        scopes: whom or what it touched, in the words of the report.
    """

    start: str | None = None
    end: str | None = None
    minutes: float | None = None
    percent: float | None = None
    total: bool = False
    scopes: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()

    def words(self) -> str:
        """ "total outage, 69 minutes, 13:52 to 15:01 on 23 March 2021"; "" if nothing is exact."""
        share = (
            "total outage" if self.total else f"{self.percent:g} per cent" if self.percent else ""
        )
        long = minutes(self.minutes) if self.minutes is not None else ""
        return ", ".join(part for part in (share, long, period_words(self.start, self.end)) if part)


def outage(evidence: Sequence[ImpactEvidence]) -> Outage | None:
    """The pieces of evidence of one problem as one; None where there are none.

    Start and end may stand in different sentences. Where several sentences give a duration the
    longest counts.
    """
    if not evidence:
        return None
    starts = [one.start for one in evidence if one.start]
    ends = [one.end for one in evidence if one.end]
    spans = [one.minutes for one in evidence if one.minutes is not None]
    shares = [share for one in evidence for share in one.percent]
    start, end = (starts[0] if starts else None), (ends[-1] if ends else None)
    return Outage(
        start=start,
        end=end,
        minutes=max(spans) if spans else _between(start, end),
        percent=max(shares, default=None),
        total=any(100 in one.percent and _LOSS.search(one.quote) for one in evidence),
        scopes=tuple(dict.fromkeys(one.scope for one in evidence if one.scope)),
        processes=tuple(dict.fromkeys(name for one in evidence for name in one.processes)),
    )


def _between(start: str | None, end: str | None) -> float | None:
    """Minutes from start to end where both give a time; an end without a day is the start's."""
    if not start or not end or "T" not in start:
        return None
    if "T" not in end:
        end = f"{start.partition('T')[0]}T{end}" if ":" in end else end
    try:
        span = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 60
    except ValueError:
        return None
    return span if "T" in end and span > 0 else None
