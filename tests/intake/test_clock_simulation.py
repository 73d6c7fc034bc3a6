"""Ten thousand random lives of cases on the pure clock, against a slow second way of counting.

The second way (`Slow`) knows nothing of the first: it lists every day, or every minute, that
counts and takes the n-th. CLOCK_LIVES sets another number of lives, CLOCK_SEED other lives.
"""

from __future__ import annotations

import datetime as dt
import os
import random
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import holidays
import pytest

from intake import clock

LIVES = int(os.environ.get("CLOCK_LIVES", "10000"))
SEED = int(os.environ.get("CLOCK_SEED", "20260921"))
FIRST, LAST = dt.datetime(2024, 1, 1), dt.datetime(2032, 12, 31, 23, 59)  # noqa: DTZ001
DAYS_OFF = frozenset(holidays.country_holidays("KR", years=range(2024, 2037)))
KOREA = clock.Calendar(is_holiday=lambda day: day in DAYS_OFF)
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
STARTS = (clock.RECEIVED, clock.STARTED_AGAIN)
# Moments that go wrong first: minutes around opening, lunch, closing, midnight.
EDGES = [(0, 0), (8, 59), (9, 0), (9, 1), (11, 59), (12, 0), (12, 30), (13, 0), (13, 1)]
EDGES += [(17, 59), (18, 0), (18, 1), (23, 59)]
EVE = [day - DAY for day in sorted(DAYS_OFF) if day.year in range(2024, 2033)]


@dataclass
class Life:
    """A policy, and what happened to a case in the order in which it happened."""

    policy: clock.Policy
    events: list[clock.Event]


def moment(rng: random.Random) -> dt.datetime:
    """Any minute of nine years; every third time one at an edge of the day or of a holiday."""
    found = FIRST + MINUTE * rng.randrange(int((LAST - FIRST) / MINUTE))
    kind = rng.randrange(6)
    if kind == 0:
        return dt.datetime.combine(found.date(), dt.time(*rng.choice(EDGES)))
    if kind == 1:
        return dt.datetime.combine(rng.choice(EVE), found.time())
    if kind == 2:
        return dt.datetime.combine(dt.date(found.year, 12, rng.randint(28, 31)), found.time())
    return found


def any_policy(rng: random.Random) -> clock.Policy:
    """Days or hours, short or long, with or without lunch."""
    unit = rng.choice([clock.DAYS, clock.DAYS, clock.HOURS])
    length = rng.randint(1, 40 if unit == clock.HOURS else 30)
    if unit == clock.DAYS and rng.random() < 0.4:
        length = rng.choice([3, 5, 6, 7, 14])
    return clock.Policy(length, unit, rng.randint(0, length), rng.random() < 0.3)


def life(rng: random.Random) -> Life:
    """Receipt, then supplements, extensions, disputes and reopenings in any mixture."""
    policy, now = any_policy(rng), moment(rng)
    events = [clock.Event(clock.RECEIVED, now)]
    paused = False
    for _step in range(rng.choice([0, 1, 2, 2, 3, 4, 6, 8])):
        now += MINUTE * rng.choice([1, 90, rng.randint(1, 1500), rng.randint(1, 25_000)])
        if paused:
            kinds = [clock.SUPPLEMENT_ARRIVED] * 3 + [clock.STARTED_AGAIN]
        else:
            kinds = [clock.SUPPLEMENT_SENT] * 3 + [clock.EXTENDED] * 2 + [clock.STARTED_AGAIN]
        kind = rng.choice(kinds)
        # Now and then somebody asks for more than the law gives.
        units = rng.randint(0, policy.length + 3) if kind == clock.EXTENDED else 0
        events.append(clock.Event(kind, now, units))
        paused = kind == clock.SUPPLEMENT_SENT
    return Life(policy, events)


