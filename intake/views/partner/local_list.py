"""The list of a mission's local difficulties: the open ones first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case as Choose
from django.db.models import Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION, User
from intake.forms.partner.local_steps import FilterForm
from intake.models import LocalDifficulty
from intake.models.local import LOCAL_LABELS, OPEN, LocalDifficultyQuerySet

_PAGE = 25
_SORTS = {
    "": ("place", "-id"),
    "changed": ("-updated_at", "-id"),
    "received": ("received_at", "id"),
    "company": ("company_name", "id"),
}


def mine(desk: Desk) -> LocalDifficultyQuerySet:
    """What this mission, and what it succeeded, took down."""
    return LocalDifficulty.objects.visible_to(desk.user).filter(organisation__in=desk.reach)


def asked_for(
    desk: Desk, params: Mapping[str, Any]
) -> tuple[LocalDifficultyQuerySet, FilterForm, bool]:
    """The rows that the filters leave, in order; the form; whether anything is filtered."""
    rows = mine(desk)
    keepers = User.objects.filter(pk__in=rows.values("keeper")).order_by("name")
    form = FilterForm(
        params,
        states=LOCAL_LABELS.items(),
        keepers=[(str(user.pk), user.name) for user in keepers],
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    for name in ("state", "grade", "keeper"):
        if chosen.get(name):
            rows = rows.filter(**{name: chosen[name]})
    if words := chosen.get("q"):
        rows = rows.filter(Q(title__icontains=words) | Q(company_name__icontains=words))
    rows = rows.annotate(place=Choose(When(state=OPEN, then=Value(0)), default=Value(1)))
    rows = rows.order_by(*_SORTS[chosen.get("sort") or ""])
    filtered = any(chosen.get(name) for name in ("q", "state", "grade", "keeper"))
    return rows.select_related("country", "keeper", "case"), form, filtered


@at_desk([MISSION])
@require_safe
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The mission's local difficulties, the open ones first."""
    rows, form, filtered = asked_for(desk, request.GET)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "filtered": filtered,
    }
    return render(request, desk, "partner/local_list.html", context)
