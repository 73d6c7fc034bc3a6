"""When a case is due: its events, its policy and the Korean office calendar, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.cache import cache as shared_cache
from django.utils import timezone

from intake import clock
from intake.loading import shipped_policies
from intake.models import CalendarDay, Case, CaseEvent, ClockPolicy

# Policies and calendar exceptions change by hand, a few times a year; a change is felt
# within this many seconds in every process.
_FRESH_FOR = 30
_POLICIES_KEY = "intake.policies"
_EXCEPTIONS_KEY = "intake.calendar-exceptions"

# Which verbs move the clock, and how.
_CLOCK_EVENTS = {
    "submit": clock.RECEIVED,
    "request_supplement": clock.SUPPLEMENT_SENT,
    "supplement": clock.SUPPLEMENT_ARRIVED,
    "extend": clock.EXTENDED,
    "dispute": clock.STARTED_AGAIN,
    "reopen": clock.STARTED_AGAIN,
}


def forget() -> None:
    """Drop what is remembered of policies and calendar: called when a row is edited."""
    shared_cache.delete_many([_POLICIES_KEY, _EXCEPTIONS_KEY])


@cache
def _published_holidays(year: int) -> frozenset[dt.date]:
    # The library takes half a second to import: only who needs a deadline pays for it.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.country_holidays("KR", years=year))


def _exceptions() -> dict[dt.date, bool]:
    known: dict[dt.date, bool] | None = shared_cache.get(_EXCEPTIONS_KEY)
    if known is None:
        known = dict(CalendarDay.objects.values_list("day", "is_working"))
        shared_cache.set(_EXCEPTIONS_KEY, known, _FRESH_FOR)
    return known


def korea() -> clock.Calendar:
    """The Korean office calendar: published holidays with the secretariat's exceptions."""
    exceptions = _exceptions()

    def is_holiday(day: dt.date) -> bool:
        if day in exceptions:
            return not exceptions[day]
        return day in _published_holidays(day.year)

    return clock.Calendar(is_holiday=is_holiday)


def policies() -> dict[str, clock.Policy]:
    """Every clock policy by its code: the rows, and what is shipped where a row is missing."""
    known: dict[str, clock.Policy] | None = shared_cache.get(_POLICIES_KEY)
    if known is None:
        known = {
            code: clock.Policy(row["length"], row["unit"], row["extension"])
            for code, row in shipped_policies().items()
        }
        known |= {row.code: row.as_clock() for row in ClockPolicy.objects.all()}
        shared_cache.set(_POLICIES_KEY, known, _FRESH_FOR)
    return known


def local(moment: dt.datetime) -> dt.datetime:
    """A moment as the Seoul office clock shows it, naive as the pure clock wants it."""
    return timezone.localtime(moment).replace(tzinfo=None)


def history(events: Iterable[CaseEvent]) -> list[clock.Event]:
    """The part of a timeline that moves the clock."""
    return [
        clock.Event(_CLOCK_EVENTS[event.verb], local(_moment(event)), event.facts.get("units", 0))
        for event in events
        if event.verb in _CLOCK_EVENTS
    ]


def _moment(event: CaseEvent) -> dt.datetime:
    received: Any = event.facts.get("received_at")
    return dt.datetime.fromisoformat(received) if received else event.at


def compute(policy: str, events: Iterable[CaseEvent]) -> clock.Deadline:
    """The deadline that a policy and a timeline give."""
    return clock.deadline(policies()[policy], history(events), korea())


def due_at(policy: str, events: Iterable[CaseEvent]) -> dt.datetime | None:
    """The due moment of a timeline; None while the clock stands still."""
    due = compute(policy, events).due
    return None if due is None else timezone.make_aware(due)


def of(case: Case) -> clock.Deadline:
    """The deadline of a case, with why it stands where it stands."""
    return compute(case.policy, case.events.filter(verb__in=list(_CLOCK_EVENTS)))


def in_working_days(days: int) -> dt.datetime:
    """The end of the n-th working day from today (today counts), in Seoul."""
    day = clock.due_date(timezone.localdate(), days, korea())
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES))
