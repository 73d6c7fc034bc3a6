"""What happens around every request: its id, its headers, its language, a database that is away."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import get_supported_language_variant

from portal import errors

type_of_next = Callable[[HttpRequest], HttpResponse]
# What no page of ours uses; passkeys and copying to the clipboard are for this site alone.
_PERMISSIONS = ", ".join(
    [f"{name}=()" for name in (
        "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture",
        "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection",
        "local-fonts", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock",
        "serial", "usb", "xr-spatial-tracking",
    )]
    + [f"{name}=(self)" for name in (
        "clipboard-write", "publickey-credentials-create", "publickey-credentials-get",
    )]
)  # fmt: skip
_METHODS = ("GET", "HEAD", "OPTIONS", "POST")
# After these the browser forgets what it kept of the person.
_LEAVING = frozenset({"sign-out", "account_logout", "admin:logout", "intake:leave"})
_REQUEST_ID = re.compile(r"\A[A-Za-z0-9-]{8,64}\Z")


def request_id(get_response: type_of_next) -> type_of_next:
    """Give every request an id that logs and the error page share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        response = get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    return middleware


def security_headers(get_response: type_of_next) -> type_of_next:
    """Headers that Django does not set: what the page may use, and that it is not cached.

    Everything that is not a static file is personal until a view says otherwise by setting
    its own Cache-Control.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Cache-Control", "no-store")
        match = request.resolver_match
        left = request.method == "POST" and response.status_code < 400
        if left and match and match.view_name in _LEAVING:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


def language(get_response: type_of_next) -> type_of_next:
    """Korean first: the person's own choice (cookie), else Korean; never the browser's list."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        try:
            code = get_supported_language_variant(chosen) if chosen else settings.LANGUAGE_CODE
        except LookupError:
            code = settings.LANGUAGE_CODE
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = get_response(request)
            response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def database_away(get_response: type_of_next) -> type_of_next:
    """Answer 503 with the typed text kept when the database does not answer (FAULTS F24)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.unavailable(request, exception)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware


def known_methods(get_response: type_of_next) -> type_of_next:
    """Take the methods that browsers use, and say 405 in words (F94)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in _METHODS:
            return errors.not_allowed(request, ", ".join(_METHODS))
        response = get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return errors.not_allowed(request, response.headers.get("Allow", ""))
        return response

    return middleware


def refuse_nul(get_response: type_of_next) -> type_of_next:
    """Refuse a NUL in the address: PostgreSQL cannot store it and nobody types it (F53)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any(
            "\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])
        ):
            return errors.bad_request(request)
        return get_response(request)

    return middleware
