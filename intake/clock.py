"""The clock of a case: Korean petition counting, pure, without a database.

Source: 민원 처리에 관한 법률 19조 (counting), 같은 법 시행령 20조 and 행정절차법 시행령 11조
(what is not counted), 21조 (extension). Times are naive and local to the calendar's place
(Seoul for the secretariat): the law counts office days and office hours, not seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

DAYS = "days"
HOURS = "hours"
WORKING_HOURS_PER_DAY = 8

OPENS = dt.time(9)
LUNCH_STARTS = dt.time(12)
LUNCH_ENDS = dt.time(13)
CLOSES = dt.time(18)

# A search for a due date that runs longer than this has a calendar without working days.
_HORIZON = dt.timedelta(days=3660)


class CalendarError(ValueError):
    """The calendar has no working day within ten years."""


@dataclass(frozen=True)
class Calendar:
    """Which days an office works: weekend days (Monday is 0) and a holiday test."""

    is_holiday: Callable[[dt.date], bool] = field(default=lambda _day: False)
    weekend: frozenset[int] = frozenset({5, 6})

    def works_on(self, day: dt.date) -> bool:
        """Whether the office is open on a day."""
        return day.weekday() not in self.weekend and not self.is_holiday(day)

    def next_working_day(self, day: dt.date) -> dt.date:
        """The day itself when the office is open, else the next day on which it is."""
        start = day
        while not self.works_on(day):
            day += dt.timedelta(days=1)
            if day - start > _HORIZON:
                raise CalendarError(f"no working day after {start}")
        return day


@dataclass(frozen=True)
class Policy:
    """How long a kind of case may take.

    length and extension are in the policy's unit (working days, or working hours for what is
    due within five days); `lunch_counts` says whether 12:00–13:00 is working time, which the
    law leaves open.
    """

    length: int
    unit: str = DAYS
    extension: int = 0
    lunch_counts: bool = False

    @property
    def runs_in_hours(self) -> bool:
        """Five days and less run in hours from the moment of receipt (Act 19)."""
        return self.unit == HOURS or self.length <= 5

    @property
    def hours(self) -> int:
        """The length in working hours."""
        return self.length if self.unit == HOURS else self.length * WORKING_HOURS_PER_DAY


@dataclass(frozen=True)
class Pause:
    """Days that are not counted, both ends included; an open pause has no end yet."""

    since: dt.date
    until: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """Whether a day falls into the pause."""
        return self.since <= day and (self.until is None or day <= self.until)


RECEIVED = "received"
STARTED_AGAIN = "started_again"  # disputed or reopened: a new period begins
SUPPLEMENT_SENT = "supplement_sent"
SUPPLEMENT_ARRIVED = "supplement_arrived"
EXTENDED = "extended"
# In which order events of one and the same moment are taken.
_ORDER = (RECEIVED, STARTED_AGAIN, SUPPLEMENT_SENT, SUPPLEMENT_ARRIVED, EXTENDED)


@dataclass(frozen=True)
class Event:
    """Something that moves the clock. `units` is the length of an extension."""

    kind: str
    at: dt.datetime
    units: int = 0


@dataclass(frozen=True)
class Deadline:
    """When a case is due; `due` is None while the clock stands still."""

    due: dt.datetime | None
    paused_since: dt.date | None
    extended_by: int

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return self.paused_since is not None


def _counts(day: dt.date, calendar: Calendar, pauses: Sequence[Pause]) -> bool:
    return calendar.works_on(day) and not any(pause.covers(day) for pause in pauses)


def due_date(
    received: dt.date, days: int, calendar: Calendar, pauses: Sequence[Pause] = ()
) -> dt.date:
    """The last day of a period in days: the first day counts, holidays and weekends do not."""
    if days < 1:
        raise ValueError("a period in days has at least one day")
    day, counted = received, 0
    while True:
        if _counts(day, calendar, pauses):
            counted += 1
            if counted == days:
                return day
        day += dt.timedelta(days=1)
        if day - received > _HORIZON:
            raise CalendarError(f"no due date within ten years of {received}")


def _spans(day: dt.date, lunch_counts: bool) -> list[tuple[dt.datetime, dt.datetime]]:
    at = dt.datetime.combine
    if lunch_counts:
        return [(at(day, OPENS), at(day, CLOSES))]
    return [(at(day, OPENS), at(day, LUNCH_STARTS)), (at(day, LUNCH_ENDS), at(day, CLOSES))]


def due_moment(
    received: dt.datetime,
    hours: int,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    *,
    lunch_counts: bool = False,
) -> dt.datetime:
    """The moment at which a period in working hours ends, counted from the moment of receipt."""
    if hours < 1:
        raise ValueError("a period in hours has at least one hour")
    left = dt.timedelta(hours=hours)
    day = received.date()
    while True:
        if _counts(day, calendar, pauses):
            for opens, closes in _spans(day, lunch_counts):
                start = max(opens, received)
                if start >= closes:
                    continue
                if left <= closes - start:
                    return start + left
                left -= closes - start
        day += dt.timedelta(days=1)
        if day - received.date() > _HORIZON:
            raise CalendarError(f"no due moment within ten years of {received}")


def in_order(events: Iterable[Event]) -> list[Event]:
    """The events as they happened, in whatever order they are handed over."""
    return sorted(events, key=lambda event: (event.at, _ORDER.index(event.kind)))


def pauses_of(events: Iterable[Event]) -> list[Pause]:
    """The supplement pauses that a history holds: from the day sent to the day arrived."""
    pauses: list[Pause] = []
    since: dt.date | None = None
    for event in in_order(events):
        if event.kind == SUPPLEMENT_SENT and since is None:
            since = event.at.date()
        elif event.kind == SUPPLEMENT_ARRIVED and since is not None:
            pauses.append(Pause(since, event.at.date()))
            since = None
    if since is not None:
        pauses.append(Pause(since))
    return pauses


def deadline(policy: Policy, events: Iterable[Event], calendar: Calendar) -> Deadline:
    """The deadline that a case's history gives: always recomputed, never edited.

    A period in days ends with the office day (18:00); one in hours at the very minute. A receipt
    or a new start begins a period and forgets what was before. An extension adds at most the
    original length (Decree 21). Raises ValueError when the history has no receipt.
    """
    history = in_order(events)
    starts = [i for i, event in enumerate(history) if event.kind in (RECEIVED, STARTED_AGAIN)]
    if not starts:
        raise ValueError("a case without a receipt has no deadline")
    history = history[starts[-1] :]
    received = history[0].at
    extended = sum(min(e.units, policy.length) for e in history if e.kind == EXTENDED)
    pauses = pauses_of(history)
    standing = next((pause.since for pause in pauses if pause.until is None), None)
    if standing is not None:
        return Deadline(None, standing, extended)
    if policy.runs_in_hours:
        per_unit = 1 if policy.unit == HOURS else WORKING_HOURS_PER_DAY
        due = due_moment(
            received,
            policy.hours + extended * per_unit,
            calendar,
            pauses,
            lunch_counts=policy.lunch_counts,
        )
    else:
        last = due_date(received.date(), policy.length + extended, calendar, pauses)
        due = dt.datetime.combine(last, CLOSES)
    return Deadline(due, None, extended)


def working_days_between(start: dt.date, end: dt.date, calendar: Calendar) -> int:
    """Working days from start to end, the start not counted; negative when end is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    day, count = start, 0
    while day < end:
        day += dt.timedelta(days=1)
        count += calendar.works_on(day)
    return count
