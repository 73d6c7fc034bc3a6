"""The requirement records that an organisation keeps up to date: what is to be checked first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from intake.lists import paging
from intake.lists.sorting import Order
from marketinfo import actions
from marketinfo.entry import EntryQuerySet
from marketinfo.models import Requirement

# What is to be checked first; records without a day for it come last.
_ORDER = Order(("check_by",))
_NEVER = dt.date(9999, 12, 31)


def _kept(desk: Desk) -> EntryQuerySet:
    """Published records that this organisation keeps."""
    rows: EntryQuerySet = Requirement.objects.visible_to(desk.user)
    kept: EntryQuerySet = rows.published().filter(owner__in=desk.reach)
    return kept.annotate(check_by=Coalesce("next_check", Value(_NEVER)))


@at_desk()
@require_safe
def records(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The records, those first whose check is overdue."""
    today = timezone.localdate()
    kept = _kept(desk)
    counts = kept.aggregate(all=Count("pk"), overdue=Count("pk", filter=Q(next_check__lt=today)))
    overdue_only = request.GET.get("show") == "overdue"
    rows = kept.overdue_for_check() if overdue_only else kept

    def read(found: Any) -> Any:
        return found.select_related("country", "verified_by")

    page = paging.page(_ORDER.sorted(rows), request.GET, _ORDER.walk(kept), read)
    return render(
        request,
        desk,
        "partner/records.html",
        {
            "page": page,
            "counts": counts,
            "overdue_only": overdue_only,
            "today": today,
            "links": paging.links(page, "show=overdue" if overdue_only else ""),
        },
    )


@at_desk()
@require_POST
def checked(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The record was compared with its source today and still says what the source says."""
    record = get_object_or_404(_kept(desk), reference=reference)
    try:
        actions.reverify(record, by=desk.user)
    except actions.RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("“%(title)s” counts as checked today. Next check: %(day)s.")
            % {"title": record.title, "day": record.next_check},
        )
    return redirect(desk.path("records"))
