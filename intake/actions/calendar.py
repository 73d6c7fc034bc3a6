"""A changed policy or calendar day moves the date of every running case that rests on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from intake import deadline, letters
from intake.actions.moving import StaleCaseError, move
from intake.models import CalendarDay, Case, CaseEvent, ClockPolicy
from intake.models.case import CaseQuerySet
from intake.models.event import TO_SUBMITTER
from intake.models.queue import RUNNING
from intake.timeline import SYSTEM, Actor

# So many cases are read at a time; each is written in a transaction of its own.
_BATCH = 200
# A case that others keep moving is tried so often, then left: their steps compute its date too.
_TRIES = 5
# The preview names so many; the count is always of all.
NAMED_AT_MOST = 200


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
        cases = Case.objects.filter(state__in=RUNNING)
        if isinstance(self.row, ClockPolicy):
            return cases.filter(policy=self.row.code)
        # A day off or a day worked moves only what is due on that day or later.
        first = min(day for day in (self.row.day, self.was) if day is not None)
        return cases.filter(due_at__gte=timezone.make_aware(dt.datetime.combine(first, dt.time())))

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

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.rows)


def preview(change: Change) -> Preview:
    """Every date that a change would move; nothing is written."""
    found = Preview()
    for case, new in _moving(change.touched(), change.rules()):
        found.count += 1
        found.rows.append(Moved(case.pk, case.number, case.due_at, new))
        if len(found.rows) > 2 * NAMED_AT_MOST:
            found.rows = _soonest(found.rows)
    found.rows = _soonest(found.rows)
    return found


def _soonest(rows: list[Moved]) -> list[Moved]:
    far = timezone.make_aware(dt.datetime(9999, 1, 1))  # noqa: DTZ001
    return sorted(rows, key=lambda row: (row.old or far, row.number))[:NAMED_AT_MOST]


def apply(*, change: Change, by: Actor) -> int:
    """Write the row and compute the dates that rest on it anew; says how many moved.

    Each case is a transaction of its own, so that no desk waits for a long one. Cut short, it
    is taken up by the next call: a case whose date is right already is passed over.
    """
    touched, row = change.touched(), change.row
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
    return _recompute(touched, change.reason, by)


def catch_up(*, by: Actor = SYSTEM) -> int:
    """Compute every running case's date anew, for the beat; says how many moved.

    What is found is what an `apply` that was cut short left behind, and cases that another
    process filed or moved in the seconds in which it still remembered the old rules.
    """
    return _recompute(
        Case.objects.filter(state__in=RUNNING),
        lambda: _("The office calendar or the period of this kind of case has changed."),
        by,
    )


def _recompute(cases: CaseQuerySet, reason: Callable[[], str], by: Actor) -> int:
    moving = _moving(cases, deadline.stored_rules())
    return sum(_settle(case, reason, by) for case, _new in moving)


def _moving(
    cases: CaseQuerySet, rules: deadline.Rules
) -> Iterator[tuple[Case, dt.datetime | None]]:
    """The cases whose stored date differs from what their events give, batch after batch."""
    last = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        last = batch[-1].pk
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
