"""By which browsers somebody is signed in: told in words that the person knows them by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import session as proof

# What a browser said of itself when it signed in, cut down to a name and a system.
NAME = "browser"
# The first that fits: later ones claim to be the earlier ones as well.
_PROGRAMS = (
    ("Edge", re.compile(r"\bEdg(?:A|iOS)?/")),
    ("Whale", re.compile(r"\bWhale/")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Opera", re.compile(r"\bOPR/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:(?:Headless)?Chrome|CriOS)/")),
    ("Safari", re.compile(r"\bSafari/")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b")),
    ("Linux", re.compile(r"\bLinux\b")),
)


@dataclass(frozen=True)
class SignedIn:
    """One browser in which somebody is signed in."""

    name: str
    since: dt.datetime
    seen: dt.datetime
    is_this: bool


def name_of(request: HttpRequest) -> str:
    """“Chrome · Windows”; empty when the browser says nothing that is known."""
    said = request.headers.get("User-Agent", "")[:400]
    found = (_first(_PROGRAMS, said), _first(_SYSTEMS, said))
    return " · ".join(part for part in found if part)


def note(request: HttpRequest) -> None:
    """Keep the browser's name with the session that has just begun."""
    request.session[NAME] = name_of(request)


def of(user: User, this: str | None) -> list[SignedIn]:
    """Where the person is signed in, this browser first, then the one seen last."""
    found = [_told(row, kept, this) for row, kept in _running(user) if not proof.is_over(kept)]
    return sorted(found, key=lambda one: (not one.is_this, -one.seen.timestamp()))


def end_elsewhere(user: User, this: str | None) -> int:
    """End every session of the person but this one; how many there were."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for row, _kept in _running(user):
        if row.session_key != this:
            store(session_key=row.session_key).delete()
            ended += 1
    return ended


def _running(user: User) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The person's sessions. They last a working day at most: the table is read through."""
    rows = Session.objects.filter(expire_date__gt=timezone.now())
    for row in rows.iterator(chunk_size=500):
        kept = row.get_decoded()
        if kept.get(SESSION_KEY) == str(user.pk):
            yield row, kept


def _told(row: Session, kept: dict[str, Any], this: str | None) -> SignedIn:
    since = kept.get(proof.SINCE, 0)
    return SignedIn(
        name=str(kept.get(NAME, "")),
        since=dt.datetime.fromtimestamp(since, dt.UTC),
        seen=dt.datetime.fromtimestamp(kept.get(proof.SEEN, since), dt.UTC),
        is_this=row.session_key == this,
    )


def _first(known: tuple[tuple[str, re.Pattern[str]], ...], said: str) -> str:
    return next((name for name, pattern in known if pattern.search(said)), "")
