"""When a body is reminded of what it owes, and when its head is told. Pure.

Every date is local to the body, every day counted is one of its own working days.
"""

from __future__ import annotations

import datetime as dt

from intake.clock import Calendar

# The first reminder comes the working day before the due day; after it, on the next working day
# and then each time as many working days have passed again.
AGAIN_AFTER = 3
# As many working days after the due day the body's head and the secretariat are told.
ESCALATES_AFTER = 3
# Nobody is reminded outside of these hours.
MORNING, EVENING = dt.time(8), dt.time(19)


def awake(moment: dt.datetime, calendar: Calendar) -> bool:
    """Whether a body may be written to at a moment of its own local time."""
    return calendar.works_on(moment.date()) and MORNING <= moment.time() < EVENING


def late_by(due: dt.date, today: dt.date, calendar: Calendar) -> int:
    """The working days that began since the due day."""
    day, count = due, 0
    while day < today:
        day += dt.timedelta(days=1)
        count += calendar.works_on(day)
    return count


def _day_before(due: dt.date, calendar: Calendar) -> dt.date:
    day = due - dt.timedelta(days=1)
    while not calendar.works_on(day) and due - day < dt.timedelta(days=60):
        day -= dt.timedelta(days=1)
    return day


def occasion(*, asked: dt.date, due: dt.date, today: dt.date, calendar: Calendar) -> str:
    """The latest reason to remind that has come by today, as a key; empty when there is none.

    A new due date makes new reasons. Of several that passed unsaid only the last one counts.
    """
    if today <= due:
        # Whoever was asked today need not be reminded today.
        near = max(_day_before(due, calendar), asked + dt.timedelta(days=1))
        return f"{due}:before" if today >= near else ""
    late = late_by(due, today, calendar)
    return f"{due}:after-{(late - 1) // AGAIN_AFTER}" if late else ""


def escalates(*, due: dt.date, today: dt.date, calendar: Calendar) -> bool:
    """Whether a body is so late that its head is told."""
    return late_by(due, today, calendar) >= ESCALATES_AFTER


def again_from(reminded: dt.date, calendar: Calendar) -> dt.date:
    """The day from which a person may remind again: the next working day."""
    return calendar.next_working_day(reminded + dt.timedelta(days=1))
