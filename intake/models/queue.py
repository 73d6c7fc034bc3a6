"""The secretariat's queue: the same cases, in the order in which they want to be worked on."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake import triage
from intake.models.case import Case, CaseQuerySet

# The states in which the clock runs against us.
RUNNING = triage.RUNNING
# What a place in the queue is: lane, moment inside the lane, number of the row.
ORDER = ("lane", "queue_at", "id")
Place = tuple[int, dt.datetime, int]


def day_ends(now: dt.datetime) -> dt.datetime:
    """The end of the day of a moment in the office's zone."""
    day = timezone.localdate(now) + dt.timedelta(days=1)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def lane_of(*, now: dt.datetime, **facts: Any) -> int:
    """The lane of a case at a moment (`triage.lane`), the day being the office's."""
    return triage.lane(now=now, day_ends=day_ends(now), **facts)


class Beside(Func):
    """A row of columns compared with a row of values: one step along an index."""

    output_field = models.BooleanField()

    def __init__(self, sign: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> None:
        # A generated column's own field would hand a moment over as it is: SQLite compares text.
        fields = [
            getattr(Case._meta.get_field(name), "output_field", Case._meta.get_field(name))
            for name in columns
        ]
        super().__init__(
            *map(F, columns),
            *(models.Value(value, field) for value, field in zip(values, fields, strict=True)),  # type: ignore[arg-type]
        )
        self.sign, self.width = sign, len(columns)

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> Any:  # type: ignore[override]
        """`(a, b) > (1, 2)`, which both databases walk along an index on (a, b)."""
        parts, parameters = [], []
        for expression in self.get_source_expressions():
            sql, more = compiler.compile(expression)
            parts.append(sql)
            parameters += more
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"({left}) {self.sign} ({right})", parameters


class Said(Func):
    """A condition whose value stands in the statement itself, as in a partial index."""

    output_field = models.BooleanField()

    def __init__(self, column: str, condition: str) -> None:
        super().__init__(F(column), template=f"%(expressions)s {condition}")


QUEUED = Said("lane", f"< {triage.ENDED}")
WANTED = Said("attention", "> ''")


class QueueQuerySet(CaseQuerySet):
    """Vocabulary of the queue."""

    def queued(self) -> QueueQuerySet:
        """Not ended, said as the queue's indexes say it."""
        return self.filter(QUEUED)

    def next_first(self) -> QueueQuerySet:
        """What to do next: by lane, inside a lane by due moment, then by number."""
        return self.order_by(*ORDER)

    def after(self, place: Place) -> QueueQuerySet:
        """What comes after a place, the nearest first."""
        return self.filter(Beside(">", ORDER, place)).order_by(*ORDER)

    def before(self, place: Place) -> QueueQuerySet:
        """What comes before a place, the nearest first."""
        return self.filter(Beside("<", ORDER, place)).order_by(*(f"-{name}" for name in ORDER))


class TriageCase(Case):
    """A case as the queue shows it."""

    objects: ClassVar[Any] = QueueQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("case in the queue")
        verbose_name_plural = _("queue")
        # Empty: the queue's own order stands (`next_first`).
        ordering: ClassVar = []
