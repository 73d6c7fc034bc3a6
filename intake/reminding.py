"""When somebody is reminded of what waits for them, and when more people are told. Pure.

Every date is local to the reader, every day counted is one of the reader's own working days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from intake.clock import CLOSES, OPENS, Calendar

# The first reminder comes the working day before the due day; after it, on the next working day
# and then each time as many working days have passed again.
AGAIN_AFTER = 3
# As many working days after the due day the body's head and the secretariat are told.
ESCALATES_AFTER = 3
# Nobody is reminded outside of these hours, unless goods stand at a border.
MORNING, EVENING = dt.time(8), dt.time(19)

# A supplement is asked for once more half-way, and as many working days before it runs out.
NEAR_THE_END = 2
# As many days before a silent case is closed its company is told what will happen.
BEFORE_CLOSING = 7
# So many days after the end a company is asked how it ended, and for how long it may be asked.
OUTCOME_DAYS = (30, 90)
OUTCOME_FOR = 30
# Goods at the border: nobody took the case up for so long, or so much working time is left.
UNTAKEN_FOR = dt.timedelta(minutes=30)
LITTLE_LEFT = dt.timedelta(hours=2)
# No run of days off is longer.
_LONGEST_REST = dt.timedelta(days=60)


@dataclass(frozen=True)
class Occasion:
    """A reason to say something: the date that it is about, and its rank among its reasons.

    Of the reasons of one date each is told once, and none after a later one.
    """

    base: str
    rank: int
    name: str

    @property
    def key(self) -> str:
        """How the row of a reminder names it."""
        return f"{self.base}:{self.rank}-{self.name}"

    def is_news(self, said: Iterable[str]) -> bool:
        """Whether neither this nor a later reason of the same date was told."""
        return all(self.rank > rank for rank in _ranks(self.base, said))


def _ranks(base: str, said: Iterable[str]) -> Iterable[int]:
    for key in said:
        about, _colon, rest = key.rpartition(":")
        rank = rest.partition("-")[0]
        if about == base and rank.isdecimal():
            yield int(rank)


# --- Days ---------------------------------------------------------------------------------
def awake(moment: dt.datetime, calendar: Calendar) -> bool:
    """Whether somebody may be written to at a moment of their own local time."""
    return calendar.works_on(moment.date()) and MORNING <= moment.time() < EVENING


def late_by(due: dt.date, today: dt.date, calendar: Calendar) -> int:
    """The working days that began since the due day."""
    day, count = due, 0
    while day < today:
        day += dt.timedelta(days=1)
        count += calendar.works_on(day)
    return count


def _worked_by(day: dt.date, calendar: Calendar) -> dt.date:
    """The day itself when it is worked, else the last working day before it."""
    last = day
    while not calendar.works_on(day) and last - day < _LONGEST_REST:
        day -= dt.timedelta(days=1)
    return day


def _before(day: dt.date, count: int, calendar: Calendar) -> dt.date:
    """So many working days before a day."""
    for _round in range(count):
        day = _worked_by(day - dt.timedelta(days=1), calendar)
    return day


# --- Bodies -------------------------------------------------------------------------------
def occasion(*, asked: dt.date, due: dt.date, today: dt.date, calendar: Calendar) -> str:
    """The latest reason to remind that has come by today, as a key; empty when there is none.

    A new due date makes new reasons. Of several that passed unsaid only the last one counts.
    """
    if today <= due:
        # Whoever was asked today need not be reminded today.
        near = max(_before(due, 1, calendar), asked + dt.timedelta(days=1))
        return f"{due}:before" if today >= near else ""
    late = late_by(due, today, calendar)
    return f"{due}:after-{(late - 1) // AGAIN_AFTER}" if late else ""


def escalates(*, due: dt.date, today: dt.date, calendar: Calendar) -> bool:
    """Whether somebody is so late that their head is told."""
    return late_by(due, today, calendar) >= ESCALATES_AFTER


def again_from(reminded: dt.date, calendar: Calendar) -> dt.date:
    """The day from which a person may remind again: the next working day."""
    return calendar.next_working_day(reminded + dt.timedelta(days=1))


# --- Officers -----------------------------------------------------------------------------
def of_case(*, since: dt.date, due: dt.date, today: dt.date, calendar: Calendar) -> Occasion | None:
    """What the officer in charge is told of a date: the working day before it, then when late.

    `since` is the day from which the officer knows of the case: not reminded on that very day.
    """
    if today <= due:
        near = max(_before(due, 1, calendar), since + dt.timedelta(days=1))
        return Occasion(str(due), 0, "before") if today >= near else None
    late = late_by(due, today, calendar)
    again = (late - 1) // AGAIN_AFTER
    return Occasion(str(due), 1 + again, "after") if late else None


def of_untaken(*, since: dt.date, today: dt.date, calendar: Calendar) -> Occasion | None:
    """What the secretariat is told of a case that nobody takes up."""
    waited = late_by(since, today, calendar)
    return Occasion(str(since), (waited - 1) // AGAIN_AFTER, "untaken") if waited else None


def of_head(*, due: dt.date, today: dt.date, calendar: Calendar) -> Occasion | None:
    """What the secretariat's managers are told once of a late case."""
    late = escalates(due=due, today=today, calendar=calendar)
    return Occasion(str(due), 0, "head") if late else None


