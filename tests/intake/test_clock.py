"""The clock against the expected dates of tests/data/deadline_vectors.json and its own laws."""

import datetime as dt
import json
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import clock

VECTORS = json.loads(
    (Path(__file__).parent.parent / "data" / "deadline_vectors.json").read_text(encoding="utf-8")
)
KR = holidays.country_holidays("KR", years=range(2024, 2034))
KOREA = clock.Calendar(is_holiday=lambda day: day in KR)
NO_HOLIDAYS = clock.Calendar()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize("vector", VECTORS["days"], ids=lambda vector: vector["received"])
@pytest.mark.parametrize("days", [7, 14])
def test_due_date_matches_the_vectors(vector: dict[str, str], days: int) -> None:
    received = dt.date.fromisoformat(vector["received"])

    due = clock.due_date(received, days, KOREA)

    assert due.isoformat() == vector[f"due{days}"]
    assert received.strftime("%a") == vector["dow"]


@pytest.mark.parametrize("vector", VECTORS["hours"], ids=lambda vector: vector["received"])
@pytest.mark.parametrize(("key", "hours"), [("imm_3h", 3), ("transfer_8h", 8), ("d3_24h", 24)])
def test_due_moment_matches_the_vectors(vector: dict[str, str], key: str, hours: int) -> None:
    due = clock.due_moment(at(vector["received"]), hours, KOREA)

    assert due == at(vector[key])


def test_supplement_days_are_not_counted_both_ends_included() -> None:
    vector = VECTORS["supplement"]
    events = [
        clock.Event(clock.RECEIVED, at(vector["received"] + "T10:00")),
        clock.Event(clock.SUPPLEMENT_SENT, at(vector["sent"] + "T11:00")),
        clock.Event(clock.SUPPLEMENT_ARRIVED, at(vector["arrived"] + "T15:00")),
    ]

    deadline = clock.deadline(clock.Policy(vector["n"]), events, KOREA)

    assert deadline == clock.Deadline(at(vector["due"] + "T18:00"), None, 0)


def test_deadline_stands_still_until_the_supplement_arrives() -> None:
    events = [
        clock.Event(clock.RECEIVED, at("2026-10-12T10:00")),
        clock.Event(clock.SUPPLEMENT_SENT, at("2026-10-14T11:00")),
    ]

    deadline = clock.deadline(clock.Policy(7), events, KOREA)

    assert deadline == clock.Deadline(None, dt.date(2026, 10, 14), 0)


def test_extension_adds_its_units_to_the_whole_period() -> None:
    events = [
        clock.Event(clock.RECEIVED, at("2026-09-21T10:00")),
        clock.Event(clock.EXTENDED, at("2026-09-30T10:00"), units=7),
    ]

    deadline = clock.deadline(clock.Policy(7, extension=7), events, KOREA)

    assert deadline == clock.Deadline(at("2026-10-14T18:00"), None, 7)


def test_short_periods_in_days_run_in_hours_from_the_moment_of_receipt() -> None:
    events = [clock.Event(clock.RECEIVED, at("2026-10-02T16:30"))]

    deadline = clock.deadline(clock.Policy(3), events, KOREA)

    assert deadline.due == at("2026-10-08T16:30")


def test_lunch_counts_where_the_policy_says_so() -> None:
    received = at("2026-10-07T11:30")

    assert clock.due_moment(received, 1, KOREA) == at("2026-10-07T13:30")
    assert clock.due_moment(received, 1, KOREA, lunch_counts=True) == at("2026-10-07T12:30")


def test_a_history_without_receipt_has_no_deadline() -> None:
    with pytest.raises(ValueError, match="receipt"):
        clock.deadline(clock.Policy(7), [], KOREA)


def test_a_calendar_without_working_days_is_an_error_not_a_hang() -> None:
    never = clock.Calendar(is_holiday=lambda _day: True)

    with pytest.raises(clock.CalendarError):
        clock.due_date(dt.date(2026, 1, 1), 7, never)


@given(
    day=st.dates(dt.date(2024, 1, 1), dt.date(2032, 12, 31)),
    days=st.integers(6, 40),
)
def test_due_date_is_a_working_day_and_counts_exactly(day: dt.date, days: int) -> None:
    due = clock.due_date(day, days, KOREA)

    counted = sum(
        KOREA.works_on(day + dt.timedelta(days=offset)) for offset in range((due - day).days + 1)
    )
    assert (counted, KOREA.works_on(due)) == (days, True)


@given(
    received=st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2032, 12, 1)),  # noqa: DTZ001
    hours=st.integers(1, 60),
    more=st.integers(1, 20),
)
def test_more_hours_never_end_earlier(received: dt.datetime, hours: int, more: int) -> None:
    first = clock.due_moment(received, hours, KOREA)
    second = clock.due_moment(received, hours + more, KOREA)

    assert received < first < second
    assert clock.OPENS < first.time() <= clock.CLOSES


@given(
    received=st.dates(dt.date(2024, 1, 1), dt.date(2032, 6, 1)),
    sent=st.integers(0, 10),
    length=st.integers(0, 20),
)
def test_a_pause_moves_the_date_by_exactly_its_working_days(
    received: dt.date, sent: int, length: int
) -> None:
    since = received + dt.timedelta(days=sent)
    pause = clock.Pause(since, since + dt.timedelta(days=length))

    plain = clock.due_date(received, 7, KOREA)
    paused = clock.due_date(received, 7, KOREA, [pause])

    lost = sum(
        KOREA.works_on(received + dt.timedelta(days=offset))
        and pause.covers(received + dt.timedelta(days=offset))
        for offset in range((paused - received).days + 1)
    )
    between = clock.working_days_between(plain, paused, KOREA)
    assert between == lost


def test_working_days_between_is_signed() -> None:
    friday, monday = dt.date(2026, 10, 16), dt.date(2026, 10, 19)

    assert clock.working_days_between(friday, monday, KOREA) == 1
    assert clock.working_days_between(monday, friday, KOREA) == -1
    assert clock.working_days_between(friday, friday, KOREA) == 0
