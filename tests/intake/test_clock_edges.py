"""The clock at its edges: ends of pauses and of the search, events of one moment, hard errors."""

import dataclasses
import datetime as dt
from itertools import permutations

import pytest

from intake import clock

ALWAYS = clock.Calendar(weekend=frozenset())
NEVER = clock.Calendar(is_holiday=lambda _day: True)
MONDAY = dt.date(2026, 10, 12)
DAY = dt.timedelta(days=1)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def closed_until(first: dt.date) -> clock.Calendar:
    """An office that opens for the first time on a day, and from then on always."""
    return clock.Calendar(is_holiday=lambda day: day < first, weekend=frozenset())


def event(kind: str, when: str, units: int = 0) -> clock.Event:
    return clock.Event(kind, at(when), units)


# --- The calendar -------------------------------------------------------------------------
def test_an_office_rests_on_saturday_sunday_and_no_other_day() -> None:
    works = [clock.Calendar().works_on(MONDAY + DAY * offset) for offset in range(7)]

    assert works == [True] * 5 + [False] * 2


def test_a_weekend_may_lie_elsewhere() -> None:
    riyadh = clock.Calendar(weekend=frozenset({4, 5}))

    works = [riyadh.works_on(MONDAY + DAY * offset) for offset in range(7)]

    assert works == [True, True, True, True, False, False, True]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-10-16", "2026-10-16"), ("2026-10-17", "2026-10-19"), ("2026-10-18", "2026-10-19")],
)
def test_next_working_day_is_the_day_itself_or_the_next(day: str, expected: str) -> None:
    found = clock.Calendar().next_working_day(dt.date.fromisoformat(day))

    assert found == dt.date.fromisoformat(expected)


