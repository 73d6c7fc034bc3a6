"""Finding a case without an account: tracking code, one-time code, or the link of a mail."""

from __future__ import annotations

import ipaddress
import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from intake import explain, letters, links
from intake.actions import access
from intake.forms.following import AskCodeForm, EnterCodeForm, TrackingForm
from intake.models import Case
from notifications import addresses
from privacy import readings

# How long a case stays open in a browser after its code or link was shown.
_GRANT_SECONDS = 4 * 3600
_GRANTS = "followed"
# By which way it was opened, for the access log.
_WAYS = "followed_by"
# Opened since the company acts for itself: what was opened before ends with that step, for whoever
# filed had the code then.
_OWN = "followed_own"


def address(request: HttpRequest) -> str:
    """Where the request came from, for counting attempts: never a header that a visitor sets.

    Behind a proxy it is the address that the proxy itself added. Of an IPv6 address the network
    counts, since one line holds as many addresses as it likes.
    """
    shown: str = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        shown = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or shown
    try:
        parsed = ipaddress.ip_address(shown)
    except ValueError:
        return shown
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return shown


def grant(request: HttpRequest, case: Case, way: str = readings.CODE) -> HttpResponse:
    """Let this browser read one case for a while."""
    now = int(time.time())
    grants = {
        number: until for number, until in request.session.get(_GRANTS, {}).items() if until > now
    }
    request.session[_GRANTS] = grants | {case.number: now + _GRANT_SECONDS}
    ways = request.session.get(_WAYS, {})
    request.session[_WAYS] = {n: ways[n] for n in grants if n in ways} | {case.number: way}
    own = request.session.get(_OWN, {})
    request.session[_OWN] = {n: own[n] for n in grants if n in own} | {
        case.number: case.in_own_hands
    }
    request.session.cycle_key()
    return redirect("intake:case", number=case.number)


def came_by(request: HttpRequest, number: str) -> str:
    """By which way this browser came to a case (privacy.readings)."""
    way: str = request.session.get(_WAYS, {}).get(number, readings.CODE)
    return way


def followed(request: HttpRequest, number: str) -> Case:
    """The case when this browser has shown its code or link not long ago; else 404."""
    if request.session.get(_GRANTS, {}).get(number, 0) <= time.time():
        raise Http404
    case: Case = get_object_or_404(
        Case.objects.select_related("country", "category", "assignee", "company"), number=number
    )
    if case.in_own_hands and not request.session.get(_OWN, {}).get(number):
        raise Http404
    return case


def _ways_in(
    request: HttpRequest, tracking: TrackingForm, ask: AskCodeForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "intake/follow.html", {"form": tracking, "ask": ask}, status=status)


@login_not_required
def follow(request: HttpRequest) -> HttpResponse:
    """Two ways in: number with tracking code, or number with a code by mail."""
    if request.method != "POST":
        number = {"number": request.GET.get("number", "")[:60]}
        ask = AskCodeForm(prefix="ask", initial=number)
        return _ways_in(request, TrackingForm(initial=number), ask)
    form = TrackingForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            case = access.open_by_code(address=address(request), **form.cleaned_data)
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
            status = 429
        else:
            if case is not None:
                return grant(request, case)
            form.add_error(
                None,
                _(
                    "We found no case with this number and code. Compare both with your receipt; "
                    "after five wrong tries you have to wait for a quarter of an hour."
                ),
            )
    return _ways_in(request, form, AskCodeForm(prefix="ask"), status=status)


@login_not_required
@require_POST
def ask_code(request: HttpRequest) -> HttpResponse:
    """Mail a one-time code; the page says the same whether the number exists or not."""
    form = AskCodeForm(request.POST, prefix="ask")
    status = 422
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            access.mail_code(number=number, address=address(request))
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
            status = 429
        else:
            return _enter(request, EnterCodeForm(initial={"number": number}), number)
    return _ways_in(request, TrackingForm(), form, status=status)


def _enter(
    request: HttpRequest, form: EnterCodeForm, number: str, *, status: int = 200
) -> HttpResponse:
    again = AskCodeForm(prefix="ask", initial={"number": number}, auto_id="again_%s")
    return render(
        request,
        "intake/enter_code.html",
        {"form": form, "number": number, "again": again},
        status=status,
    )


@login_not_required
@require_POST
def enter_code(request: HttpRequest) -> HttpResponse:
    """Open the case with the code from the mail."""
    form = EnterCodeForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            case = access.open_by_one_time_code(address=address(request), **form.cleaned_data)
        except access.TooManyTriesError as error:
            form.add_error(None, str(error))
            status = 429
        else:
            if case is not None:
                return grant(request, case)
            form.add_error(
                "code",
                _("This code is wrong or over. Use the newest mail, or ask for a new code."),
            )
    if "number" in form.errors:
        return redirect("intake:follow")
    return _enter(request, form, form.cleaned_data.get("number", ""), status=status)


@login_not_required
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: shows where the case stands; its button opens the whole page."""
    try:
        number = links.read(links.FOLLOW, token)
    except links.ExpiredLinkError:
        return render(request, "intake/link_over.html", {"purpose": "follow"}, status=410)
    except links.BadLinkError:
        return render(request, "intake/link_over.html", {"purpose": "cut"}, status=404)
    case = get_object_or_404(Case.objects.select_related("assignee"), number=number)
    if request.method == "POST":
        if links.came_through(links.FOLLOW, token, case.contact_email):
            addresses.prove(case.contact_email)
        return grant(request, case, readings.LINK)
    return render(
        request,
        "intake/open_link.html",
        {
            "case": case,
            "plain": explain.plain(case),
            "due": explain.date(case),
            "sentence": explain.sentence(case),
            "officer": letters.officer(case),
        },
    )


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget every case that this browser has opened."""
    request.session.pop(_GRANTS, None)
    request.session.pop(_WAYS, None)
    request.session.pop(_OWN, None)
    messages.success(request, _("This browser no longer has access to the case."))
    return redirect("intake:follow")
