"""The figures of one period, read from the counted rows alone and put into words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext

from accounts.models import Organisation, User
from intake.figures import periods, tally
from intake.figures.counting import RUN
from intake.figures.periods import Period
from intake.figures.resting import rests_until
from intake.models import BacklogDay, ClockPolicy, DeskFigure
from intake.models.case import CHANNEL_LABELS, OUTCOME_LABELS
from reference.models import Category, Country

STALE_AFTER = dt.timedelta(hours=1)
DIMENSION_LABELS = {
    tally.CATEGORY: gettext_lazy("category of difficulty"),
    tally.COUNTRY: gettext_lazy("country"),
    tally.FILER: gettext_lazy("organisation that filed"),
    tally.BODY: gettext_lazy("body that was asked"),
    tally.OFFICER: gettext_lazy("officer in charge"),
    tally.CHANNEL: gettext_lazy("channel"),
    tally.POLICY: gettext_lazy("kind of case"),
}
_NAMELESS = {
    tally.CATEGORY: gettext_lazy("Not known"),
    tally.FILER: gettext_lazy("The company itself"),
    tally.OFFICER: gettext_lazy("Nobody yet"),
    tally.OUTCOME: gettext_lazy("Not told yet"),
}


@dataclass(frozen=True)
class Line:
    """One value of the dimension with its figures."""

    key: str
    name: str
    row: DeskFigure


@dataclass(frozen=True)
class Matrix:
    """How often a body (row) handed on to another (column)."""

    names: dict[str, str]
    counts: dict[tuple[str, str], int]

    @property
    def givers(self) -> list[str]:
        """The bodies that declined, by name."""
        return sorted({giver for giver, _taker in self.counts}, key=self.names.__getitem__)

    @property
    def takers(self) -> list[str]:
        """The bodies that were asked instead, by name; nobody comes last."""
        takers = {taker for _giver, taker in self.counts}
        return sorted(takers, key=lambda code: (not code, self.names[code]))


@dataclass
class Report:
    """All that the page, its charts and its downloads show."""

    period: Period
    compared: Period
    dimension: str
    total: DeskFigure
    before: DeskFigure
    at: dt.datetime | None = None
    # From when the schedule may count again.
    due: dt.datetime | None = None
    first: dt.date | None = None
    lines: list[Line] = field(default_factory=list)
    outcomes: list[Line] = field(default_factory=list)
    transfers: Matrix = field(default_factory=lambda: Matrix({}, {}))
    days: list[BacklogDay] = field(default_factory=list)

    @property
    def stale(self) -> bool:
        """Whether the last count is so long ago that the schedule must have stopped."""
        if self.at is None or self.due is None:
            return False
        return timezone.now() > max(self.at, self.due) + STALE_AFTER

    @property
    def empty(self) -> bool:
        """Whether nothing was ever counted."""
        return self.at is None


def period_label(period: Period) -> str:
    """A period as a person names it."""
    if period.code.startswith(periods.LAST):
        return gettext("Last 90 days")
    year, _dash, quarter = period.code.removesuffix(periods.WAS).partition("-Q")
    if quarter:
        return pgettext("quarter of a year", "%(year)s Q%(quarter)s") % {
            "year": year,
            "quarter": quarter,
        }
    return pgettext("a whole year", "%(year)s") % {"year": year}


def choices(today: dt.date, first: dt.date | None) -> list[tuple[str, str]]:
    """The periods that can be chosen, the nearest first."""
    return [(p.code, period_label(p)) for p in periods.to_choose(first or today, today)]


def first_day() -> dt.date | None:
    """The first day of which anything is known."""
    return BacklogDay.objects.order_by("day").values_list("day", flat=True).first()


def read(period: Period, dimension: str, today: dt.date) -> Report:
    """The report of a period by a dimension: four queries and no case."""
    compared = periods.before(period, today)
    wanted = [dimension, tally.OUTCOME, tally.TRANSFER]
    rows = DeskFigure.objects.filter(
        Q(dimension=RUN)
        | Q(dimension=tally.ALL, period__in=[period.code, compared.code])
        | Q(dimension__in=wanted, period=period.code)
    )
    nothing = DeskFigure(period=period.code, dimension=tally.ALL)
    report = Report(period, compared, dimension, nothing, nothing)
    found: dict[str, list[DeskFigure]] = {name: [] for name in wanted}
    for row in rows:
        if row.dimension == RUN:
            report.at, report.due = row.at, rests_until(row)
        elif row.dimension != tally.ALL:
            found[row.dimension].append(row)
        elif row.period == period.code:
            report.total = row
        else:
            report.before = row
    pairs = [row.key.split(">") for row in found[tally.TRANSFER]]
    names = _names(
        dimension, [row.key for row in found[dimension]], [code for pair in pairs for code in pair]
    )
    nameless = str(_NAMELESS.get(dimension, gettext("Not known")))
    report.lines = sorted(
        (Line(row.key, names.get(row.key) or row.key or nameless, row) for row in found[dimension]),
        key=lambda line: (-line.row.received, -line.row.waiting, line.name),
    )
    report.outcomes = _outcomes(found[tally.OUTCOME])
    report.transfers = Matrix(
        {code: names.get(code) or code or gettext("Nobody") for pair in pairs for code in pair},
        {
            (giver, taker): row.received
            for (giver, taker), row in zip(pairs, found[tally.TRANSFER], strict=True)
        },
    )
    report.days = list(BacklogDay.objects.filter(day__gte=period.start, day__lt=period.end))
    return report


def _outcomes(rows: Iterable[DeskFigure]) -> list[Line]:
    """How the answered cases ended according to their companies, in the order of the words."""
    order = [*OUTCOME_LABELS, ""]
    known = {row.key: row for row in rows}
    return [
        Line(key, str(OUTCOME_LABELS.get(key, _NAMELESS[tally.OUTCOME])), known[key])
        for key in order
        if key in known
    ]


def _names(dimension: str, keys: Sequence[str], bodies: Sequence[str]) -> dict[str, str]:
    """What the keys are called in the reader's language; bodies are named in any case."""
    if dimension in (tally.FILER, tally.BODY):
        bodies = [*bodies, *keys]
    named = {}
    if bodies:
        organisations = Organisation.objects.filter(code__in=set(bodies))
        named = {row.code: row.name for row in organisations.only("code", "name_ko", "name_en")}
    if dimension == tally.CATEGORY:
        return named | {row.pk: row.name for row in Category.objects.filter(pk__in=keys)}
    if dimension == tally.COUNTRY:
        return named | {row.pk: row.name for row in Country.objects.filter(pk__in=keys)}
    if dimension == tally.OFFICER:
        people = User.objects.filter(pk__in=[key for key in keys if key])
        return named | {str(pk): name for pk, name in people.values_list("pk", "name")}
    if dimension == tally.CHANNEL:
        return named | {key: str(CHANNEL_LABELS.get(key, key)) for key in keys}
    if dimension == tally.POLICY:
        return named | {row.code: row.name for row in ClockPolicy.objects.filter(code__in=keys)}
    return named