def test_searches_look_ten_years_ahead_and_no_further() -> None:
    last = MONDAY + DAY * 3660
    opens_on_it, opens_after = closed_until(last), closed_until(last + DAY)
    start = dt.datetime.combine(MONDAY, dt.time(10))

    assert opens_on_it.next_working_day(MONDAY) == last
    assert clock.due_date(MONDAY, 1, opens_on_it) == last
    assert clock.due_moment(start, 1, opens_on_it) == dt.datetime.combine(last, dt.time(10))
    for search in (
        lambda: opens_after.next_working_day(MONDAY),
        lambda: clock.due_date(MONDAY, 1, opens_after),
        lambda: clock.due_moment(start, 1, opens_after),
    ):
        with pytest.raises(clock.CalendarError, match=r"2026-10-12"):
            search()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (clock.Calendar(), "weekend"),
        (clock.Policy(7), "length"),
        (clock.Pause(MONDAY), "until"),
        (event(clock.RECEIVED, "2026-10-12T10:00"), "at"),
        (clock.Deadline(None, MONDAY, 0), "due"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_clock_answers_cannot_be_changed(value: object, name: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)


# --- Lengths ------------------------------------------------------------------------------
@pytest.mark.parametrize("length", [0, -1])
def test_a_period_without_length_is_an_error(length: int) -> None:
    with pytest.raises(ValueError, match="one day"):
        clock.due_date(MONDAY, length, ALWAYS)
    with pytest.raises(ValueError, match="one hour"):
        clock.due_moment(at("2026-10-12T10:00"), length, ALWAYS)


def test_one_day_ends_on_its_first_day_and_one_hour_after_an_hour() -> None:
    assert clock.due_date(MONDAY, 1, ALWAYS) == MONDAY
    assert clock.due_moment(at("2026-10-12T10:00"), 1, ALWAYS) == at("2026-10-12T11:00")


@pytest.mark.parametrize(
    ("policy", "runs_in_hours", "hours"),
    [
        (clock.Policy(5), True, 40),
        (clock.Policy(6), False, 48),
        (clock.Policy(6, clock.HOURS), True, 6),
        (clock.Policy(1), True, 8),
    ],
)
def test_five_days_and_less_run_in_hours(
    policy: clock.Policy, runs_in_hours: bool, hours: int
) -> None:
    assert (policy.runs_in_hours, policy.hours) == (runs_in_hours, hours)


def test_a_policy_is_in_days_without_extension_or_lunch_unless_it_says_so() -> None:
    policy = clock.Policy(7)

    assert (policy.unit, policy.extension, policy.lunch_counts) == ("days", 0, False)
    assert clock.Event(clock.EXTENDED, at("2026-10-12T10:00")).units == 0


@pytest.mark.parametrize(
    ("received", "hours", "due"),
    [
        ("2026-10-12T08:00", 3, "2026-10-12T12:00"),
        ("2026-10-12T09:00", 3, "2026-10-12T12:00"),
        ("2026-10-12T12:00", 1, "2026-10-12T14:00"),
        ("2026-10-12T17:59", 1, "2026-10-13T09:59"),
        ("2026-10-12T18:00", 1, "2026-10-13T10:00"),
        ("2026-10-12T09:00", 8, "2026-10-12T18:00"),
        ("2026-10-12T10:00", 8, "2026-10-13T10:00"),
        ("2026-10-12T23:59", 1, "2026-10-13T10:00"),
    ],
)
def test_hours_begin_and_end_with_the_office(received: str, hours: int, due: str) -> None:
    assert clock.due_moment(at(received), hours, ALWAYS) == at(due)


# --- Pauses -------------------------------------------------------------------------------
def test_a_pause_covers_both_its_ends_and_an_open_one_all_that_follows() -> None:
    closed, standing = clock.Pause(MONDAY, MONDAY + DAY * 2), clock.Pause(MONDAY)
    days = [MONDAY + DAY * offset for offset in range(-1, 4)]

    assert [closed.covers(day) for day in days] == [False, True, True, True, False]
    assert [standing.covers(day) for day in days] == [False, True, True, True, True]


def test_two_pauses_are_both_left_out() -> None:
    events = [
        event(clock.RECEIVED, "2026-10-12T10:00"),
        event(clock.SUPPLEMENT_SENT, "2026-10-13T10:00"),
        event(clock.SUPPLEMENT_ARRIVED, "2026-10-14T10:00"),
        event(clock.SUPPLEMENT_SENT, "2026-10-16T10:00"),
        event(clock.SUPPLEMENT_ARRIVED, "2026-10-16T11:00"),
    ]

    assert clock.pauses_of(events) == [
        clock.Pause(dt.date(2026, 10, 13), dt.date(2026, 10, 14)),
        clock.Pause(dt.date(2026, 10, 16), dt.date(2026, 10, 16)),
    ]
    assert clock.deadline(clock.Policy(6), events, ALWAYS).due == at("2026-10-20T18:00")


def test_what_is_asked_twice_pauses_from_the_first_time_and_nothing_arrives_unasked() -> None:
    sent_twice = [
        event(clock.SUPPLEMENT_SENT, "2026-10-13T10:00"),
        event(clock.SUPPLEMENT_SENT, "2026-10-15T10:00"),
        event(clock.SUPPLEMENT_ARRIVED, "2026-10-16T10:00"),
        event(clock.SUPPLEMENT_ARRIVED, "2026-10-19T10:00"),
    ]

    assert clock.pauses_of(sent_twice) == [
        clock.Pause(dt.date(2026, 10, 13), dt.date(2026, 10, 16))
    ]
    assert clock.pauses_of(sent_twice[2:]) == []


def test_a_pause_in_hours_skips_whole_days() -> None:
    events = [
        event(clock.RECEIVED, "2026-10-12T16:00"),
        event(clock.SUPPLEMENT_SENT, "2026-10-13T17:00"),
        event(clock.SUPPLEMENT_ARRIVED, "2026-10-14T09:30"),
    ]

    deadline = clock.deadline(clock.Policy(8, clock.HOURS), events, ALWAYS)

    assert deadline == clock.Deadline(at("2026-10-15T16:00"), None, 0)


def test_a_clock_that_stands_still_says_so() -> None:
    assert clock.Deadline(None, MONDAY, 0).paused is True
    assert clock.Deadline(at("2026-10-12T18:00"), None, 0).paused is False


# --- Extensions and restarts --------------------------------------------------------------
@pytest.mark.parametrize(
    ("policy", "units", "extended_by", "due"),
    [
        (clock.Policy(7), 8, 7, "2026-10-25T18:00"),
        (clock.Policy(7), 2, 2, "2026-10-20T18:00"),
        (clock.Policy(3), 1, 1, "2026-10-16T10:00"),
        (clock.Policy(3, clock.HOURS), 2, 2, "2026-10-12T16:00"),
        (clock.Policy(3, clock.HOURS), 9, 3, "2026-10-12T17:00"),
    ],
)
def test_an_extension_is_in_the_units_of_the_policy_and_at_most_its_length(
    policy: clock.Policy, units: int, extended_by: int, due: str
) -> None:
    events = [
        event(clock.RECEIVED, "2026-10-12T10:00"),
        event(clock.EXTENDED, "2026-10-12T10:30", units),
    ]

    deadline = clock.deadline(policy, events, ALWAYS)

    assert deadline == clock.Deadline(at(due), None, extended_by)


def test_a_new_start_forgets_extension_and_pause() -> None:
    before = [
        event(clock.RECEIVED, "2026-10-01T10:00"),
        event(clock.EXTENDED, "2026-10-02T10:00", 7),
        event(clock.SUPPLEMENT_SENT, "2026-10-03T10:00"),
    ]
    again = event(clock.STARTED_AGAIN, "2026-10-12T10:00")

    deadline = clock.deadline(clock.Policy(7), [*before, again], ALWAYS)

    assert deadline == clock.Deadline(at("2026-10-18T18:00"), None, 0)


def test_events_of_one_moment_count_the_same_in_any_order() -> None:
    moment = "2026-10-12T10:00"
    events = [
        event(clock.RECEIVED, moment),
        event(clock.SUPPLEMENT_SENT, moment),
        event(clock.SUPPLEMENT_ARRIVED, moment),
        event(clock.EXTENDED, moment, 1),
    ]

    found = {clock.deadline(clock.Policy(7), order, ALWAYS) for order in permutations(events)}

    assert found == {clock.Deadline(at("2026-10-20T18:00"), None, 1)}


def test_a_receipt_and_a_new_start_of_one_moment_are_one_beginning() -> None:
    events = [
        event(clock.STARTED_AGAIN, "2026-10-12T10:00"),
        event(clock.RECEIVED, "2026-10-12T10:00"),
    ]

    assert clock.in_order(events) == [events[1], events[0]]
    assert clock.deadline(clock.Policy(7), events, ALWAYS).due == at("2026-10-18T18:00")


# --- Working days between -----------------------------------------------------------------
def test_working_days_between_counts_the_end_and_not_the_start() -> None:
    calendar = clock.Calendar()
    offsets = [-4, -3, -1, 0, 1, 4, 5, 7]

    counts = [clock.working_days_between(MONDAY, MONDAY + DAY * n, calendar) for n in offsets]

    assert counts == [-2, -1, -1, 0, 1, 4, 4, 5]
    assert clock.working_days_between(MONDAY, MONDAY + DAY, NEVER) == 0
