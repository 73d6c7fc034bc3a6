"""One question without an account: the signed link of the mail, until the question ends."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from intake import links, timeline
from intake.actions.reminders import send_new_link
from intake.models import Referral
from intake.views.body.place import NEW_LINK, RELATED, Place, download, over, page, take, written
from privacy import readings


def _place(token: str, read: Callable[[str, str], str] = links.read) -> Place | None:
    """The question of a link, None when the link names none.

    Raises BadLinkError or ExpiredLinkError.
    """
    number, _slash, pk = read(links.BODY, token).partition("/")
    asked = Referral.objects.select_related(*RELATED).filter(case__number=number)
    referral = asked.filter(pk=pk).first() if pk.isdecimal() else None
    if referral is None:
        return None
    return Place(referral, timeline.body(None, referral.organisation), token)


def _opened(request: HttpRequest, token: str) -> Place | HttpResponse:
    """The question while it waits for an answer; else the page that says why it does not."""
    unsent = written(request) if request.method == "POST" else ""
    try:
        place = _place(token)
    except links.ExpiredLinkError:
        return over(request, None, status=410, unsent=unsent, token=token)
    except links.BadLinkError:
        return over(request, None, status=404, unsent=unsent)
    if place is None or not place.referral.is_open:
        return over(request, place, status=410, unsent=unsent)
    return place


@login_not_required
@require_safe
def question(request: HttpRequest, token: str) -> HttpResponse:
    """The question; an officer of the body who is signed in is led to the desk."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    if Referral.objects.asked_of(request.user).filter(pk=found.referral.pk).exists():
        return redirect(links.body_desk_path(found.referral))
    number, code = found.referral.case.number, found.referral.organisation.code
    readings.note_reading(number, request.user, readings.LINK, code, request=request)
    return page(request, found)


def _renewed(request: HttpRequest, token: str) -> HttpResponse:
    """Send the body a new link in place of one that is too old; nobody learns whether it was."""
    try:
        place = _place(token, links.stale)
    except links.BadLinkError:
        return over(request, None, status=404)
    if place is not None:
        send_new_link(referral=place.referral)
    return over(request, None, status=200, sent=True)


@login_not_required
def step(request: HttpRequest, token: str, verb: str) -> HttpResponse:
    """A step of the body; only the button's POST writes."""
    if request.method != "POST":
        return redirect("intake:body-link", token=token)
    if verb == NEW_LINK:
        return _renewed(request, token)
    found = _opened(request, token)
    return found if isinstance(found, HttpResponse) else take(request, found, verb)


@login_not_required
@require_safe
def attachment(request: HttpRequest, token: str, public_id: str) -> HttpResponseBase:
    """One file that belongs to the question."""
    found = _opened(request, token)
    if isinstance(found, HttpResponse):
        return found
    answer = download(found, public_id)
    number, code = found.referral.case.number, found.referral.organisation.code
    what = readings.of_file(public_id)
    readings.note_reading(number, request.user, readings.LINK, code, request=request, what=what)
    return answer
