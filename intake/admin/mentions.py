"""Where an officer was called by name: the list of open calls, and having seen one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from intake import naming
from intake.actions import mentions as actions
from intake.admin import gate, walk
from intake.models import Mention

SHOWN_AT_MOST = 100


def open_for(user: Any) -> QuerySet[Mention]:
    """The calls that a person has not settled yet."""
    return Mention.objects.filter(user=getattr(user, "pk", None) or 0, seen_at__isnull=True)


def as_read(rows: Iterable[Mention], user: Any) -> list[Mention]:
    """Calls whose case and words name nobody who stays anonymous to the reader."""
    found = list(rows)
    for row in found:
        case = row.message.case = naming.shown(row.message.case, user)
        row.message.text = naming.words(case, row.message.text)
    return found


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The notes that call the officer, the latest first, with what was written."""
    by = gate.actor(request)
    rows = (
        open_for(by.user)
        .select_related(
            "message__author",
            "message__case__country",
            "message__case__company",
            "message__case__filer_organisation",
        )
        .order_by("-id")
    )
    context = {
        **gate.site_context(request),
        "title": _("Where you were called"),
        "rows": as_read(rows[:SHOWN_AT_MOST], by.user),
    }
    return render(request, "admin/intake/case/calls.html", context)


@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer has looked at every note of a case that calls them."""
    case = gate.fetch(request, pk)
    by = gate.actor(request)
    if by.user is not None and actions.see(case=case, user=by.user):
        messages.success(request, _("The call is settled."))
    if request.POST.get("back") == "list":
        return redirect("admin:intake_case_calls")
    page = reverse("admin:intake_case_change", args=[case.pk])
    return redirect(f"{page}{walk.carried(request)}")
