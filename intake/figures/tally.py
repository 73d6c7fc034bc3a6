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
# The key of all cases together; it comes first among the keys of a case.
WHOLE: Key = (ALL, "")


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


Rows = dict[Key, Tally]


class Tallies:
    """Every counter of every period, found by day without looking at each period."""

    def __init__(self, periods: Sequence[Period], today: dt.date) -> None:
        """For these periods; what runs on today is counted as it stands now."""
        self._periods = periods
        self._rows: dict[str, Rows] = {period.code: defaultdict(Tally) for period in periods}
        # The evening by which a period asks what is still waiting.
        self._ends = [
            (min(period.last_day, today).toordinal(), period.code.endswith(WAS), rows)
            for period, rows in zip(periods, self._rows.values(), strict=True)
        ]
        self._of_day: dict[int, tuple[list[Rows], list[Rows]]] = {}

    def items(self) -> Iterable[tuple[tuple[str, str, str], Tally]]:
        """Every counter under its period, dimension and value."""
        for code, rows in self._rows.items():
            for (dimension, value), tally in rows.items():
                yield (code, dimension, value), tally

    def at(self, day: int, keys: Sequence[Key]) -> Iterable[Tally]:
        """The counters of what happened on a day; periods to compare with know no divisions."""
        divided, compared = self._of(day)
        for rows in divided:
            for key in keys:
                yield rows[key]
        if keys[0] == WHOLE:
            for rows in compared:
                yield rows[WHOLE]

    def _of(self, day: int) -> tuple[list[Rows], list[Rows]]:
        known = self._of_day.get(day)
        if known is None:
            date = dt.date.fromordinal(day)
            codes = [period.code for period in self._periods if period.holds(date)]
            divided = [self._rows[code] for code in codes if not code.endswith(WAS)]
            compared = [self._rows[code] for code in codes if code.endswith(WAS)]
            known = self._of_day[day] = (divided, compared)
        return known

    def standing(self, stretches: Iterable[Stretch], keys: Sequence[Key]) -> Iterable[Tally]:
        """The counters of the periods at whose end one of these stretches goes on."""
        for since, until in stretches:
            for evening, compared, rows in self._ends:
                if since <= evening and (until is None or evening < until):
                    if not compared:
                        for key in keys:
                            yield rows[key]
                    elif keys[0] == WHOLE:
                        yield rows[WHOLE]

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
