"""Where a request came from, as the access log keeps it."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def of(request: HttpRequest) -> str:
    """The network address; never a header that a visitor sets, empty where there is none.

    Behind a proxy it is the address that the proxy itself added last.
    """
    shown: str = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        shown = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or shown
    try:
        parsed = ipaddress.ip_address(shown)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed).partition("%")[0]
