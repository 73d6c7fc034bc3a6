"""The periods that figures are counted for, and what each is compared with; pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

LAST_DAYS = 90
LAST = "90d"
# A running period is compared with as many days of the one before, under a code of its own.
WAS = ":was"
_QUARTER = re.compile(r"\A(\d{4})-Q([1-4])\Z")
_YEAR = re.compile(r"\A(\d{4})\Z")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from `start` to before `end`."""

    code: str
    start: dt.date
    end: dt.date

    def holds(self, day: dt.date) -> bool:
        """Whether a day belongs to it."""
        return self.start <= day < self.end

    def running(self, today: dt.date) -> bool:
        """Whether it has not ended yet."""
        return self.end > today

    @property
    def last_day(self) -> dt.date:
        """The last day of it."""
        return self.end - _DAY


def quarter(day: dt.date) -> Period:
    """The quarter of a day."""
    number = (day.month - 1) // 3
    start = dt.date(day.year, number * 3 + 1, 1)
    end = dt.date(day.year + number // 3, (number * 3 + 3) % 12 + 1, 1)
    return Period(f"{day.year}-Q{number + 1}", start, end)


def year(day: dt.date) -> Period:
    """The year of a day."""
    return Period(f"{day.year}", dt.date(day.year, 1, 1), dt.date(day.year + 1, 1, 1))


def last_days(today: dt.date, days: int = LAST_DAYS) -> Period:
    """The last days up to and with today."""
    return Period(LAST, today - dt.timedelta(days=days - 1), today + _DAY)


def read(code: str, today: dt.date) -> Period | None:
    """The period of a code; None for a code that is none."""
    if code == LAST:
        return last_days(today)
    if found := _QUARTER.match(code):
        year_no, number = int(found[1]), int(found[2])
        return quarter(dt.date(year_no, number * 3, 1)) if dt.MINYEAR < year_no < 9000 else None
    if found := _YEAR.match(code):
        year_no = int(found[1])
        return year(dt.date(year_no, 1, 1)) if dt.MINYEAR < year_no < 9000 else None
    return None


def before(period: Period, today: dt.date) -> Period:
    """What a period is compared with.

    An ended quarter or year with the whole one before it; a running one with as many days of
    the one before; the last ninety days with the ninety before them.
    """
    if period.code == LAST:
        return Period(LAST + WAS, period.start - (period.end - period.start), period.start)
    earlier = period.start - _DAY
    whole = quarter(earlier) if "Q" in period.code else year(earlier)
    if not period.running(today):
        return whole
    end = min(whole.start + (today + _DAY - period.start), whole.end)
    return Period(period.code + WAS, whole.start, end)


def to_choose(first: dt.date, today: dt.date) -> list[Period]:
    """Every period that somebody may ask for, the nearest first, back to a first day."""
    quarters, years = [quarter(today)], [year(today)]
    while quarters[-1].start > first:
        quarters.append(quarter(quarters[-1].start - _DAY))
    while years[-1].start > first:
        years.append(year(years[-1].start - _DAY))
    return [quarters[0], last_days(today), years[0], *quarters[1:], *years[1:]]


def to_count(first: dt.date, today: dt.date) -> list[Period]:
    """Those, and what the running ones are compared with."""
    chosen = to_choose(first, today)
    return [*chosen, *(before(p, today) for p in chosen if p.running(today))]
