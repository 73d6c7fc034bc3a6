"""The counters that one pass over the cases fills: per period, dimension and value; pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intake.figures.lives import Life, Stretch
from intake.figures.percentiles import Histogram, add
from intake.figures.periods import WAS, Period

# The dimensions. A value of "" is the one without a name: nobody, no organisation, not known.
ALL, CATEGORY, COUNTRY, FILER, BODY = "all", "category", "country", "organisation", "body"
OFFICER, CHANNEL, POLICY = "officer", "channel", "policy"
OUTCOME, TRANSFER = "outcome", "transfer"
CHOICES = (CATEGORY, COUNTRY, FILER, BODY, OFFICER, CHANNEL, POLICY)
Key = tuple[str, str]


@dataclass
class Tally:
    """What is counted for one value in one period."""

    received: int = 0
    answered: int = 0
    told: int = 0
    solved: int = 0
    declined: int = 0
    waiting: int = 0
    overdue: int = 0
    first: Histogram = field(default_factory=dict)
    answer: Histogram = field(default_factory=dict)


class Tallies:
    """Every counter of every period, found by day without looking at each period."""

    def __init__(self, periods: Sequence[Period], today: dt.date) -> None:
        """For these periods; what runs on today is counted as it stands now."""
        self._periods = periods
        self._today = today.toordinal()
        # The evening by which a period asks what is still waiting.
        self._ends = [(period.code, min(period.last_day, today).toordinal()) for period in periods]
        self._of_day: dict[int, tuple[str, ...]] = {}
        self.rows: dict[tuple[str, str, str], Tally] = defaultdict(Tally)

    def _codes(self, day: int) -> tuple[str, ...]:
        known = self._of_day.get(day)
        if known is None:
            date = dt.date.fromordinal(day)
            known = tuple(period.code for period in self._periods if period.holds(date))
            self._of_day[day] = known
        return known

    def at(self, day: int, keys: Iterable[Key]) -> Iterable[Tally]:
        """The counters of what happened on a day."""
        for code in self._codes(day):
            for dimension, value in keys:
                if dimension == ALL or not code.endswith(WAS):
                    yield self.rows[code, dimension, value]

    def standing(self, stretches: Iterable[Stretch], keys: Sequence[Key]) -> Iterable[Tally]:
        """The counters of the periods at whose end one of these stretches goes on."""
        for since, until in stretches:
            for code, evening in self._ends:
                if since <= evening and (until is None or evening < until):
                    for dimension, value in keys:
                        if dimension == ALL or not code.endswith(WAS):
                            yield self.rows[code, dimension, value]

    def count(
        self,
        life: Life,
        keys: Sequence[Key],
        *,
        outcome: str,
        first: float | None,
        answer: float | None,
    ) -> None:
        """Count one case; times in working hours where it has them."""
        for tally in self.at(life.received_at.toordinal(), keys):
            tally.received += 1
        if life.first_response_at is not None and first is not None:
            for tally in self.at(life.first_response_at.toordinal(), keys):
                add(tally.first, first)
        if life.first_answer_at is not None and answer is not None:
            for tally in self.at(life.first_answer_at.toordinal(), [*keys, (OUTCOME, outcome)]):
                tally.answered += 1
                tally.told += bool(outcome)
                tally.solved += outcome == "solved"
                add(tally.answer, answer)
        for tally in self.standing(life.waiting, keys):
            tally.waiting += 1
        for tally in self.standing(life.overdue, keys):
            tally.overdue += 1


class Days:
    """The backlog by day, kept as differences so that a long wait costs as little as a short."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.received: dict[int, int] = defaultdict(int)
        self.answered: dict[int, int] = defaultdict(int)
        self.ended: dict[int, int] = defaultdict(int)
        self._open: dict[int, int] = defaultdict(int)
        self._waiting: dict[int, int] = defaultdict(int)
        self._overdue: dict[int, int] = defaultdict(int)

    def count(self, life: Life) -> None:
        """Count one case."""
        self.received[life.received_at.toordinal()] += 1
        if life.first_answer_at is not None:
            self.answered[life.first_answer_at.toordinal()] += 1
        for day in life.ended_on:
            self.ended[day] += 1
        for steps, stretches in (
            (self._open, life.open),
            (self._waiting, life.waiting),
            (self._overdue, life.overdue),
        ):
            for since, until in stretches:
                steps[since] += 1
                if until is not None:
                    steps[until] -= 1

    def until(self, today: dt.date) -> Iterable[tuple[dt.date, dict[str, int]]]:
        """Each day from the first receipt to today with its figures."""
        if not self.received:
            return
        standing = {"open": 0, "waiting": 0, "overdue": 0}
        for day in range(min(self.received), today.toordinal() + 1):
            standing["open"] += self._open.get(day, 0)
            standing["waiting"] += self._waiting.get(day, 0)
            standing["overdue"] += self._overdue.get(day, 0)
            yield (
                dt.date.fromordinal(day),
                {
                    "received": self.received.get(day, 0),
                    "answered": self.answered.get(day, 0),
                    "ended": self.ended.get(day, 0),
                    **standing,
                },
            )