def time_left(now: dt.datetime, due: dt.datetime, calendar: Calendar) -> dt.timedelta:
    """The office hours between two local moments, the lunch hour included."""
    day, left = now.date(), dt.timedelta()
    while day <= due.date() and day - now.date() < _LONGEST_REST:
        if calendar.works_on(day):
            opens = max(now, dt.datetime.combine(day, OPENS))
            closes = min(due, dt.datetime.combine(day, CLOSES))
            left += max(closes - opens, dt.timedelta())
        day += dt.timedelta(days=1)
    return left


def of_border(
    *, since: dt.datetime, due: dt.datetime, now: dt.datetime, calendar: Calendar
) -> Occasion | None:
    """What is told of goods at the border, at whatever hour: before the end, at it, each morning.

    Local moments, naive; `since` is when the officer came to know of it.
    """
    base = f"{due:%Y-%m-%dT%H:%M}"
    if now < due:
        fresh = now - since < UNTAKEN_FOR
        near = time_left(now, due, calendar) <= LITTLE_LEFT and not fresh
        return Occasion(base, 0, "soon") if near else None
    mornings = late_by(due.date(), now.date(), calendar)
    if mornings and calendar.works_on(now.date()) and now.time() < OPENS:
        mornings -= 1
    return Occasion(base, 1 + mornings, "over")


# --- Companies ----------------------------------------------------------------------------
def of_supplement(
    *, asked: dt.date, due: dt.date, today: dt.date, calendar: Calendar
) -> Occasion | None:
    """What the company is told of a supplement: half-way, and shortly before it runs out."""
    if today > due:
        return None
    first = asked + dt.timedelta(days=1)
    if today >= max(first, _before(due, NEAR_THE_END, calendar)):
        return Occasion(str(due), 1, "near")
    half = late_by(asked, due, calendar) // 2
    passed = late_by(asked, today, calendar)
    return Occasion(str(due), 0, "half") if half and passed >= half and today >= first else None


def of_answer(*, closes: dt.date, today: dt.date, calendar: Calendar) -> Occasion | None:
    """What the company is told before its answered case is closed by itself.

    On a working day, so that a long rest before the end does not swallow it.
    """
    tells = _worked_by(closes - dt.timedelta(days=BEFORE_CLOSING), calendar)
    return Occasion(str(closes), 0, "closing") if tells <= today < closes else None


def of_outcome(*, ended: dt.date, today: dt.date) -> Occasion | None:
    """Whether a company is asked now how it ended: a month long from each of the two days."""
    passed = (today - ended).days
    for rank, after in enumerate(OUTCOME_DAYS):
        if after <= passed < after + OUTCOME_FOR:
            return Occasion(str(ended), rank, str(after))
    return None
