"""The line to the gateway: one JSON POST per message, and what each kind of answer means.

| answer | outcome |
|---|---|
| 2xx with JSON that names an `id` | SENT, the id is kept |
| 2xx with anything else, a line that breaks, a time-out after the message had left | DROPPED |
| 408, 409, 425, 5xx | LATER, after `Retry-After` |
| 429 | SLOWER: the channel rests for `Retry-After`, no message is to blame |
| 401, 402, 403, 404, 405, 410, 3xx; no line at all | AWAY: our account or settings |
| any other 4xx | NEVER: this message or its number |

Whatever may have arrived is sent again under the same `Idempotency-Key`, so that the gateway can
tell the second from a new one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError

from notifications import retry_after
from notifications.transport import Answer, Outcome

# Seconds until connected, until the next bytes, and for the whole answer.
CONNECT, READ, WHOLE = 5.0, 15.0, 20.0
# An answer is a few words; a longer one is not read to its end.
LARGEST = 64 * 1024
LONGEST_WAIT = 3600.0
_OURS = frozenset({401, 402, 403, 404, 405, 407, 410})
_LATER = frozenset({408, 409, 425})
_ID_NAMES = ("id", "messageId", "message_id")


class Line:
    """Connections to the gateway, kept for a batch."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # Neither a proxy nor a .netrc of the machine's owner has a say in where the key goes.
        self._session.trust_env = False
        self._session.headers.update(
            {
                "Accept": "application/json",
                "Authorization": f"Bearer {settings.TEXT_GATEWAY_KEY}",
                "User-Agent": "one-team-export-portal",
            }
        )

    def post(self, body: Mapping[str, Any], *, key: str) -> Answer:
        """Hand over one message and say what became of it; never raises for the other side."""
        end = time.monotonic() + WHOLE
        try:
            with self._session.post(
                settings.TEXT_GATEWAY_URL,
                data=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json", "Idempotency-Key": key},
                timeout=(CONNECT, READ),
                allow_redirects=False,
                verify=settings.TEXT_GATEWAY_CA or True,
                stream=True,
            ) as response:
                status = response.status_code
                wait = retry_after.seconds(response.headers.get("Retry-After"), most=LONGEST_WAIT)
                said = _read(response, end)
        except requests.RequestException as error:
            return Answer(_without_answer(error), type(error).__name__)
        except (HTTPError, OSError) as error:
            # The status came and the rest did not: whatever it was, it may count.
            return Answer(Outcome.DROPPED, type(error).__name__)
        return judged(status, said, wait)

    def close(self) -> None:
        """Hang up."""
        self._session.close()


def judged(status: int, said: bytes, wait: float = 0.0) -> Answer:
    """What an answer means."""
    words = f"{status} {' '.join(said.decode('utf-8', 'replace').replace(chr(0), '').split())}"
    words = words.strip()[:500]
    if 200 <= status < 300:
        name = _id(said)
        if not name:
            return Answer(Outcome.DROPPED, words, wait)
        return Answer(Outcome.SENT, f"{status} {name}")
    if status == 429:
        return Answer(Outcome.SLOWER, words, wait)
    if status in _OURS or 300 <= status < 400:
        return Answer(Outcome.AWAY, words, wait)
    if status in _LATER or status >= 500:
        return Answer(Outcome.LATER, words, wait)
    return Answer(Outcome.NEVER if status >= 400 else Outcome.DROPPED, words)


def _id(said: bytes) -> str:
    """The gateway's own name for the message; empty where the answer is not one."""
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    for name in _ID_NAMES:
        value = found.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).replace("\x00", "")[:200]
    return ""


def _read(response: requests.Response, end: float) -> bytes:
    """The answer as far as it is worth reading: not beyond its size, not beyond its time."""
    found = b""
    while len(found) < LARGEST:
        piece = response.raw.read1(LARGEST - len(found), decode_content=True)
        if not piece:
            return found
        found += piece
        if time.monotonic() > end:
            raise ProtocolError("the answer takes too long")
    raise ProtocolError("the answer is too long")


def _without_answer(error: requests.RequestException) -> Outcome:
    """Whether a message that got no answer can have arrived."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return Outcome.AWAY
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.ConnectionError) and isinstance(cause, MaxRetryError):
        return Outcome.AWAY
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Outcome.AWAY
    return Outcome.DROPPED
