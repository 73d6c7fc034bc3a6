"""The rows of a page: one statement for what is shown, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case as Branch
from django.db.models import Max, OuterRef, Subquery, When
from django.utils import timezone

from intake import clock, deadline, triage, workflow
from intake.admin.queue import catalog
from intake.models import Referral
from intake.models.queue import QueueQuerySet, day_ends

# What every list reads of a case.
SHOWN = (
    "id",
    "number",
    "title",
    "state",
    "at_border",
    "attention",
    "lane",
    "queue_at",
    "due_at",
    "received_at",
    "country_id",
    "category_id",
    "company_name",
    "filer_organisation_id",
    "channel",
    "assignee_id",
    "province",
    "product",
    "hs_code",
    "needed_by",
)
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


def read(cases: QueueQuerySet, *, words: bool = False) -> Any:
    """The rows of a queryset as named tuples; `words`: with the texts that a search shows."""
    # The newest of a case's declines, without a sort of its own for each row.
    last = (
        Referral.objects.filter(case=OuterRef(OuterRef("pk")), state=workflow.DECLINED)
        .order_by()
        .values("case")
        .annotate(last=Max("pk"))
        .values("last")
    )
    newest = Referral.objects.filter(pk=Subquery(last)).order_by().values("organisation")
    return cases.annotate(
        declined_by=Branch(When(attention=triage.DECLINED, then=Subquery(newest)))
    ).values_list(*SHOWN, "declined_by", *(WORDS if words else ()), named=True)
