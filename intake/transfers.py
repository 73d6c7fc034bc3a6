"""Who gave a question back, and who got it next: the matrix of transfers, body × body, a quarter.

A decline belongs to the quarter in which it was made. What came of it is who was asked next about
the same case, whether or not it was the body that the decliner had named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from intake import workflow
from intake.models import Referral

# Nobody was asked after the decline: the secretariat took it from there.
NOBODY = ""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year: 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: dt.datetime) -> Quarter:
        """The quarter that a moment falls into, in Seoul."""
        day = timezone.localdate(moment)
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """A quarter written as 2026-Q4; raises ValueError for anything else."""
        year, _dash, number = text.partition("-Q")
        found = cls(int(year), int(number))
        if not (1 <= found.number <= 4 and 1900 < found.year < 9999):
            raise ValueError(text)
        return found

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def start(self) -> dt.datetime:
        """Its first moment."""
        first = dt.date(self.year, self.number * 3 - 2, 1)
        return timezone.make_aware(dt.datetime.combine(first, dt.time()))

    @property
    def end(self) -> dt.datetime:
        """The first moment after it."""
        return self.next.start

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


@dataclass(frozen=True)
class Decline:
    """One question given back. Bodies are codes; `suggested` is empty where none was named."""

    case: int
    body: str
    at: dt.datetime
    suggested: str = NOBODY


@dataclass(frozen=True)
class Asked:
    """One question asked."""

    case: int
    body: str
    at: dt.datetime
    designated: bool = False


@dataclass(frozen=True)
class Row:
    """How often one body's declines led to another body.

    `asked` is NOBODY where nobody was asked afterwards. `as_suggested` counts the declines in
    which the decliner had named that very body, `designated` those after which it could not
    decline any more.
    """

    declined: str
    asked: str
    count: int
    as_suggested: int
    designated: int


def tabulate(declines: Iterable[Decline], asked: Iterable[Asked]) -> list[Row]:
    """The matrix as rows, the most frequent first. Pure.

    Several bodies asked at one moment each count: the sum of a body's rows can be more than its
    declines.
    """
    by_case: dict[int, list[Asked]] = {}
    for one in sorted(asked, key=lambda one: one.at):
        by_case.setdefault(one.case, []).append(one)
    cells: dict[tuple[str, str], list[int]] = {}
    for decline in declines:
        for after in _next(decline, by_case.get(decline.case, [])):
            cell = cells.setdefault((decline.body, after.body), [0, 0, 0])
            cell[0] += 1
            cell[1] += decline.suggested == after.body != NOBODY
            cell[2] += after.designated
    rows = [Row(*bodies, *counts) for bodies, counts in cells.items()]
    return sorted(rows, key=lambda row: (-row.count, row.declined, row.asked))


def _next(decline: Decline, asked: Sequence[Asked]) -> list[Asked]:
    """Who was asked in the first step after a decline: one step has one moment."""
    later = [one for one in asked if one.at >= decline.at]
    together = [one for one in later if one.at == later[0].at]
    return together or [Asked(decline.case, NOBODY, decline.at)]


def matrix(quarter: Quarter) -> list[Row]:
    """The matrix of a quarter, in two queries."""
    declined = Referral.objects.filter(
        state=workflow.DECLINED, ended_at__gte=quarter.start, ended_at__lt=quarter.end
    )
    declines = [
        Decline(case, body, at, suggested or NOBODY)
        for case, body, at, suggested in declined.values_list(
            "case_id", "organisation__code", "ended_at", "suggested__code"
        )
        if at is not None
    ]
    asked = Referral.objects.filter(
        Q(asked_at__gte=quarter.start), case__in=declined.values("case")
    ).values_list("case_id", "organisation__code", "asked_at", "designated")
    return tabulate(declines, [Asked(*one) for one in asked])


def sums(rows: Iterable[Row]) -> tuple[dict[str, int], dict[str, int]]:
    """How often each body gave on, and how often each was given to."""
    given: dict[str, int] = {}
    got: dict[str, int] = {}
    for row in rows:
        given[row.declined] = given.get(row.declined, 0) + row.count
        got[row.asked] = got.get(row.asked, 0) + row.count
    return given, got
