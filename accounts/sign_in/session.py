"""What a session proves, and how long it lasts: read from the session alone, without a query."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as METHODS
from django.conf import settings
from django.contrib.auth import SESSION_KEY

# Beside METHODS, whose records these are; allauth keeps the name of the key to itself.
METHODS_OF = "account_authentication_methods_user"
# When the person was last heard of, and when they signed in (seconds since the epoch).
SEEN, SINCE = "seen", "since"
PASSWORD, SECOND_FACTOR, MAIL_CODE, PROVIDER = "password", "mfa", "code", "provider"

Session = MutableMapping[str, Any]


def methods(session: Session) -> frozenset[str]:
    """By what the signed-in person has proved in this session who they are."""
    records = session.get(METHODS)
    if session.get(METHODS_OF) != session.get(SESSION_KEY) or not isinstance(records, list):
        return frozenset()
    return frozenset(str(record.get("method")) for record in records)


def has_second_factor(session: Session) -> bool:
    """Whether a second factor was shown in this session by whoever is signed in."""
    return SECOND_FACTOR in methods(session)


def was_recent(session: Session, seconds: float) -> bool:
    """Whether the signed-in person has proved who they are within so many seconds."""
    if not methods(session):
        return False
    return max(float(record.get("at", 0)) for record in session[METHODS]) > time.time() - seconds


def record(session: Session, method: str, user_pk: object) -> None:
    """Write down that the signed-in person has proved who they are."""
    mine = str(session.get(METHODS_OF)) == str(user_pk)
    known = session.get(METHODS, []) if mine else []
    session[METHODS] = [*known, {"method": method, "at": time.time()}]
    session[METHODS_OF] = str(user_pk)


def begin(session: Session) -> None:
    """Start the clock of a session in which somebody has just signed in."""
    session[SEEN] = session[SINCE] = int(time.time())


def idle_seconds() -> float:
    """How long a person may be silent."""
    return float(settings.IDLE_MINUTES) * 60


def grain() -> float:
    """How exactly silence is measured: the session is written at most once in this time."""
    return min(60.0, idle_seconds() / 10)


def is_over(session: Session) -> bool:
    """Whether the person was silent for too long, or signed in too long ago."""
    now = time.time()
    silent = now - session.get(SEEN, now)
    whole = now - session.get(SINCE, now)
    # What was seen may be older by the grain than what was done.
    return silent > idle_seconds() + grain() or whole > settings.SESSION_COOKIE_AGE


def touch(session: Session, *, at_once: bool = False) -> None:
    """Note that the person is there."""
    now = int(time.time())
    if SINCE not in session:
        begin(session)
    elif at_once or now - session[SEEN] >= grain():
        session[SEEN] = now
