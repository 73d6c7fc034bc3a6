"""One pass over all cases, in pieces of the same size, that fills the rows of the desk figures."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from accounts.models import Organisation
from intake import clock, deadline, transfers, workflow
from intake.figures import periods, tally
from intake.figures.lives import Clockwork, Facts, Life, Step, live, local
from intake.figures.percentiles import add, percentiles
from intake.figures.tally import Days, Tallies, Tally
from intake.figures.working_time import WorkingTime
from intake.models import BacklogDay, Case, CaseEvent, DeskFigure, Referral
from reference.models import Category

_PIECE = 2000
_ROWS = 500
# The row that says when was counted; whoever writes holds it, so that two never mix.
RUN = "run"
_TELLING = (*deadline.CLOCK_VERBS, "classify", "new_deadline")
_DAY = dt.timedelta(days=1)


class CaseRow(NamedTuple):
    """The columns of a case that are read, and no others."""

    pk: int
    state: str
    policy: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    first_response_at: dt.datetime | None
    answered_at: dt.datetime | None
    outcome: str
    category: str | None
    country: str
    filer: str | None
    officer: int | None
    channel: str


class ReferralRow(NamedTuple):
    """The columns of a referral that are read."""

    case: int
    body: str
    state: str
    asked_at: dt.datetime
    accepted_at: dt.datetime | None
    ended_at: dt.datetime | None
    due_at: dt.datetime


_CASE = (
    *("pk", "state", "policy", "received_at", "due_at", "first_response_at", "answered_at"),
    *("outcome", "category_id", "country_id", "filer_organisation__code", "assignee_id"),
    "channel",
)
_REFERRAL = (
    *("case_id", "organisation__code", "state", "asked_at", "accepted_at", "ended_at"),
    "due_at",
)


@dataclass(frozen=True)
class Office:
    """Where and when somebody works: moments become local, and hours are counted."""

    zone: dt.tzinfo
    time: WorkingTime

    def local(self, moment: dt.datetime) -> dt.datetime:
        """A moment as the office clock shows it."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def hours(self, start: dt.datetime, end: dt.datetime) -> float:
        """Working hours between two aware moments."""
        return self.time.hours(self.local(start), self.local(end))


class _Count:
    """One pass: what it knows before, and the counters that it fills."""

    def __init__(self, now: dt.datetime, first: dt.date) -> None:
        self.at = now
        self.now = local(now)
        self.today = self.now.date()
        self.first = first
        rules = deadline.stored_rules()
        calendar = _quick(rules.calendar)
        self.clockwork = Clockwork(deadline.Rules(rules.policies, calendar))
        self.time = WorkingTime(calendar, first - _DAY, self.today + _DAY)
        self.tops = dict(Category.objects.values_list("pk", "parent_id"))
        self.bodies = {body.code: body for body in Organisation.objects.all()}
        self.offices: dict[str, Office] = {}
        self.tallies = Tallies(periods.to_count(first, self.today), self.today)
        self.days = Days()

    def case(self, row: CaseRow, steps: list[Step]) -> None:
        facts = Facts(
            row.state,
            row.policy,
            local(row.received_at),
            row.due_at and local(row.due_at),
            row.first_response_at and local(row.first_response_at),
            row.answered_at and local(row.answered_at),
        )
        life = live(facts, steps, self.clockwork, self.now)
        top = self.tops.get(row.category or "") or row.category or ""
        keys = [
            tally.WHOLE,
            (tally.CATEGORY, top),
            (tally.COUNTRY, row.country),
            (tally.FILER, row.filer or ""),
            (tally.OFFICER, str(row.officer or "")),
            (tally.CHANNEL, row.channel),
            (tally.POLICY, row.policy),
        ]
        self.tallies.count(
            life,
            keys,
            outcome=row.outcome,
            first=self._hours(life, life.first_response_at),
            answer=self._hours(life, life.first_answer_at),
        )
        self.days.count(life)

    def _hours(self, life: Life, until: dt.datetime | None) -> float | None:
        if until is None:
            return None
        return self.time.hours(life.received_at, until, life.pauses)

    def referrals(self, rows: list[ReferralRow]) -> None:
        for row in rows:
            self._referral(row)
        asked = [transfers.Asked(row.case, row.body, row.asked_at) for row in rows]
        for row in rows:
            if row.state == workflow.DECLINED and row.ended_at is not None:
                self._handed_on(transfers.Decline(row.case, row.body, row.ended_at), asked)

    def _handed_on(self, decline: transfers.Decline, asked: list[transfers.Asked]) -> None:
        for found in transfers.tabulate([decline], asked):
            keys = [(tally.TRANSFER, f"{found.declined}>{found.asked}")]
            for counter in self.tallies.at(_day(decline.at), keys):
                counter.received += found.count

    def _referral(self, row: ReferralRow) -> None:
        keys = [(tally.BODY, row.body)]
        office = self._office(row.body)
        ended = None if row.ended_at is None else _day(row.ended_at)
        for counter in self.tallies.at(_day(row.asked_at), keys):
            counter.received += 1
        recalled = row.state == workflow.RECALLED
        reacted = row.accepted_at or (None if recalled else row.ended_at)
        if reacted is not None:
            hours = office.hours(row.asked_at, reacted)
            for counter in self.tallies.at(_day(reacted), keys):
                add(counter.first, hours)
        if row.ended_at is not None and row.state == workflow.REFERRAL_ANSWERED:
            hours = office.hours(row.asked_at, row.ended_at)
            for counter in self.tallies.at(_day(row.ended_at), keys):
                counter.answered += 1
                add(counter.answer, hours)
        if row.ended_at is not None and row.state == workflow.DECLINED:
            for counter in self.tallies.at(_day(row.ended_at), keys):
                counter.declined += 1
        for counter in self.tallies.standing([(_day(row.asked_at), ended)], keys):
            counter.waiting += 1
        late = max(row.asked_at, row.due_at)
        if late < (row.ended_at or self.at):
            for counter in self.tallies.standing([(_day(late), ended)], keys):
                counter.overdue += 1

    def _office(self, code: str) -> Office:
        """A body's own office: a mission's hours are those of its place."""
        known = self.offices.get(code)
        if known is None:
            body = self.bodies[code]
            calendar = deadline.for_organisation(body)
            zone = ZoneInfo(body.time_zone) if body.time_zone else timezone.get_default_timezone()
            time = WorkingTime(calendar, self.first - _DAY, self.today + _DAY)
            known = self.offices[code] = Office(zone, time)
        return known


