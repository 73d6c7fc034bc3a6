"""Who a session lets in: ends it after silence, and opens nothing to a password alone.

Stands right after Django's AuthenticationMiddleware. Everything is read from the session, so
the pages of officers pay no query; only a session by mail code asks whether its person has
become an officer, which the gate asks anyway.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import roles
from accounts.sign_in import kept, second_factor
from accounts.sign_in import session as proof
from portal import errors

# What whoever has shown a password and has no second factor yet may open, by URL name.
SET_UP = frozenset(
    {
        "sign-in",
        "account_login",
        "sign-out",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
    }
)
FIRST_PAGE = "mfa_index"


def session_guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., Any]:
    """Let nobody in whose session is over or only half open."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.half_in = None  # type: ignore[attr-defined]
        request.was_in = ""  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            _look(request)
        return get_response(request)

    middleware.process_view = _process_view  # type: ignore[attr-defined]
    return middleware


def _look(request: HttpRequest) -> None:
    """Forget who has been silent too long; take whoever is half in for a stranger."""
    if proof.is_over(request.session):
        request.was_in = request.session[SESSION_KEY]  # type: ignore[attr-defined]
        request.session.flush()
        return
    # What a page asks for by itself does not mean that somebody sits before it.
    if request.headers.get("Sec-Fetch-Dest") != "empty":
        proof.touch(request.session)
    if not _is_through(request):
        request.half_in = request.user  # type: ignore[attr-defined]
        request.user = AnonymousUser()


def _is_through(request: HttpRequest) -> bool:
    shown = proof.methods(request.session)
    if proof.SECOND_FACTOR in shown:
        return True
    # Asked last: this alone needs the person's row.
    return proof.MAIL_CODE in shown and not roles.needs_second_factor(request.user)


def _process_view(
    request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
) -> HttpResponse | None:
    half_in, was_in = request.half_in, request.was_in  # type: ignore[attr-defined]
    match = request.resolver_match
    if half_in is not None and match and match.view_name in SET_UP:
        return _set_up(request, half_in)
    if not getattr(view, "login_required", True):
        return None
    if half_in is not None and half_in.is_authenticated:
        return redirect(FIRST_PAGE)
    if request.method == "POST":
        kept.sent_again(request)
        return None if request.user.is_authenticated else errors.signed_out(request, was_in)
    if was_in and request.headers.get("Sec-Fetch-Dest") != "empty":
        messages.info(request, _("You were signed out because nothing was done for a while."))
    return None


def _set_up(request: HttpRequest, half_in: Any) -> HttpResponse | None:
    """Let whoever has shown who they are set up a second factor; who has one must show that."""
    if not half_in.is_authenticated:
        return None
    first = {proof.PASSWORD, proof.PROVIDER} & proof.methods(request.session)
    if not first or second_factor.is_set_up(half_in):
        request.session.flush()
        return redirect("sign-in")
    request.user = half_in
    return None
