"""Before something that matters: who are you, once more?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import serialize_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.sign_in import session as proof

View = Callable[..., Any]


def recent(request: HttpRequest) -> bool:
    """Whether the person has proved who they are within the last minutes."""
    return proof.was_recent(request.session, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def ask(request: HttpRequest) -> None:
    """Lead to the page that asks once more, unless it was shown a moment ago.

    What was sent waits in the session and goes on by itself. allauth's own way loses it when the
    address carries filters: it compares the whole address with the path alone.
    """
    if recent(request):
        return
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        _by_code(request)
    back = request.get_full_path()
    if request.method == "POST":
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
        back = request.path
    page = ways[0]["url"] + "?" + urlencode({REDIRECT_FIELD_NAME: back})
    raise ImmediateHttpResponse(HttpResponseRedirect(page))


def _by_code(request: HttpRequest) -> NoReturn:
    """People of companies have no password: a new code by mail is their way to show it again."""
    logout(request)
    messages.info(
        request,
        _("To be sure that it is you, please sign in once more. Then press the button again."),
    )
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("company-sign-in")))


def recently_signed_in(view: View) -> View:
    """Ask for the password or the second factor first, then go on with the same request.

    A form that was sent is kept meanwhile and sent on by itself.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        ask(request)
        return view(request, *args, **kwargs)

    return wrapped
