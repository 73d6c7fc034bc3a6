"""The requirement records that an organisation keeps up to date: what is to be checked first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import Desk, at_desk, render
from intake.forms.partner.lists import RecordsFilter
from intake.lists import filtering, paging
from intake.lists import records as lists
from intake.views.partner import shelves
from marketinfo import actions, reporting
from marketinfo.models import EntryReport


@at_desk()
@require_safe
def records(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The records, those first whose check is overdue."""
    listed = lists.asked_for(desk.user, desk.reach, request.GET)
    page = paging.page(
        listed.rows(),
        request.GET,
        listed.order.walk(listed.base),
        lambda rows: rows.select_related(*lists.RELATED),
    )
    counts = {
        filtering.query({"show": show} if show else {}): f"{count:,}"
        for show, count in listed.counts().items()
    }
    above = shelves.above(desk, "records", listed.query, shipped=lists.shipped(), counts=counts)
    return render(
        request,
        desk,
        "partner/records.html",
        {
            "listed": listed,
            "above": above,
            "filter": RecordsFilter(listed.wanted | {"q": listed.words, "sort": listed.sort}),
            "page": page,
            "today": timezone.localdate(listed.asker.now),
            "links": paging.links(page, listed.address),
            "is_filtered": bool(listed.query),
            "is_up_to_date": listed.wanted == {"show": lists.OVERDUE} and not listed.words,
            "open_filters": bool(listed.wanted or listed.sort) and not above.at_view,
            "strange": listed.strange or page.strange,
            "reports": reporting.waiting(listed.base),
        },
    )


@at_desk()
@require_POST
def checked(request: HttpRequest, desk: Desk, reference: str) -> HttpResponse:
    """The record was compared with its source today and still says what the source says."""
    record = get_object_or_404(lists.kept(desk.user, desk.reach), reference=reference)
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


@at_desk()
@require_POST
def settled(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """What was done about an error that a reader reported on a record of this organisation."""
    kept = lists.kept(desk.user, desk.reach)
    report = get_object_or_404(reporting.on(kept, EntryReport.objects.all()), pk=pk)
    try:
        actions.settle(report, settlement=request.POST.get("settlement", ""), by=desk.user)
    except actions.RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The report is settled."))
    return redirect(desk.path("records"))
