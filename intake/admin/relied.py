"""Answered cases that may rely on an entry that changed: for the officer to look through."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from intake import naming
from intake.admin import gate
from intake.answering_first import changed
from intake.models import Case
from marketinfo.following import kinds
from marketinfo.models import RecordChange


@require_safe
def relied(request: HttpRequest, pk: int) -> HttpResponse:
    """Cases whose answer cites the entry, then like ones that were answered before."""
    if not gate.reads(request.user):
        raise Http404
    rows = RecordChange.objects.select_related("country", "category", "by")
    change = get_object_or_404(rows, pk=pk)
    citing, like = changed.relied(change, Case.objects.visible_to(request.user))
    context: dict[str, Any] = {
        **gate.site_context(request),
        "title": _("Answered cases and a change"),
        "change": change,
        "record": kinds.find(change.entry_kind, pk=change.entry_id),
        "citing": [naming.shown(case, request.user) for case in citing],
        "like": [naming.shown(case, request.user) for case in like],
        "at_most": changed.LISTED_AT_MOST,
    }
    return render(request, "admin/intake/relied.html", context)
