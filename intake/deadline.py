"""When a case is due: its events, its policy and the Korean office calendar, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache as shared_cache
from django.utils import timezone

from accounts.models import Organisation
from intake import clock
from intake.loading import shipped_policies
from intake.models import CalendarDay, Case, CaseEvent, ClockPolicy

# Policies and calendar exceptions change by hand, a few times a year; a change is felt
# within this many seconds in every process.
_FRESH_FOR = 30
_POLICIES_KEY = "intake.policies"
_EXCEPTIONS_KEY = "intake.calendar-exceptions"

# The national days (국경일) on which every mission rests, as (month, day); the substitute days
# of the offices at home are not theirs. 제헌절 is a day off again since 2026.
_NATIONAL_DAYS = frozenset({(3, 1), (7, 17), (8, 15), (10, 3), (10, 9)})
_CONSTITUTION_DAY, _CONSTITUTION_DAY_SINCE = (7, 17), 2026
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# Which verbs move the clock, and how.
CLOCK_VERBS = {
    "submit": clock.RECEIVED,
    "request_supplement": clock.SUPPLEMENT_SENT,
    "supplement": clock.SUPPLEMENT_ARRIVED,
    "extend": clock.EXTENDED,
    "agree_extension": clock.EXTENDED,
    "dispute": clock.STARTED_AGAIN,
    "reopen": clock.STARTED_AGAIN,
}


def forget() -> None:
    """Drop what is remembered of policies and calendar: called when a row is edited."""
    shared_cache.delete_many([_POLICIES_KEY, _EXCEPTIONS_KEY])


@dataclass(frozen=True)
class Rules:
    """What the date of every case follows from: the policies and the office calendar."""

    policies: Mapping[str, clock.Policy]
    calendar: clock.Calendar

    def due_at(self, policy: str, events: Iterable[CaseEvent]) -> dt.datetime | None:
        """The due moment of a timeline; None while the clock stands still."""
        due = clock.deadline(self.policies[policy], history(events), self.calendar).due
        return None if due is None else timezone.make_aware(due)


@cache
def _published_holidays(country: str, year: int) -> frozenset[dt.date]:
    # The library takes half a second to import: only who needs a deadline pays for it.
    import holidays  # noqa: PLC0415

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        # A country that the library does not know: what is known of the calendar still counts.
        return frozenset()


def stored_exceptions() -> dict[dt.date, bool]:
    """Every calendar exception as it is in the database: the day, and whether it is worked."""
    return dict(CalendarDay.objects.values_list("day", "is_working"))


def stored_policies() -> dict[str, clock.Policy]:
    """Every clock policy as it is in the database, and what is shipped where a row is missing."""
    known = {
        code: clock.Policy(row["length"], row["unit"], row["extension"])
        for code, row in shipped_policies().items()
    }
    return known | {row.code: row.as_clock() for row in ClockPolicy.objects.all()}


def with_exceptions(exceptions: Mapping[dt.date, bool]) -> clock.Calendar:
    """The Korean office calendar: published holidays with exceptions."""

    def is_holiday(day: dt.date) -> bool:
        if day in exceptions:
            return not exceptions[day]
        return day in _published_holidays("KR", day.year)

    return clock.Calendar(is_holiday=is_holiday)


def stored_rules() -> Rules:
    """The rules as they are in the database now, whatever is remembered of them."""
    return Rules(stored_policies(), with_exceptions(stored_exceptions()))


def korea() -> clock.Calendar:
    """The Korean office calendar with the secretariat's exceptions."""
    known: dict[dt.date, bool] | None = shared_cache.get(_EXCEPTIONS_KEY)
    if known is None:
        known = stored_exceptions()
        shared_cache.set(_EXCEPTIONS_KEY, known, _FRESH_FOR)
    return with_exceptions(known)


def _is_national_day(day: dt.date) -> bool:
    which = (day.month, day.day)
    if which == _CONSTITUTION_DAY and day.year < _CONSTITUTION_DAY_SINCE:
        return False
    return which in _NATIONAL_DAYS


def for_organisation(organisation: Organisation) -> clock.Calendar:
    """The days on which an organisation works.

    A mission keeps the Korean national days and the public holidays and weekend of its host
    country (관공서의 공휴일에 관한 규정); everybody else works on the Korean office calendar.
    """
    host = organisation.holiday_country
    if not host or host == "KR":
        return korea()

    def is_holiday(day: dt.date) -> bool:
        return _is_national_day(day) or day in _published_holidays(host, day.year)

    weekend = frozenset(i for i, name in enumerate(_WEEKDAYS) if name in organisation.weekend)
    return clock.Calendar(is_holiday, weekend) if weekend else clock.Calendar(is_holiday)


def policies() -> dict[str, clock.Policy]:
    """Every clock policy by its code."""
    known: dict[str, clock.Policy] | None = shared_cache.get(_POLICIES_KEY)
    if known is None:
        known = stored_policies()
        shared_cache.set(_POLICIES_KEY, known, _FRESH_FOR)
    return known


def local(moment: dt.datetime) -> dt.datetime:
    """A moment as the Seoul office clock shows it, naive as the pure clock wants it."""
    return timezone.localtime(moment).replace(tzinfo=None)


def history(events: Iterable[CaseEvent]) -> list[clock.Event]:
    """The part of a timeline that moves the clock."""
    return [
        clock.Event(CLOCK_VERBS[event.verb], local(_moment(event)), event.facts.get("units", 0))
        for event in events
        if event.verb in CLOCK_VERBS
    ]


def _moment(event: CaseEvent) -> dt.datetime:
    received: Any = event.facts.get("received_at")
    return dt.datetime.fromisoformat(received) if received else event.at


def compute(policy: str, events: Iterable[CaseEvent]) -> clock.Deadline:
    """The deadline that a policy and a timeline give."""
    return clock.deadline(policies()[policy], history(events), korea())


def due_at(policy: str, events: Iterable[CaseEvent]) -> dt.datetime | None:
    """The due moment of a timeline; None while the clock stands still."""
    return Rules(policies(), korea()).due_at(policy, events)


def of(case: Case) -> clock.Deadline:
    """The deadline of a case, with why it stands where it stands."""
    return compute(case.policy, case.events.filter(verb__in=list(CLOCK_VERBS)))


def in_working_days(
    days: int, *, calendar: clock.Calendar | None = None, zone: str = ""
) -> dt.datetime:
    """The end of the n-th working day from today (today counts).

    In Seoul and on the Korean calendar, or on another calendar and in its time zone.
    """
    place = ZoneInfo(zone) if zone else timezone.get_default_timezone()
    day = clock.due_date(timezone.localdate(timezone=place), days, calendar or korea())
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES), place)


def in_working_days_of(organisation: Organisation, days: int) -> dt.datetime:
    """The end of an organisation's n-th working day from today, where it sits: a referral's due."""
    return in_working_days(
        days, calendar=for_organisation(organisation), zone=organisation.time_zone
    )
