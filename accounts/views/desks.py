"""The way to a desk: the only one that a person has, or a choice between several."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.desk import ANY, desks_of, stand
from accounts.models import PARTNERS, SECRETARIAT


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Every desk of the person; the only one at once. Who has none gets 404."""
    rows = desks_of(request.user)
    if not rows:
        raise Http404
    if len(rows) == 1:
        return redirect("partner:enter", rows[0].organisation.code)
    return render(request, "partner/choose.html", {"desks": rows})


@require_safe
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """The first page of a desk, whatever kind of organisation it is."""
    desk = stand(request.user, code, ANY)
    if desk.kind in PARTNERS:
        return redirect("partner:start", code)
    if desk.kind == SECRETARIAT:
        return redirect("admin:intake_triagecase_changelist")
    return redirect("intake:body-desk")
