"""One signed POST to a partner's system: pinned to the checked address, short of patience."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from notifications import retry_after
from notifications.hooks import address
from notifications.hooks.address import Target

# Seconds until connected, until the next bytes, and for the whole answer.
CONNECT, READ, WHOLE = 5.0, 10.0, 15.0
# An answer is a few words; a longer one is not read to its end.
LARGEST = 64 * 1024
KEPT = 500
# The longest Retry-After that is obeyed.
LONGEST_WAIT = 24 * 3600.0


@dataclass(frozen=True)
class Answer:
    """What the partner's system said; `status` is None where it said nothing."""

    status: int | None
    text: str
    milliseconds: int
    wait: float = 0.0

    @property
    def good(self) -> bool:
        """Whether the event was taken."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def tired(self) -> bool:
        """Whether it is the system that cannot, rather than this one event."""
        return self.status is None or self.status >= 500 or self.status in (408, 429)


class _Pinned(HTTPAdapter):
    """Speaks to an IP address and expects the certificate of a name."""

    def __init__(self, host: str) -> None:
        self._host = host
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(  # type: ignore[no-untyped-call]
            *args, server_hostname=self._host, assert_hostname=self._host, **kwargs
        )


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one event; never raises for the other side."""
    begun = time.monotonic()
    try:
        target = address.parse(url)
        ip = address.resolve(target)
    except address.BadAddressError as refused:
        return Answer(None, str(refused), _since(begun))
    try:
        return _post(target, ip, body, headers, begun)
    except (requests.RequestException, HTTPError, OSError) as error:
        return Answer(None, type(error).__name__, _since(begun))


def _post(target: Target, ip: str, body: bytes, headers: dict[str, str], begun: float) -> Answer:
    host = f"[{ip}]" if ":" in ip else ip
    with requests.Session() as session:
        # Neither a proxy nor a .netrc of the machine's owner has a say.
        session.trust_env = False
        if target.scheme == "https":
            session.mount("https://", _Pinned(target.host))
        with session.post(
            f"{target.scheme}://{host}:{target.port}{target.rest}",
            data=body,
            headers={
                **headers,
                "Host": target.authority,
                "Content-Type": "application/json",
                "User-Agent": "one-team-export-portal",
                "Accept-Encoding": "identity",
            },
            timeout=(CONNECT, READ),
            allow_redirects=False,
            verify=settings.HOOK_CA or True,
            stream=True,
        ) as response:
            wait = retry_after.seconds(response.headers.get("Retry-After"), most=LONGEST_WAIT)
            said = _read(response, begun + WHOLE)
            return Answer(response.status_code, _words(said), _since(begun), wait)


def _read(response: requests.Response, end: float) -> bytes:
    """The answer as far as it is worth reading. The status counts, however the rest ends."""
    found = b""
    try:
        while len(found) < LARGEST and time.monotonic() < end:
            piece = response.raw.read1(LARGEST - len(found), decode_content=False)
            if not piece:
                break
            found += piece
    except (HTTPError, OSError):
        pass
    return found


def _words(said: bytes) -> str:
    text = said[: KEPT * 4].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:KEPT]


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)