@cache
def open_day(day: dt.date) -> bool:
    """Whether the offices are open, said in another way than the clock says it."""
    return day.isoweekday() <= 5 and day not in DAYS_OFF


@cache
def open_minutes(lunch_counts: bool) -> list[int]:
    """The minutes of an office day that count, as minutes since midnight."""
    return [
        minute
        for minute in range(24 * 60)
        if 9 * 60 <= minute < 18 * 60 and (lunch_counts or minute // 60 != 12)
    ]


class Slow:
    """The rules of the Act, counted day by day and minute by minute."""

    def __init__(self, story: Life) -> None:
        self.policy = story.policy
        start = max(i for i, event in enumerate(story.events) if event.kind in STARTS)
        self.events = story.events[start:]
        self.received = self.events[0].at
        self.extra = sum(
            min(event.units, self.policy.length)
            for event in self.events
            if event.kind == clock.EXTENDED
        )
        self.lost: set[dt.date] = set()
        self.paused_since: dt.date | None = None
        for before, after in pairwise([*self.events, None]):
            if before.kind == clock.SUPPLEMENT_SENT:
                self.paused_since = before.at.date()
            if before.kind == clock.SUPPLEMENT_ARRIVED:
                self.paused_since = None
            if self.paused_since and after is not None:
                day = before.at.date()
                while day <= after.at.date():
                    self.lost.add(day)
                    day += DAY

    def counted(self) -> list[dt.date]:
        """Two hundred days that count, from the day of receipt on."""
        day, found = self.received.date(), []
        while len(found) < 200:
            if open_day(day) and day not in self.lost:
                found.append(day)
            day += DAY
        return found

    def due(self) -> dt.datetime | None:
        """When the case is due; None while it waits for a supplement."""
        policy = self.policy
        if self.paused_since:
            return None
        units = policy.length + self.extra
        if policy.unit == clock.DAYS and policy.length > 5:
            return dt.datetime.combine(self.counted()[units - 1], dt.time(18))
        left = 60 * (units if policy.unit == clock.HOURS else 8 * units)
        for day in self.counted():
            midnight = dt.datetime.combine(day, dt.time())
            minutes = [
                minute
                for minute in open_minutes(policy.lunch_counts)
                if midnight + MINUTE * minute >= self.received
            ]
            if left <= len(minutes):
                return midnight + MINUTE * (minutes[left - 1] + 1)
            left -= len(minutes)
        raise AssertionError("two hundred days were not enough")


def found(story: Life) -> clock.Deadline:
    """What the clock says."""
    return clock.deadline(story.policy, story.events, KOREA)


def broken(story: Life, rng: random.Random) -> list[str]:
    """The rules of DOMAIN 3.1 that the clock breaks for a life."""
    slow, policy, answer = Slow(story), story.policy, found(story)
    wrong = []

    def rule(name: str, holds: bool) -> None:
        if not holds:
            wrong.append(name)

    rule("same date as the slow count", answer.due == slow.due())
    rule("same standstill", answer.paused_since == slow.paused_since)
    rule("paused means no date", answer.paused == (answer.due is None))
    extensions = sum(event.kind == clock.EXTENDED for event in slow.events)
    rule("an extension adds at most the original", answer.extended_by <= extensions * policy.length)
    shuffled = rng.sample(story.events, len(story.events))
    rule("order does not matter", found(Life(policy, shuffled)) == answer)
    rule("a restart forgets", found(Life(policy, slow.events)) == answer)
    if answer.due is None:
        return wrong
    due, first = answer.due, slow.received.date()
    rule("never before receipt", due > slow.received or not policy.runs_in_hours)
    rule("never on an earlier day", due.date() >= first)
    rule("an open day", open_day(due.date()))
    rule("not a day of waiting", due.date() not in slow.lost)
    span = [first + DAY * offset for offset in range((due.date() - first).days + 1)]
    days = [day for day in span if open_day(day) and day not in slow.lost]
    if policy.runs_in_hours:
        rule("in office hours", dt.time(9) < due.time() <= dt.time(18))
        rule("short means five days", policy.unit == clock.HOURS or policy.length <= 5)
        if policy.unit == clock.DAYS and not answer.extended_by:
            hours = clock.Policy(policy.length * 8, clock.HOURS, 0, policy.lunch_counts)
            rule("a day is eight hours", found(Life(hours, slow.events)).due == due)
    else:
        rule("the first day counts", len(days) == policy.length + answer.extended_by)
        rule("ends with the office day", due.time() == dt.time(18))
    last = slow.events[-1].at
    longer = Life(policy, [*story.events, clock.Event(clock.EXTENDED, last + MINUTE, 1)])
    rule("an extension is never for nothing", found(longer).due > due)
    waited = [
        clock.Event(clock.SUPPLEMENT_SENT, last + MINUTE),
        clock.Event(clock.SUPPLEMENT_ARRIVED, last + MINUTE * rng.randint(2, 9000)),
    ]
    rule("waiting never hurts", found(Life(policy, [*story.events, *waited])).due >= due)
    return wrong


def test_random_lives_obey_every_rule() -> None:
    rng = random.Random(SEED)  # noqa: S311
    wrong = {}

    for number in range(LIVES):
        story = life(rng)
        rules = broken(story, rng)
        if rules:
            wrong[number] = (rules, story)

    assert dict(list(wrong.items())[:3]) == {}


def test_the_lives_hold_what_they_should() -> None:
    rng = random.Random(SEED)  # noqa: S311
    lives = [life(rng) for _ in range(1000)]

    received = [story.events[0].at for story in lives]
    kinds = [event.kind for story in lives for event in story.events]
    assert {day.year for day in received} == set(range(2024, 2033))
    assert {day.weekday() for day in received} == set(range(7))
    assert {day.hour for day in received} == set(range(24))
    assert any(day.date() in DAYS_OFF for day in received)
    assert set(kinds) == {
        clock.RECEIVED,
        clock.STARTED_AGAIN,
        clock.SUPPLEMENT_SENT,
        clock.SUPPLEMENT_ARRIVED,
        clock.EXTENDED,
    }
    assert {story.policy.runs_in_hours for story in lives} == {True, False}
    assert {Slow(story).paused_since is None for story in lives} == {True, False}


# Clocks that break one rule each: the simulation must see every one of them.
def _counts_from_the_next_day(monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.due_date
    monkeypatch.setattr(clock, "due_date", lambda day, *rest: real(day + DAY, *rest))


def _counts_the_day_of_arrival(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        clock.Pause, "covers", lambda self, day: self.since <= day < (self.until or day)
    )


def _works_on_saturdays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.Calendar, "works_on", lambda _self, day: day.weekday() < 6)


def _forgets_no_history(monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.deadline

    def forgetful(policy: clock.Policy, events: list[clock.Event], *rest: object) -> object:
        first = [event for event in events if event.kind == clock.RECEIVED]
        again = clock.STARTED_AGAIN
        return real(policy, [e for e in events if not (first and e.kind == again)], *rest)

    monkeypatch.setattr(clock, "deadline", forgetful)


def _has_a_seven_hour_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "WORKING_HOURS_PER_DAY", 7)


@pytest.mark.parametrize(
    "breaks",
    [
        _counts_from_the_next_day,
        _counts_the_day_of_arrival,
        _works_on_saturdays,
        _forgets_no_history,
        _has_a_seven_hour_day,
    ],
    ids=lambda breaks: breaks.__name__.strip("_"),
)
def test_a_broken_clock_is_seen(breaks: object, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(SEED)  # noqa: S311
    lives = [life(rng) for _ in range(300)]
    assert [story for story in lives if broken(story, rng)] == []

    breaks(monkeypatch)

    assert [story for story in lives if broken(story, rng)] != []