def _day(moment: dt.datetime) -> int:
    return local(moment).toordinal()


def _quick(calendar: clock.Calendar) -> clock.Calendar:
    """The same calendar, which remembers each day that it was asked for."""
    return clock.Calendar(cache(calendar.is_holiday), calendar.weekend)


def _pieces() -> Iterator[tuple[list[CaseRow], Mapping[int, Any], Mapping[int, Any]]]:
    """All cases by number in pieces, each with its steps and referrals: memory stays flat."""
    last = 0
    while True:
        found = Case.objects.filter(pk__gt=last).order_by("pk").values_list(*_CASE)[:_PIECE]
        rows = [CaseRow(*row) for row in found]
        if not rows:
            return
        ours = Q(case__gt=last, case__lte=rows[-1].pk)
        steps: dict[int, list[Step]] = defaultdict(list)
        events = CaseEvent.objects.filter(ours).filter(
            ~Q(from_state=F("to_state")) | Q(verb__in=_TELLING)
        )
        for pk, *step in events.order_by("case_id", "pk").values_list("case_id", *Step._fields):
            steps[pk].append(Step(*step))
        asked: dict[int, list[ReferralRow]] = defaultdict(list)
        for row in Referral.objects.filter(ours).order_by("pk").values_list(*_REFERRAL):
            asked[row[0]].append(ReferralRow(*row))
        yield rows, steps, asked
        last = rows[-1].pk


def count(now: dt.datetime | None = None) -> int:
    """Count everything anew and put the figures in place of the old ones; how many rows."""
    began, at = time.monotonic(), now or timezone.now()
    first = Case.objects.aggregate(first=Min("received_at"))["first"] or at
    counted = _Count(at, min(local(first).date(), local(at).date()))
    for rows, steps, asked in _pieces():
        for row in rows:
            counted.case(row, steps.get(row.pk, []))
            if row.pk in asked:
                counted.referrals(asked[row.pk])
    figures = [_figure(place, row, at) for place, row in counted.tallies.items()]
    return len(figures) if _keep(figures, counted.days, at, began) else 0


def _figure(place: tuple[str, str, str], row: Tally, at: dt.datetime) -> DeskFigure:
    period, dimension, key = place
    first, first_90 = percentiles(row.first, 0.5, 0.9)
    answer, answer_90 = percentiles(row.answer, 0.5, 0.9)
    return DeskFigure(
        period=period,
        dimension=dimension,
        key=key,
        received=row.received,
        answered=row.answered,
        told=row.told,
        solved=row.solved,
        declined=row.declined,
        waiting=row.waiting,
        overdue=row.overdue,
        first_median=first,
        first_p90=first_90,
        answer_median=answer,
        answer_p90=answer_90,
        at=at,
    )


@transaction.atomic
def _keep(figures: list[DeskFigure], days: Days, at: dt.datetime, began: float) -> bool:
    """Put the rows in place at once; False when a later count was faster."""
    DeskFigure.objects.get_or_create(period="", dimension=RUN, key="", defaults={"at": at})
    run = DeskFigure.objects.select_for_update().get(period="", dimension=RUN)
    if run.at > at:
        return False
    DeskFigure.objects.exclude(pk=run.pk).delete()
    DeskFigure.objects.bulk_create(figures, batch_size=_ROWS)
    _keep_days(dict(days.until(local(at).date())))
    DeskFigure.objects.filter(pk=run.pk).update(at=at, took=time.monotonic() - began)
    return True


def _keep_days(days: Mapping[dt.date, Mapping[str, int]]) -> None:
    """Write the days that differ from what is there: on most runs today and a few before."""
    known = {row.day: row for row in BacklogDay.objects.all()}
    BacklogDay.objects.filter(day__in=known.keys() - days.keys()).delete()
    new, changed = [], []
    for day, figures in days.items():
        row = known.get(day)
        if row is None:
            new.append(BacklogDay(day=day, **figures))
        elif any(getattr(row, name) != value for name, value in figures.items()):
            for name, value in figures.items():
                setattr(row, name, value)
            changed.append(row)
    BacklogDay.objects.bulk_create(new, batch_size=_ROWS)
    names = ["received", "answered", "ended", "open", "waiting", "overdue"]
    BacklogDay.objects.bulk_update(changed, names, batch_size=_ROWS)
