"""What the cells of a page share: the moment, the names, the office calendar, the words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from intake import clock, deadline, triage
from intake.lists import catalog
from intake.models.queue import day_ends

# What a search shows a piece of.
WORDS = ("situation", "problem", "request", "tried")


@dataclass(frozen=True)
class Now:
    """What the cells of a page share: the moment, the names, the office calendar."""

    at: dt.datetime
    ends: dt.datetime
    names: catalog.Catalog
    calendar: clock.Calendar
    words: str = ""
    _waited: dict[tuple[dt.date, dt.date], int] = field(default_factory=dict)

    @classmethod
    def of(cls, words: str = "") -> Now:
        """The present moment."""
        at = timezone.now()
        return cls(at, day_ends(at), catalog.names(), deadline.korea(), words)

    @property
    def today(self) -> dt.date:
        """The day in the office's zone."""
        return timezone.localdate(self.at)

    def working_days(self, start: dt.date, end: dt.date) -> int:
        """Working days between two days; each pair is counted once for the page."""
        key = (start, end)
        if key not in self._waited:
            self._waited[key] = clock.working_days_between(start, end, self.calendar)
        return self._waited[key]

    def lane(self, row: Any) -> int:
        """The lane of a row at this very moment, whatever is stored."""
        return triage.lane(
            state=row.state,
            at_border=row.at_border,
            due_at=row.due_at,
            attention=row.attention,
            now=self.at,
            day_ends=self.ends,
        )
