"""Before something that matters: who are you, once more?"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

from accounts.sign_in import session as proof

View = Callable[..., Any]


def recent(request: HttpRequest) -> bool:
    """Whether the person has proved who they are within the last minutes."""
    return proof.was_recent(request.session, settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def recently_signed_in(view: View) -> View:
    """Ask for the password or the second factor first, then go on with the same request.

    A form that was sent is kept meanwhile and sent on by itself.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not recent(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return wrapped
