"""Stretches and lengths of time, and the "now" that they are told from."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from ingest.quarters import quarter_end, quarter_of, quarter_start, shifted


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, both ends included; without a year until `settled`.

    `month` and `day` stand for a date or a month whose year is still to be found; `moves` says
    that the year can be chosen.
    """

    first: date | None
    last: date | None
    open_year: bool = False
    kind: str = "range"

    def settled(self, *, reference: date, future: bool) -> Period:
        """With the year nearest the reference: the next one ahead, or the last one gone by."""
        if not self.open_year or self.first is None or self.last is None:
            return self
        span = self.last - self.first
        best: date | None = None
        for year in range(reference.year - 2, reference.year + 3):
            start = _moved(self.first, year)
            if future and start + span >= reference:
                best = start
                break
            if not future and start <= reference:
                best = start
        start = best or _moved(self.first, reference.year)
        # February ends on another day in another year.
        end = start + span
        if self.kind == "month":
            end = date(start.year, start.month, monthrange(start.year, start.month)[1])
        return replace(self, first=start, last=end, open_year=False)


def _moved(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as it was put: exact in days, or in calendar months and years."""

    days: int = 0
    months: int = 0
    minutes: int = 0

    def before(self, day: date) -> date:
        """The day that lies this long before another."""
        return day - relativedelta(days=self.days, months=self.months)

    def after(self, day: date) -> date:
        """The day that lies this long after another."""
        return day + relativedelta(days=self.days, months=self.months)

    def in_days(self, reference: date) -> int:
        """How many days it is, counted back from the reference."""
        return (reference - self.before(reference)).days


@dataclass(frozen=True, slots=True)
class Mention:
    """A value with the half-open span that it was read from."""

    label: str
    value: object
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clock:
    """What "now" is: the quarters that are loaded, and the status date of the latest report."""

    as_at: date
    quarters: tuple[str, ...] = ()
    preferred_year: int | None = None
    dates: tuple[tuple[str, date], ...] = ()

    @property
    def latest(self) -> str | None:
        """The latest quarter loaded."""
        return max(self.quarters, default=None)

    def before(self, quarter: str | None, by: int = 1) -> str | None:
        """The quarter loaded `by` steps before; by the calendar where none is."""
        if quarter is None:
            return None
        earlier = sorted(q for q in self.quarters if q < quarter)
        return earlier[-by] if len(earlier) >= by else shifted(quarter, -by)

    def report_at(self, day: date) -> str | None:
        """The quarter whose report spoke on a day: the last one with its date not after it."""
        told = [(at, quarter) for quarter, at in self.dates if at <= day]
        if told:
            return max(told)[1]
        return quarter_of(day) if self.dates else None

    def numbered(self, number: int) -> str:
        """The quarter meant by "Q3" alone: of the year talked of, else the latest one loaded."""
        if self.preferred_year is not None:
            wanted = f"{self.preferred_year}-Q{number}"
            if wanted in self.quarters:
                return wanted
        held = [quarter for quarter in self.quarters if quarter.endswith(f"Q{number}")]
        if held:
            return max(held)
        year = self.preferred_year or (int(self.latest[:4]) if self.latest else self.as_at.year)
        return f"{year}-Q{number}"


def quarter_period(quarter: str) -> Period:
    """The days of a quarter."""
    return Period(quarter_start(quarter), quarter_end(quarter), kind="quarter")
