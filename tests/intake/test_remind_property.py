"""Whatever the calendar, the beat and the clock do: once for a reason, by day, never after the end.

Drawn lives over the real calendars of 2024 to 2032, in Seoul and at missions, with runs that come
twice, not at all for days, or after a clock that jumped back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import holidays
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intake import reminding
from intake.clock import Calendar
from intake.reminding import Occasion

YEARS = range(2024, 2033)
PLACES = {"KR": {5, 6}, "VN": {5, 6}, "AE": {5, 6}, "US": {5, 6}, "IL": {4, 5}}


@cache
def calendar_of(country: str) -> Calendar:
    """The published holidays of a country."""
    days = frozenset(holidays.country_holidays(country, years=YEARS))
    return Calendar(lambda day: day in days, frozenset(PLACES[country]))


# --- A life -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Life:
    """Something that waits from a day until its date, and ends at a moment or never."""

    reason: Callable[[Life, dt.date], Occasion | None]
    calendar: Calendar
    since: dt.date
    due: dt.date
    ends: dt.datetime
    runs: tuple[dt.datetime, ...]


def _body(life: Life, today: dt.date) -> Occasion | None:
    """Bodies have a key of their own kind: as an occasion of the same date."""
    key = reminding.occasion(asked=life.since, due=life.due, today=today, calendar=life.calendar)
    step = key.partition(":")[2]
    rank = 0 if step == "before" else 1 + int(step.rpartition("-")[2] or 0) if step else 0
    return Occasion(str(life.due), rank, step) if key else None


REASONS: dict[str, Callable[[Life, dt.date], Occasion | None]] = {
    "case": lambda life, today: reminding.of_case(
        since=life.since, due=life.due, today=today, calendar=life.calendar
    ),
    "head": lambda life, today: reminding.of_head(
        due=life.due, today=today, calendar=life.calendar
    ),
    "untaken": lambda life, today: reminding.of_untaken(
        since=life.since, today=today, calendar=life.calendar
    ),
    "supplement": lambda life, today: reminding.of_supplement(
        asked=life.since, due=life.due, today=today, calendar=life.calendar
    ),
    "answer": lambda life, today: reminding.of_answer(
        closes=life.due, today=today, calendar=life.calendar
    ),
    "outcome": lambda life, today: reminding.of_outcome(ended=life.since, today=today),
    "body": _body,
}


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A life with the moments at which the beat looks at it."""
    since = draw(st.dates(dt.date(2024, 1, 1), dt.date(2032, 6, 1)))
    due = since + dt.timedelta(days=draw(st.integers(0, 45)))
    start = dt.datetime.combine(since, dt.time(10))
    hours = draw(st.lists(st.integers(0, 60 * 24), min_size=1, max_size=60))
    runs = []
    for hour in sorted(hours):
        moment = start + dt.timedelta(hours=hour, minutes=draw(st.sampled_from([0, 1, 30, 59])))
        # The clock may be wrong for a moment, and a second beat may run at the same one.
        moment += dt.timedelta(hours=draw(st.sampled_from([0, 0, 0, 0, 1, -1, -26])))
        runs += [moment] * draw(st.sampled_from([1, 1, 2]))
    return Life(
        reason=REASONS[draw(st.sampled_from(sorted(REASONS)))],
        calendar=calendar_of(draw(st.sampled_from(sorted(PLACES)))),
        since=since,
        due=due,
        ends=start + dt.timedelta(hours=draw(st.integers(1, 60 * 24))),
        runs=tuple(runs),
    )


def told(life: Life, *, remembers: bool = True) -> Iterator[tuple[dt.datetime, Occasion]]:
    """What the beat tells, as its jobs do; the naive twin keeps nothing of what it told."""
    said: list[str] = []
    for moment in life.runs:
        if moment >= life.ends or not reminding.awake(moment, life.calendar):
            continue
        found = life.reason(life, moment.date())
        if found is not None and found.is_news(said):
            if remembers:
                said.append(found.key)
            yield moment, found


def check(life: Life, *, remembers: bool = True) -> None:
    """At most once for each reason, never an older one later, awake, and before the end."""
    found = list(told(life, remembers=remembers))
    assert [key for key, times in Counter(one.key for _at, one in found).items() if times > 1] == []
    ranks: dict[str, int] = {}
    for moment, one in found:
        assert one.rank > ranks.get(one.base, -1)
        ranks[one.base] = one.rank
        assert life.calendar.works_on(moment.date())
        assert reminding.MORNING <= moment.time() < reminding.EVENING
        assert moment < life.ends


@settings(max_examples=400, deadline=None)
@given(lives())
def test_nobody_is_told_twice_at_night_or_after_the_end(life: Life) -> None:
    check(life)


def test_twin_that_keeps_nothing_is_caught_by_the_same_property() -> None:
    """The broken twin: without the rows of what was told the property does not hold."""

    @settings(max_examples=400, deadline=None, database=None)
    @given(lives())
    def naive(life: Life) -> None:
        check(life, remembers=False)

    with pytest.raises(AssertionError):
        naive()


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(PLACES)),
    st.dates(dt.date(2024, 1, 1), dt.date(2032, 1, 1)),
    st.integers(2, 45),
)
@example("KR", dt.date(2025, 9, 22), 14)  # the ten days of Chuseok 2025
@example("KR", dt.date(2026, 12, 21), 14)  # over the end of a year
def test_somebody_who_sleeps_through_nothing_hears_before_the_date_and_after_it(
    country: str, since: dt.date, length: int
) -> None:
    """The other side: with a beat each hour the word before the date does come."""
    calendar = calendar_of(country)
    since = calendar.next_working_day(since)
    due = calendar.next_working_day(since + dt.timedelta(days=length))
    days = [since + dt.timedelta(days=day) for day in range((due - since).days + 12)]
    worked = [day for day in days if calendar.works_on(day)]
    found = {
        day: one.rank
        for day in worked
        if (one := reminding.of_case(since=since, due=due, today=day, calendar=calendar))
    }

    before = [day for day in worked if since < day <= due]
    after = [day for day in worked if day > due]
    assert min(found) == (before[-2] if len(before) > 1 else before[-1])
    assert [found[day] for day in after] == [1 + place // 3 for place in range(len(after))]


@settings(max_examples=200, deadline=None)
@given(
    st.builds(dt.datetime.combine, st.dates(dt.date(2024, 1, 1), dt.date(2032, 1, 1)), st.times()),
    st.integers(0, 80),
    st.lists(st.integers(0, 10 * 24 * 60), min_size=1, max_size=80),
)
def test_border_is_told_at_any_hour_and_once_a_morning_when_late(
    since: dt.datetime, hours: int, minutes: list[int]
) -> None:
    calendar = calendar_of("KR")
    due = dt.datetime.combine(
        calendar.next_working_day((since + dt.timedelta(hours=hours)).date()), dt.time(15)
    )
    said: list[str] = []
    late: list[dt.date] = []
    for minute in sorted(minutes):
        now = since + dt.timedelta(minutes=minute)
        one = reminding.of_border(since=since, due=due, now=now, calendar=calendar)
        if one is not None and one.is_news(said):
            said.append(one.key)
            assert (one.name == "over") == (now >= due)
            late += [now.date()] if one.name == "over" else []

    assert len(said) == len(set(said))
    # The first word when it is late, and then one for each working day that began.
    assert all(count <= 2 for count in Counter(late).values())
