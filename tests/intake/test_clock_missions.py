"""When missions work: Korean national days, the host country's holidays and its weekend."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import MISSION, Organisation
from intake import clock, deadline
from intake.models import CalendarDay


def calendar_of(code: str) -> clock.Calendar:
    return deadline.for_organisation(Organisation.objects.get(code=code))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "riyadh", "hanoi", "korea"),
    [
        # Korean national days; their substitute days are for the offices at home.
        ("2027-03-01", False, False, False),  # 3·1절, Monday
        ("2027-07-17", False, False, False),  # 제헌절, Saturday
        ("2028-07-17", False, False, False),  # 제헌절, Monday
        ("2028-08-15", False, False, False),  # 광복절, Tuesday
        ("2028-10-03", False, False, False),  # 개천절, Tuesday
        ("2028-10-09", False, False, False),  # 한글날, Monday
        ("2026-10-05", True, True, False),  # substitute of 개천절, Monday
        # Other Korean holidays are working days abroad.
        ("2028-05-05", False, True, False),  # 어린이날, Friday: the weekend in Riyadh
        ("2028-06-06", True, True, False),  # 현충일, Tuesday
        # The host country's holidays.
        ("2026-09-23", False, True, True),  # National Day in Saudi Arabia, Wednesday
        ("2027-09-02", True, False, True),  # National Day in Viet Nam, Thursday
        # Weekends: Friday and Saturday in Riyadh.
        ("2027-10-22", False, True, True),  # Friday
        ("2027-10-23", False, False, False),  # Saturday
        ("2027-10-24", True, False, False),  # Sunday
        # 제헌절 is a day off since 2026 only.
        ("2025-07-17", True, True, True),  # Thursday
    ],
)
def test_each_place_keeps_its_own_days(
    reference_data: None, text: str, riyadh: bool, hanoi: bool, korea: bool
) -> None:
    found = [calendar_of("MIS-RUH"), calendar_of("MIS-HAN"), deadline.korea()]

    assert [place.works_on(day(text)) for place in found] == [riyadh, hanoi, korea]


def test_a_body_at_home_works_on_the_korean_calendar_with_its_exceptions(
    reference_data: None,
) -> None:
    CalendarDay.objects.create(day=day("2027-10-22"), reason="임시공휴일")
    deadline.forget()

    works = [calendar_of(code).works_on(day("2027-10-22")) for code in ("KCS", "MIS-HAN")]

    # A day off at home is none abroad.
    assert works == [False, True]


def test_every_mission_has_a_calendar_that_knows_its_country(reference_data: None) -> None:
    missions = Organisation.objects.filter(kind=MISSION)

    calendars = [deadline.for_organisation(mission) for mission in missions]

    assert len(calendars) == 25
    assert [len(calendar.weekend) for calendar in calendars] == [2] * 25
    year = [day("2027-01-01") + dt.timedelta(days=offset) for offset in range(365)]
    weekdays_off = [
        sum(one.weekday() not in calendar.weekend and not calendar.works_on(one) for one in year)
        for calendar in calendars
    ]
    # More than the five national days alone.
    assert min(weekdays_off) > 5


@pytest.mark.parametrize(
    ("weekend", "rests"), [([], {5, 6}), (["Fri"], {4}), (["Freitag", "Sun"], {6})]
)
def test_a_weekend_that_is_missing_or_misspelt_stops_nobody(
    reference_data: None, weekend: list[str], rests: set[int]
) -> None:
    mission = Organisation(code="MIS-X", kind=MISSION, holiday_country="VN", weekend=weekend)

    assert deadline.for_organisation(mission).weekend == frozenset(rests)


def test_a_host_country_without_known_holidays_keeps_the_national_days(
    reference_data: None,
) -> None:
    calendar = deadline.for_organisation(Organisation(code="MIS-X", holiday_country="QQ"))

    works = [calendar.works_on(day(text)) for text in ("2028-08-15", "2028-08-16")]

    assert works == [False, True]


def test_a_referral_is_due_after_the_missions_own_working_days(
    reference_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Thursday 2027-10-21, 22:00 in Seoul and 16:00 in Riyadh.
    now = dt.datetime(2027, 10, 21, 13, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    riyadh = Organisation.objects.get(code="MIS-RUH")
    hanoi = Organisation.objects.get(code="MIS-HAN")

    due = [deadline.in_working_days_of(place, 2) for place in (riyadh, hanoi)]

    # Riyadh: Thursday and Sunday. Hanoi: Thursday and Friday. Each at 18:00 of its own time.
    assert due == [
        dt.datetime(2027, 10, 24, 15, tzinfo=dt.UTC),
        dt.datetime(2027, 10, 22, 11, tzinfo=dt.UTC),
    ]


def test_working_days_take_another_calendar_and_are_seouls_without_one(
    reference_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2027, 10, 21, 1, tzinfo=dt.UTC))

    plain = deadline.in_working_days(2)
    riyadh = deadline.in_working_days(2, calendar=calendar_of("MIS-RUH"))

    assert [timezone.localdate(due) for due in (plain, riyadh)] == [
        day("2027-10-22"),
        day("2027-10-24"),
    ]


def test_a_mission_ahead_of_or_behind_seoul_counts_from_its_own_today(
    reference_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Friday 2027-10-22, 08:00 in Seoul; still Thursday afternoon in Los Angeles.
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2027, 10, 21, 23, tzinfo=dt.UTC))
    angeles = Organisation.objects.get(code="MIS-LAX")

    due = deadline.in_working_days_of(angeles, 1)

    assert due == dt.datetime(2027, 10, 22, 1, tzinfo=dt.UTC)
