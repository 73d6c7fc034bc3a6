"""A browser in which somebody has signed in before: its wrong tries are counted apart.

So nobody behind the same line, nor a hundred machines elsewhere, can use up the tries of the
person who sits where they always sit. The mark opens nothing: password and second factor are
asked as ever.
"""

from __future__ import annotations

import ipaddress
import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "__Host-device" if settings.HTTPS else "device"
# Half a year, in seconds: as long as people leave a browser unused and come back to it.
LIFETIME = 180 * 86400


def _signer(email: str) -> signing.TimestampSigner:
    # The address itself does not stand in the cookie, nor can it be read out of it.
    whose = salted_hmac("accounts.sign_in.device", email.casefold()).hexdigest()
    return signing.TimestampSigner(salt=f"device:{whose}")


def know(request: HttpRequest, email: str) -> None:
    """Note that this browser has just signed in as somebody; `mark` writes it down."""
    kept = of(request, email) or secrets.token_urlsafe(12)
    request.device_mark = _signer(email).sign(kept)  # type: ignore[attr-defined]


def mark(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser the mark that `know` noted, if it did."""
    value = getattr(request, "device_mark", "")
    if value:
        response.set_cookie(
            COOKIE,
            value,
            max_age=LIFETIME,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )


def of(request: HttpRequest, email: str) -> str:
    """The browser's own name where this person has signed in with it before, else nothing."""
    try:
        return _signer(email).unsign(request.COOKIES.get(COOKIE, ""), max_age=LIFETIME)
    except signing.BadSignature:
        return ""


def place(shown: str) -> str:
    """A line as tries are counted by: an IPv6 line is its /64, however many addresses it uses."""
    try:
        address = ipaddress.ip_address(shown)
    except ValueError:
        return shown
    bits = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network((address, bits), strict=False))
