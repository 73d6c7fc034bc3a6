"""The tax office's status service (국세청 사업자등록 상태조회): off unless a key is set.

Transport and reading are apart. Nothing here is asked while a case is filed: a task asks in the
background and keeps the answer with the directory's row.
"""

from __future__ import annotations

import http.client
import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

from accounts.told import CLOSED, OPERATING, SUSPENDED, UNREGISTERED

log = logging.getLogger(__name__)

# The service takes a hundred numbers at once.
AT_ONCE = 100
# A hundred answers are some 30 kB; nobody needs to read a gigabyte of something else.
LARGEST = 1024 * 1024
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 10.0, 30.0
PAUSES = (1.0, 4.0)
_STATES = {OPERATING, SUSPENDED, CLOSED}


class ServiceError(Exception):
    """The service gave no answer that can be used; the text never holds the key.

    `again` says whether asking once more can help.
    """

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


@dataclass(frozen=True)
class Service:
    """Where the service stands and the key for it, as the public data portal shows it."""

    url: str
    key: str
    pauses: Sequence[float] = PAUSES
    wait: Callable[[float], None] = time.sleep

    def states(self, numbers: Iterable[str]) -> dict[str, str]:
        """The state of each business number that the service answered for."""
        wanted = list(dict.fromkeys(numbers))
        found: dict[str, str] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            found |= self._asked(some)
        return found

    def _asked(self, numbers: Sequence[str]) -> dict[str, str]:
        """The answer to one question; asked again, with pauses, when that can help."""
        for pause in self.pauses:
            try:
                return read(self._post(numbers), numbers)
            except ServiceError as error:
                if not error.again:
                    raise
                log.info("tax office: %s; asked again in %.0f s", error, pause)
                self.wait(pause)
        return read(self._post(numbers), numbers)

    def _post(self, numbers: Sequence[str]) -> bytes:
        parts = urlsplit(self.url)
        # The portal hands out the key in two forms; whichever was set is encoded once.
        query = f"serviceKey={quote(unquote(self.key), safe='')}&returnType=JSON"
        path = f"{parts.path or '/'}?{parts.query + '&' if parts.query else ''}{query}"
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        until = time.monotonic() + WHOLE_SECONDS
        try:
            connection.connect()
            if connection.sock is not None:
                connection.sock.settimeout(READ_SECONDS)
            connection.request(
                "POST",
                path,
                body=json.dumps({"b_no": list(numbers)}),
                headers={"Content-Type": "application/json", "Accept": "application/json"},
            )
            with connection.getresponse() as response:
                body = _bounded(response, until)
        except (OSError, http.client.HTTPException) as error:
            # The address holds the key: only the kind of the fault is told.
            raise ServiceError(f"no answer ({type(error).__name__})") from None
        finally:
            connection.close()
        if response.status == 429 or response.status >= 500:
            raise ServiceError(f"HTTP {response.status}")
        if response.status != 200:
            raise ServiceError(f"HTTP {response.status}", again=False)
        return body


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)


def _bounded(response: http.client.HTTPResponse, until: float) -> bytes:
    """The whole answer, neither larger nor slower than an answer can be."""
    pieces, size = [], 0
    while piece := response.read1(64 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise ServiceError("the answer is too large", again=False)
        if time.monotonic() > until:
            raise TimeoutError
    if response.length:
        raise ServiceError("the answer was cut off")
    return b"".join(pieces)


def read(body: bytes, asked: Sequence[str]) -> dict[str, str]:
    """The states that an answer tells, of numbers that were asked for.

    The gateway answers its own faults (wrong key, quota) in XML, with status 200.
    """
    try:
        answer = json.loads(body)
    except ValueError:
        raise ServiceError(
            "the gateway refused" if body.lstrip()[:1] == b"<" else "not JSON",
            again=body.lstrip()[:1] != b"<",
        ) from None
    rows = answer.get("data") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or answer.get("status_code") != "OK":
        raise ServiceError("an answer of another shape", again=False)
    wanted = set(asked)
    found = {}
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        number, state = row.get("b_no"), _state(row)
        if number in wanted and state:
            found[str(number)] = state
    return found


def _state(row: Mapping[str, Any]) -> str:
    code = row.get("b_stt_cd")
    if code in _STATES:
        return str(code)
    # An unregistered number comes without a state and says so in its tax type.
    if code == "" and "등록되지 않은" in str(row.get("tax_type", "")):
        return UNREGISTERED
    return ""


def service() -> Service | None:
    """The service as the settings have it; None while it is switched off."""
    if not settings.NTS_SERVICE_URL or not settings.NTS_SERVICE_KEY:
        return None
    return Service(settings.NTS_SERVICE_URL, settings.NTS_SERVICE_KEY)
