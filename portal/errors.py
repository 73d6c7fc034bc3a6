"""The error pages, none of which loses what a person has typed."""

import logging
import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.sign_in import kept, provider_views

if TYPE_CHECKING:
    from portal.limits.tickets import Ticket

log = logging.getLogger(__name__)

# What a page of ours added to somebody's form; never part of what was typed.
_OURS = {"csrfmiddlewaretoken", "limit_ticket", "limit_proof", "home_page"}
# How Django's reasons begin when origin or referrer is not this site.
_FOREIGN = ("Origin checking failed", "Referer checking failed")


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The text fields of the request's form, to be offered again (never passwords)."""
    if request.method != "POST":
        return []
    try:
        return [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in _OURS and "password" not in name
        ]
    except (SuspiciousOperation, OSError):
        return []


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: something in the address or form that no browser sends; 413: more than it takes."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/413.html", status=413)
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but this is not yours to do."""
    return render(request, "errors/403.html", status=403)


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: a way to ask that this address does not know."""
    response = render(request, "errors/405.html", status=405)
    response["Allow"] = allowed
    return response


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that you may see."""
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: so many attempts that they look like guessing."""
    return render(request, "errors/429.html", status=429)


def one_moment(request: HttpRequest, ticket: "Ticket") -> HttpResponse:
    """429: more posts than usual; the same form goes on after a proof of work or a wait.

    A password is typed again: it never stands in a page.
    """
    response = render(
        request,
        "errors/one_moment.html",
        {
            "ticket": ticket,
            "typed": _typed(request),
            "passwords": [name for name in request.POST if "password" in name],
            "had_files": bool(request.FILES),
        },
        status=429,
    )
    response["Retry-After"] = str(ticket.wait)
    if request.resolver_match and request.resolver_match.view_name == "provider-begin":
        provider_views.let_lead_out(response)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; what was typed is offered again.

    A database that goes away while a middleware uses it (a session that is saved) ends here too.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request, error)
    return render(request, "errors/500.html", {"typed": _typed(request)}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is no longer valid: offer the typed form again (FAULTS F4, F87).

    A form that another site sent is not offered: with our token, one press would do what that
    site wanted done in this person's name.
    """
    foreign = reason.startswith(_FOREIGN)
    return render(
        request,
        "errors/csrf.html",
        {"typed": [] if foreign else _typed(request), "had_files": bool(request.FILES)},
        status=403,
    )


def signed_out(request: HttpRequest, was_in: str) -> HttpResponse:
    """401: a form that arrives after its session has ended; its text waits for the sign-in.

    `was_in` names whose session it was; nobody else gets to see what was put aside.
    """
    fields = _typed(request)
    # What a script of a page sends is sent again by it; only a person's form is worth keeping.
    by_person = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    waits = by_person and kept.put_aside(request, was_in, fields, had_files=bool(request.FILES))
    return render(
        request,
        "errors/signed_out.html",
        {"typed": fields, "had_files": bool(request.FILES), "waits": waits},
        status=401,
    )


def unavailable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503: the database is away for a moment; the same form retries with the same key."""
    log.error("database away: %s", type(exception).__name__)
    response = render(
        request,
        "errors/503.html",
        {"typed": _typed(request), "had_files": bool(request.FILES)},
        status=503,
    )
    response["Retry-After"] = "5"
    return response
