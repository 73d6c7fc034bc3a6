"""Stands before every view: counts what strangers post and asks more of whoever posts a lot.

Nobody is refused and nothing typed is lost: the page that asks carries the form along.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from accounts.sign_in import device
from portal import errors
from portal.limits import places, tickets
from portal.limits.counting import WINDOW, count
from portal.limits.table import PROGRAMS, Limit, limit_of

# Fields of the page that asks; and one that people do not see and programs fill in.
TICKET, PROOF, TRAP = "limit_ticket", "limit_proof", "home_page"
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Where the time that the answer takes would tell whether an address or number is known.
EVEN = frozenset(
    {
        "sign-in",
        "account_login",
        "admin:login",
        "account_reset_password",
        "company-sign-in",
        "account_request_login_code",
        "intake:follow",
        "intake:ask-code",
        "intake:enter-code",
        "marketinfo:follow",
        "marketinfo:follow-find",
    }
)


def post_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., Any]:
    """Count posts of strangers; past a mark, ask for work or a wait. Even out what time tells."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        response = get_response(request)
        device.mark(request, response)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name in EVEN:
            _even_out(begun)
        return response

    middleware.process_view = _process_view  # type: ignore[attr-defined]
    return middleware


def _even_out(begun: float) -> None:
    """Answer at a whole multiple of the step, so that a few milliseconds more do not show."""
    step = float(settings.EVEN_SECONDS)
    if step > 0:
        time.sleep(step - (time.monotonic() - begun) % step)


def _process_view(
    request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
) -> HttpResponse | None:
    factor = float(settings.POST_LIMIT_FACTOR)
    if request.method in _SAFE or factor <= 0 or _is_signed_in(request):
        return None
    match = request.resolver_match
    limit = limit_of(match.view_name if match else "")
    if limit.who == PROGRAMS:
        return _program(request, limit, factor)
    try:
        form = request.POST
    except (SuspiciousOperation, OSError):
        # The view reads it again and answers as it does for every broken form.
        return None
    near, far = places.near_and_far(request)
    times = _times_over(request, limit, (near, far), factor)
    if times < 1 and not form.get(TRAP):
        return None
    ticket = tickets.read(form.get(TICKET, ""), limit.group)
    done = ticket is not None and tickets.is_done(ticket, form.get(PROOF, ""))
    if ticket is not None and done and tickets.spend(ticket):
        return None
    if ticket is None or done:
        # The next one stands behind everybody else of the block.
        before = count("ticket", limit.group, far) - 1
        ticket = tickets.issue(limit.group, times=max(1.0, times), before=before)
    return errors.one_moment(request, ticket)


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody has signed in, the second factor included; read from the session alone."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    half_in = getattr(request, "half_in", None)
    return SESSION_KEY in request.session and half_in is None


def _times_over(request: HttpRequest, limit: Limit, where: tuple[str, str], factor: float) -> float:
    """How many times the mark was reached, by the strictest of them; below 1 is within."""
    near, far = where
    shares = [
        count("line", limit.group, near) / (limit.line + 1),
        count("block", limit.group, far) / (limit.of_block + 1),
    ]
    if limit.everybody:
        shares.append(count("everybody", limit.group) / (limit.everybody + 1))
    shares += [
        count("target", limit.group, target) / (limit.target + 1)
        for target in _targets(request, limit)
    ]
    return max(shares) / factor


def _targets(request: HttpRequest, limit: Limit) -> set[str]:
    """Whom the form is about: a receipt number, an e-mail address, a link; all that are named.

    The address of the page counts before what a form says: a field more hides nothing.
    """
    match = request.resolver_match
    kwargs = match.kwargs if match else {}
    names = limit.fields if limit.target else ()
    said = (kwargs.get(name) or request.POST.get(name) for name in names)
    return {str(one)[:254].strip().casefold() for one in said if one}


def _program(request: HttpRequest, limit: Limit, factor: float) -> HttpResponse | None:
    """A program cannot be asked for anything: it is told when to come again, and does."""
    if _times_over(request, limit, places.near_and_far(request), factor) < 1:
        return None
    response = HttpResponse(status=429)
    response["Retry-After"] = str(WINDOW)
    return response
