"""What is known of readers: their hour, their office days, their wishes, what they may still read.

This app knows no role and no case. The layers above say these things (`portal/notice_readers.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from notifications import catalog
from notifications.models.preference import AT_ONCE, Preference

SEOUL = ZoneInfo("Asia/Seoul")


def weekdays(day: dt.date) -> bool:
    """Monday to Friday: the office days of somebody of whom nothing else is known."""
    return day.weekday() < 5


@dataclass(frozen=True)
class Reader:
    """One reader; without facts somebody in Seoul who wants everything at once."""

    zone: ZoneInfo = SEOUL
    works_on: Callable[[dt.date], bool] = weekdays
    # Topic → rhythm, where the person chose one.
    rhythms: Mapping[str, str] = field(default_factory=dict)
    # Where a digest goes, and in which language; empty: as the notices in it.
    address: str = ""
    language: str = ""

    def rhythm(self, topic: str) -> str:
        """How often this reader wants to hear of a topic."""
        return self.rhythms.get(topic, AT_ONCE)


STRANGER = Reader()
People = Callable[[Collection[int]], Mapping[int, Reader]]
Readable = Callable[[int, Collection[str]], frozenset[str]]
Audiences = Callable[[Any], frozenset[str]]


def _of_preferences(pks: Collection[int]) -> dict[int, Reader]:
    wishes: dict[int, dict[str, str]] = {pk: {} for pk in pks}
    for user, topic, rhythm in Preference.objects.filter(user__in=pks).values_list(
        "user_id", "topic", "rhythm"
    ):
        wishes[user][topic] = rhythm
    return {pk: Reader(rhythms=chosen) for pk, chosen in wishes.items()}


def _everything(_pk: int, keys: Collection[str]) -> frozenset[str]:
    return frozenset(keys)


def _every_audience(_user: Any) -> frozenset[str]:
    return frozenset(catalog.AUDIENCES)


@dataclass
class _Known:
    people: People = _of_preferences
    readable: Readable = _everything
    audiences: Audiences = _every_audience


_known = _Known()


def register(*, people: People, readable: Readable, audiences: Audiences) -> None:
    """Let a layer above say who readers are, what they may read, and as what they are told."""
    _known.people, _known.readable, _known.audiences = people, readable, audiences


def of(pks: Collection[int]) -> Mapping[int, Reader]:
    """These people as readers: one statement, none for nobody."""
    return _known.people(pks) if pks else {}


def may_read(pk: int, keys: Collection[str]) -> frozenset[str]:
    """Which of these subjects a person may read now; none for who left."""
    return _known.readable(pk, keys) if keys else frozenset()


def audiences(user: Any) -> frozenset[str]:
    """As what a person is written to: officer, filer, body …"""
    return _known.audiences(user)
