"""A changed policy or calendar day moves the date of every running case that rests on it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from intake import deadline, letters
from intake.actions.moving import StaleCaseError, move
from intake.models import CalendarDay, Case, CaseEvent, ClockPolicy, Recount
from intake.models.case import CaseQuerySet
from intake.models.event import TO_SUBMITTER
from intake.models.queue import RUNNING
from intake.timeline import SYSTEM, Actor
from notifications import waking

# So many cases are read at a time; each is written in a transaction of its own.
_BATCH = 200
# A case that others keep moving is tried so often, then left: their steps compute its date too.
_TRIES = 5
# The preview names so many; the count is of all.
NAMED_AT_MOST = 200
# A change that moves more dates than this leaves them to a worker (intake.actions.recounting).
IN_REQUEST = 200
# Beyond so many cases a preview says "more than", for nobody waits for a page that long.
EXAMINED_AT_MOST = 20_000
# The task that a worker is woken with; the beat runs it too.
MOVE_DATES = "intake.tasks.dates.move_dates"
_waker = waking.Waker(MOVE_DATES)


@dataclass(frozen=True)
class Change:
    """A policy or calendar day that is to be written, or taken back, and its day before."""

    row: ClockPolicy | CalendarDay
    fields: tuple[str, ...] = ()
    gone: bool = False
    was: dt.date | None = None

    @classmethod
    def of(
        cls, row: ClockPolicy | CalendarDay, *, fields: Iterable[str] = (), gone: bool = False
    ) -> Change:
        """What it means to write the named fields of a row (all of a new one), or to delete it."""
        was = None
        if isinstance(row, CalendarDay) and row.pk is not None:
            was = CalendarDay.objects.filter(pk=row.pk).values_list("day", flat=True).first()
        return cls(row, tuple(fields), gone, was)

    def rules(self) -> deadline.Rules:
        """The rules as they stand once the change is written."""
        policies, exceptions = deadline.stored_policies(), deadline.stored_exceptions()
        row = self.row
        if isinstance(row, ClockPolicy):
            policies[row.code] = row.as_clock()
        else:
            if self.was is not None:
                exceptions.pop(self.was, None)
            exceptions.pop(row.day, None)
            if not self.gone:
                exceptions[row.day] = row.is_working
        return deadline.Rules(policies, deadline.with_exceptions(exceptions))

    def touched(self) -> CaseQuerySet:
        """The running cases that the change can move: paused and ended ones are left alone."""
        if isinstance(self.row, ClockPolicy):
            return touched_by(self.row.code, None)
        return touched_by("", self._first_moment())

    def recount(self, by: Actor) -> Recount:
        """The row, not written yet, by which a worker moves the dates of this change."""
        row, reasons = self.row, {}
        for language in ("ko", "en"):
            with translation.override(language):
                reasons[language] = self.reason()
        policy = row.code if isinstance(row, ClockPolicy) else ""
        return Recount(
            policy=policy,
            due_from=None if policy else self._first_moment(),
            reason_ko=reasons["ko"],
            reason_en=reasons["en"],
            by=by.user,
            total=self.touched().count(),
        )

    def _first_moment(self) -> dt.datetime:
        """A day off or a day worked moves only what is due on that day or later."""
        days = (getattr(self.row, "day", None), self.was)
        first = min(day for day in days if day is not None)
        return timezone.make_aware(dt.datetime.combine(first, dt.time()))

    def reason(self) -> str:
        """Why dates move, in the active language: the company reads it on its page."""
        row = self.row
        if isinstance(row, ClockPolicy):
            return _("The period for “%(kind)s” has changed.") % {"kind": row.name}
        facts = {"day": row.day.isoformat(), "reason": row.reason}
        if self.gone:
            return _("%(day)s (%(reason)s) is no longer an exception of the calendar.") % facts
        if row.is_working:
            return _("%(day)s (%(reason)s) is now a working day.") % facts
        return _("%(day)s (%(reason)s) is now a day off.") % facts


def touched_by(policy: str, due_from: dt.datetime | None) -> CaseQuerySet:
    """The running cases of a policy, or those that are due from a moment on."""
    cases = Case.objects.filter(state__in=RUNNING)
    if policy:
        cases = cases.filter(policy=policy)
    return cases if due_from is None else cases.filter(due_at__gte=due_from)


@dataclass(frozen=True)
class Moved:
    """One date that moves."""

    pk: int
    number: str
    old: dt.datetime | None
    new: dt.datetime | None


@dataclass
class Preview:
    """What a change would do: the first dates that move, soonest first, and how many in all."""

    rows: list[Moved] = field(default_factory=list)
    count: int = 0
    # How many get each new date.
    per_day: Counter[dt.date] = field(default_factory=Counter)
    # False when there were more cases than anyone waits for: then `count` is a lower bound.
    complete: bool = True

    @property
    def days(self) -> list[tuple[dt.date, int]]:
        """Each new date with the number of cases that get it, soonest first."""
        return sorted(self.per_day.items())

    @property
    def in_background(self) -> bool:
        """Whether a worker moves the dates after the row is written."""
        return self.count > IN_REQUEST

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.rows)


def preview(change: Change) -> Preview:
    """Every date that a change would move; nothing is written."""
    found = Preview()
    rules, examined = change.rules(), 0
    for batch in _batches(change.touched()):
        if examined >= EXAMINED_AT_MOST:
            found.complete = False
            break
        examined += len(batch)
        for case, new in _moving(batch, rules):
            found.count += 1
            if new is not None:
                found.per_day[timezone.localdate(new)] += 1
            found.rows.append(Moved(case.pk, case.number, case.due_at, new))
        if len(found.rows) > 2 * NAMED_AT_MOST:
            found.rows = _soonest(found.rows)
    found.rows = _soonest(found.rows)
    return found


def _soonest(rows: list[Moved]) -> list[Moved]:
    far = timezone.make_aware(dt.datetime(9999, 1, 1))  # noqa: DTZ001
    return sorted(rows, key=lambda row: (row.old or far, row.number))[:NAMED_AT_MOST]


@dataclass(frozen=True)
class Applied:
    """What came of a change: how many dates moved at once, or the row of those that follow."""

    moved: int
    recount: Recount | None = None


def apply(*, change: Change, by: Actor) -> Applied:
    """Write the row and compute the dates that rest on it anew.

    Each case is a transaction of its own, so that no desk waits for a long one. Cut short, it
    is taken up by the next call: a case whose date is right already is passed over. Where more
    than IN_REQUEST dates move, only the row is written here and a worker moves the dates.
    """
    touched, row = change.touched(), change.row
    recount = change.recount(by) if _is_large(change) else None
    with transaction.atomic():
        if change.gone:
            type(row)._default_manager.filter(pk=row.pk).delete()
        elif row.pk is None:
            row.save(force_insert=True)
        elif change.fields:
            row.save(update_fields=change.fields)
        # At once for what follows here; again when others can see it, since one of them may
        # have remembered the old rules in between.
        deadline.forget()
        transaction.on_commit(deadline.forget)
        if recount is not None:
            recount.save(force_insert=True)
            transaction.on_commit(wake, robust=True)
    if recount is not None:
        return Applied(0, recount)
    return Applied(_recompute(touched, change.reason, by))


def _is_large(change: Change) -> bool:
    """Whether more dates move than a request may."""
    touched = change.touched()
    if touched.count() <= IN_REQUEST:
        return False
    rules, found = change.rules(), 0
    for batch in _batches(touched):
        found += sum(1 for _moved in _moving(batch, rules))
        if found > IN_REQUEST:
            return True
    return False


def wake() -> None:
    """Let a worker look after the dates soon. Never raises, never blocks."""
    _waker.call()


def catch_up(*, by: Actor = SYSTEM) -> int:
    """Compute every running case's date anew, for the beat; says how many moved.

    What is found is what an `apply` that was cut short left behind, and cases that another
    process filed or moved in the seconds in which it still remembered the old rules. Dates
    that a worker is moving anyway, with their own reason, are left to it.
    """
    if Recount.objects.unfinished().exists():
        return 0
    return _recompute(
        Case.objects.filter(state__in=RUNNING),
        lambda: _("The office calendar or the period of this kind of case has changed."),
        by,
    )


def _recompute(cases: CaseQuerySet, reason: Callable[[], str], by: Actor) -> int:
    return sum(settle(batch, reason, by) for batch in _batches(cases))


def settle(batch: Sequence[Case], reason: Callable[[], str], by: Actor) -> int:
    """Give each case of a batch the date that its events give; says how many moved."""
    rules = deadline.stored_rules()
    return sum(_settle(case, reason, by) for case, _new in _moving(batch, rules))


def _batches(cases: CaseQuerySet, *, after: int = 0) -> Iterator[list[Case]]:
    """The cases in the order of their keys, so many at a time."""
    while batch := list(cases.filter(pk__gt=after).order_by("pk")[:_BATCH]):
        after = batch[-1].pk
        yield batch


def _moving(
    batch: Sequence[Case], rules: deadline.Rules
) -> Iterator[tuple[Case, dt.datetime | None]]:
    """The cases whose stored date differs from what their events give."""
    events: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(
        case__in=[case.pk for case in batch], verb__in=list(deadline.CLOCK_VERBS)
    ):
        events.setdefault(event.case_id, []).append(event)
    for case in batch:
        new = rules.due_at(case.policy, events.get(case.pk, []))
        if new != case.due_at:
            yield case, new


def _settle(case: Case, reason: Callable[[], str], by: Actor) -> bool:
    """Give one case its date; one that moved on meanwhile is read again, with its new events."""
    for _try in range(_TRIES):
        try:
            return _move(case, reason, by)
        except StaleCaseError:
            fresh = Case.objects.filter(pk=case.pk, state__in=RUNNING).first()
            if fresh is None:
                return False
            case = fresh
    return False


@transaction.atomic
def _move(case: Case, reason: Callable[[], str], by: Actor) -> bool:
    # The rules are read after the case: whoever changed them since has the case still before
    # them, and whoever changed the case since makes this step fail.
    old, rules = case.due_at, deadline.stored_rules()
    new = rules.due_at(case.policy, case.events.filter(verb__in=list(deadline.CLOCK_VERBS)))
    if new == old:
        return False
    with translation.override(case.language):
        why = reason()
    move(
        case,
        "new_deadline",
        by=by,
        text=why,
        audience=TO_SUBMITTER,
        facts={"old": _iso(old), "new": _iso(new), "reason": why},
        due_at=new,
    )
    letters.new_date(case, why)
    return True


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else timezone.localtime(moment).isoformat()
