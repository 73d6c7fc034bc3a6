"""Office hours between two moments, by the same calendar as the clock; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from intake.clock import CLOSES, LUNCH_ENDS, LUNCH_STARTS, OPENS, Calendar, Pause

_DAY = dt.timedelta(days=1)


def _seconds(time: dt.time) -> int:
    return time.hour * 3600 + time.minute * 60 + time.second


_OPENS, _LUNCH, _AFTER, _CLOSES = map(_seconds, (OPENS, LUNCH_STARTS, LUNCH_ENDS, CLOSES))
_MORNING = _LUNCH - _OPENS
FULL_DAY = _MORNING + _CLOSES - _AFTER


def _worked_until(time: dt.time) -> int:
    """Seconds of a working day that have passed at a time of that day; lunch is none."""
    now = _seconds(time)
    morning = min(max(now - _OPENS, 0), _MORNING)
    return morning + min(max(now - _AFTER, 0), _CLOSES - _AFTER)


class WorkingTime:
    """Working hours between moments of one office, over a table of its working days.

    The table is made once for a span of days; each question is then two look-ups. Moments are
    naive and local to the office, as the clock wants them. ValueError outside the span.
    """

    def __init__(self, calendar: Calendar, first: dt.date, last: dt.date) -> None:
        """Count the working days from `first` to `last`, both included."""
        self._first = first.toordinal()
        self._before = [0]
        day = first
        while day <= last:
            self._before.append(self._before[-1] + calendar.works_on(day))
            day += _DAY

    def _since_first(self, moment: dt.datetime) -> int:
        """Seconds worked from the beginning of the table to a moment."""
        place = moment.toordinal() - self._first
        if not 0 <= place < len(self._before) - 1:
            raise ValueError(f"{moment} is outside the table of working days")
        full = self._before[place]
        works = self._before[place + 1] > full
        return full * FULL_DAY + (_worked_until(moment.time()) if works else 0)

    def hours(self, start: dt.datetime, end: dt.datetime, pauses: Sequence[Pause] = ()) -> float:
        """Working hours from start to end; nought when end is earlier.

        Days of a pause are left out whole, both ends included, as the clock leaves them out.
        """
        if end <= start:
            return 0.0
        seconds = self._since_first(end) - self._since_first(start)
        for pause in pauses:
            since = max(start, dt.datetime.combine(pause.since, dt.time()))
            until = end
            if pause.until is not None:
                until = min(end, dt.datetime.combine(pause.until, dt.time()) + _DAY)
            if since < until:
                seconds -= self._since_first(until) - self._since_first(since)
        return seconds / 3600
