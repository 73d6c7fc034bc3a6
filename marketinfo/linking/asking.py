"""Asks one address whether it is still there: HEAD, then GET, never a private address.

The name is resolved once and every address behind it must be public; the connection goes to the
very address that was looked at, so that a name cannot move in between. Redirections are followed
a few times, each looked at anew. At most a few seconds and a few kilobytes each.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from marketinfo.models.kept import BROKEN, NOT_ASKED, SILENT, WORKS
from notifications.hooks.address import is_public

CONNECT, READ, WHOLE = 5.0, 8.0, 15.0
HOPS = 5
LARGEST = 8 * 1024
_PORTS = {None, 80, 443}
# The page is gone for good; everything else may be a mood of its server.
_GONE = frozenset({404, 410})
_MOVES = frozenset({301, 302, 303, 307, 308})
# Asked with HEAD, some servers answer that they know no such thing.
_ASK_AGAIN = frozenset({400, 403, 404, 405, 406, 410, 429, 500, 501, 503})


class NotAskedError(ValueError):
    """This portal must not ask there."""


@dataclass(frozen=True)
class Found:
    """What became of an address: one of the link states, and the answer's number."""

    state: str
    code: int | None = None


@dataclass(frozen=True)
class Reply:
    """One answer of a server: its number, and where it sends us on."""

    code: int
    location: str = ""


class Opener(Protocol):
    """One request to an address that was looked at; raises OSError where nobody answers."""

    def __call__(self, method: str, url: str, ip: str, /) -> Reply: ...


Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name; OSError for a name that is not known."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def ask(url: str, *, opener: Opener | None = None, resolver: Resolver = resolve) -> Found:
    """What became of an address. Never raises for the other side."""
    opener = opener or fetch
    end = time.monotonic() + WHOLE
    try:
        reply = _followed("HEAD", url, opener, resolver, end)
        if reply.code in _ASK_AGAIN:
            reply = _followed("GET", url, opener, resolver, end)
    except NotAskedError:
        return Found(NOT_ASKED)
    except (requests.RequestException, HTTPError, OSError, UnicodeError):
        return Found(SILENT)
    if 200 <= reply.code < 300:
        return Found(WORKS, reply.code)
    return Found(BROKEN if reply.code in _GONE else SILENT, reply.code)


def _followed(method: str, url: str, opener: Opener, resolver: Resolver, end: float) -> Reply:
    for _hop in range(HOPS):
        if time.monotonic() > end:
            raise TimeoutError
        reply = opener(method, url, checked(url, resolver))
        if reply.code not in _MOVES or not reply.location:
            return reply
        url = urljoin(url, reply.location)
    raise TimeoutError


def checked(url: str, resolver: Resolver = resolve) -> str:
    """The address to connect to. Raises NotAskedError unless all that the name means is public.

    Raises OSError when the name is not known.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAskedError(url) from None
    host = (parts.hostname or "").rstrip(".")
    usual = port in _PORTS
    if parts.scheme not in {"http", "https"} or not host or not usual or "@" in parts.netloc:
        raise NotAskedError(url)
    found = resolver(host, port or (443 if parts.scheme == "https" else 80))
    try:
        addresses = [ipaddress.ip_address(one) for one in found]
    except ValueError:
        raise NotAskedError(url) from None
    if not addresses or not all(is_public(one) for one in addresses):
        raise NotAskedError(url)
    return str(addresses[0])


class _Pinned(HTTPAdapter):
    """Speaks to an IP address and expects the certificate of a name."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(  # type: ignore[no-untyped-call]
            *args, server_hostname=self._host, assert_hostname=self._host, **kwargs
        )


def fetch(method: str, url: str, ip: str, /) -> Reply:
    """Ask the server at an address by the name of the URL; a few kilobytes of it are read."""
    parts = urlsplit(url)
    host = f"[{ip}]" if ":" in ip else ip
    port = parts.port or (443 if parts.scheme == "https" else 80)
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with requests.Session() as session:
        # Neither a proxy nor a .netrc of the machine's owner has a say.
        session.trust_env = False
        if parts.scheme == "https":
            session.mount("https://", _Pinned(parts.hostname or ""))
        with session.request(
            method,
            f"{parts.scheme}://{host}:{port}{rest}",
            headers={
                "Host": parts.netloc,
                "User-Agent": "one-team-export-portal (link check)",
                "Accept": "text/html, */*;q=0.5",
                "Accept-Encoding": "identity",
            },
            timeout=(CONNECT, READ),
            allow_redirects=False,
            stream=True,
        ) as response:
            if method == "GET":
                response.raw.read1(LARGEST, decode_content=False)
            return Reply(response.status_code, response.headers.get("Location", ""))
