"""People who are written to, the hour of the day, and notices that may wait for theirs."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications import outbox, texts
from notifications.models import Notice
from notifications.models.preference import Preference

SEOUL = ZoneInfo("Asia/Seoul")
# A Wednesday without a holiday near.
WEDNESDAY = dt.datetime(2026, 12, 2, 11, 0, tzinfo=SEOUL)


def seoul(text: str) -> dt.datetime:
    """A moment on the clock of Seoul: "2026-12-02 11:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SEOUL)


class Clock:
    """The time of the whole process, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = WEDNESDAY
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def at(self, text: str) -> None:
        """It is this moment in Seoul."""
        self.now = seoul(text)

    def wait(self, **time: float) -> None:
        """So much later."""
        self.now += dt.timedelta(**time)


@pytest.fixture(name="clock")
def a_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Wednesday, eleven in the morning in Seoul."""
    return Clock(monkeypatch)


def person(login: str = "reader", **facts: Any) -> User:
    """Somebody who signs in."""
    return User.objects.create_user(f"{login}@example.kr", None, name="김시연", **facts)


def wants(user: User, rhythm: str, *topics: str) -> None:
    """What the person chose, as a row."""
    for topic in topics or ("cases", "reminders"):
        Preference.objects.update_or_create(user=user, topic=topic, defaults={"rhythm": rhythm})


def tell(user: User, kind: str = "supplement_arrived", number: str = "", **more: Any) -> Notice:
    """Write a notice to a person; about themselves unless a number says which case."""
    facts = texts.sample(kind) | more.pop("context", {})
    with transaction.atomic():
        return outbox.enqueue(
            kind,
            to=user.email,
            context=facts,
            subject_key=number or f"company/{user.pk}",
            language=user.language,
            recipient=user,
            **more,
        )


def states(*notices: Notice) -> list[str]:
    """Where these stand now."""
    known = dict(Notice.objects.values_list("pk", "state"))
    return [known[notice.pk] for notice in notices]
