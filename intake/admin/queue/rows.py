"""The rows of a page: one statement for what is shown, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case as Branch
from django.db.models import Max, OuterRef, Subquery, When

from intake import naming, triage, workflow
from intake.lists.now import WORDS
from intake.models import Case, Referral
from intake.models.case import ANONYMOUS
from intake.models.queue import QueueQuerySet

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
    "visibility",
)
# Where a row could name the company.
_NAMING = ("company_name", "title", "product", *WORDS)


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


def as_read(rows: Iterable[Any], user: Any) -> list[Any]:
    """The rows as a person may read them: an anonymous company is named in none of their cells.

    One more statement, and only for a page that shows such a case.
    """
    found = list(rows)
    keys = [row.id for row in found if row.visibility == ANONYMOUS]
    if not keys:
        return found
    cases = Case.objects.filter(pk__in=keys).select_related("company", "filer_organisation")
    shown = {case.pk: naming.shown(case, user) for case in cases}
    return [_veiled(row, shown.get(row.id)) for row in found]


def _veiled(row: Any, case: Case | None) -> Any:
    if case is None:
        return row
    return row._replace(**{name: getattr(case, name) for name in _NAMING if hasattr(row, name)})
