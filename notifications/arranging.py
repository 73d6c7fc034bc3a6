"""Decides of each new notice whether it leaves now or waits for its hour.

An urgent one waits for nothing. What its reader wants gathered waits for nine in the morning of a
working day, what must not come at night for eight: on the reader's own clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from notifications import addresses, catalog, leaving, readers
from notifications.catalog import Kind
from notifications.models import HELD, MAIL, QUEUED, TEXT, Notice
from notifications.models.preference import AT_ONCE, WEEKLY
from notifications.readers import STRANGER, Reader

NINE = dt.time(9)
# By day is from eight to seven in the evening, as for reminders (intake.reminding).
MORNING, EVENING = dt.time(8), dt.time(19)
_DAY = dt.timedelta(days=1)
# A calendar without a working day for so long is a broken one.
_LONGEST_REST = 60


def arrange(rows: Sequence[Notice]) -> None:
    """Set state, hour and rhythm of notices that are not yet written.

    One statement when somebody with an account may want one of them later or by day, else none.
    """
    leaving.decline(rows)
    addresses.refuse(rows)
    open_rows = [(row, catalog.of(row.kind)) for row in rows if _may_be_held(row)]
    if not open_rows:
        return
    known = readers.of({row.recipient_id for row, _kind in open_rows if row.recipient_id})
    now = timezone.now()
    for row, kind in open_rows:
        reader = known.get(row.recipient_id or 0, STRANGER)
        rhythm = wanted(kind, reader) if row.channel == MAIL and row.recipient_id else AT_ONCE
        until = hour(kind, rhythm, now, reader)
        if row.channel == TEXT:
            until = morning(now, reader)  # a phone beside the bed rings
        if until is not None:
            row.state, row.held_until = HELD, until
            row.rhythm = "" if rhythm == AT_ONCE else rhythm


def _may_be_held(row: Notice) -> bool:
    if row.urgent or row.state != QUEUED:
        return False
    kind = catalog.of(row.kind)
    # Without an account there is nobody who could have chosen.
    return kind.by_day or row.channel == TEXT or (kind.may_wait and row.recipient_id is not None)


def wanted(kind: Kind, reader: Reader) -> str:
    """The rhythm in which this reader gets this kind."""
    return reader.rhythm(kind.topic) if kind.may_wait else AT_ONCE


def hour(kind: Kind, rhythm: str, now: dt.datetime, reader: Reader) -> dt.datetime | None:
    """Until when a notice waits; None when it leaves now."""
    if rhythm != AT_ONCE:
        return digest_hour(rhythm, now, reader)
    return morning(now, reader) if kind.by_day else None


def morning(now: dt.datetime, reader: Reader) -> dt.datetime | None:
    """At night, the coming eight o'clock of the reader; None by day.

    On whatever day that is: at noon of the same Saturday the notice would not wait either.
    """
    here = now.astimezone(reader.zone)
    if MORNING <= here.time() < EVENING:
        return None
    day = here.date() if here.time() < MORNING else here.date() + _DAY
    return _at(day, MORNING, reader)


def digest_hour(rhythm: str, now: dt.datetime, reader: Reader) -> dt.datetime:
    """The next nine o'clock of the rhythm, always later than now.

    Daily: of the next working day. Weekly: of Monday, or of the first working day after it.
    """
    first, step = now.astimezone(reader.zone).date(), _DAY
    if rhythm == WEEKLY:
        first, step = first - first.weekday() * _DAY, 7 * _DAY
    for number in range(_LONGEST_REST):
        moment = _at(_working_day(first + number * step, reader), NINE, reader)
        if moment > now:
            return moment
    raise AssertionError("time does not pass")


def _working_day(day: dt.date, reader: Reader) -> dt.date:
    for _turn in range(_LONGEST_REST):
        if reader.works_on(day):
            break
        day += _DAY
    return day


def _at(day: dt.date, time: dt.time, reader: Reader) -> dt.datetime:
    return dt.datetime.combine(day, time, reader.zone)
