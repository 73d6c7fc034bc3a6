"""The desk of a body's officers: the list of questions, one question, its steps and files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import User
from intake import release, timeline, workflow
from intake.lists.asked import due_there
from intake.models import Referral
from intake.views.body.place import RELATED, Place, download, page, take
from privacy import readings

PAGE = 50
SHOWN: dict[str, Promise] = {
    "": _("All"),
    "open": _("Open"),
    "overdue": _("Overdue"),
    "mine": _("With me"),
    "free": _("With nobody yet"),
    "ended": _("Ended"),
}


def _place(request: HttpRequest, number: str, referral_pk: int) -> Place:
    """The question, through the gate: a neighbour learns not even that it was asked."""
    referral = get_object_or_404(
        Referral.objects.asked_of(request.user).select_related(*RELATED),
        pk=referral_pk,
        case__number=number,
    )
    user = request.user if isinstance(request.user, User) else None
    return Place(referral, timeline.body(user, referral.organisation))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that the bodies of this person were asked: what is due first comes first."""
    asked = Referral.objects.asked_of(request.user)
    is_open = Q(state__in=workflow.REFERRAL_OPEN)
    which = {
        "": Q(),
        "open": is_open,
        "overdue": is_open & Q(due_at__lt=timezone.now()),
        "mine": is_open & Q(handler=request.user.pk),
        "free": is_open & Q(handler__isnull=True),
        "ended": ~is_open,
    }
    counts = asked.aggregate(**{key or "all": Count("pk", filter=q) for key, q in which.items()})
    shown = request.GET.get("show", "")
    if shown not in SHOWN:
        shown = ""
    rows = asked.filter(which[shown])
    paginator = Paginator(
        rows.most_urgent_first().select_related(*RELATED), PAGE, allow_empty_first_page=True
    )
    paginator.count = counts[shown or "all"]  # type: ignore[misc]
    found = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "intake/body/desk.html",
        {
            "page": found,
            "rows": [
                (
                    row,
                    release.without_names(row.case, question=row.question)["question"],
                    due_there(row),
                )
                for row in found
            ],
            "shown": shown,
            "me": request.user,
            "choices": [(key, label, counts[key or "all"]) for key, label in SHOWN.items()],
        },
    )


@require_safe
def referral(request: HttpRequest, number: str, referral_pk: int) -> HttpResponse:
    """One question."""
    place = _place(request, number, referral_pk)
    code = place.referral.organisation.code
    readings.note_reading(number, request.user, readings.BODY, code, request=request)
    return page(request, place)


def step(request: HttpRequest, number: str, referral_pk: int, verb: str) -> HttpResponse:
    """A step on one question; whoever arrives here by signing in again is led to its page."""
    place = _place(request, number, referral_pk)
    if request.method != "POST":
        return redirect(place.address())
    return take(request, place, verb)


@require_safe
def attachment(
    request: HttpRequest, number: str, referral_pk: int, public_id: str
) -> HttpResponseBase:
    """One file that belongs to what the body was asked."""
    place = _place(request, number, referral_pk)
    answer = download(place, public_id)
    code, what = place.referral.organisation.code, readings.of_file(public_id)
    readings.note_reading(number, request.user, readings.BODY, code, request=request, what=what)
    return answer
