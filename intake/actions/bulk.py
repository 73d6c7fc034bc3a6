"""Steps of many cases at once: a handful of statements, and the same rows as one by one.

What each case gains is drawn as for a single step (`moving.drawn`); only the writing is shared.
The rows are held first, compared with what the officer saw, and swapped together, so that a case
on which somebody was first is left alone and named, and the others go through.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from intake import letters, workflow
from intake.actions.moving import RefusedError, drawn
from intake.models import Case, CaseEvent
from intake.models.event import INTERNAL, TO_SUBMITTER
from intake.timeline import Actor, write_many

# So many cases at most in one go.
AT_MOST = 1000
# Why a case was left alone: somebody was first, its state forbids the step, it is not there.
FIRST, STATE, GONE = "first", "state", "gone"
# Long texts that no step of many cases reads.
_UNREAD = ("situation", "problem", "request", "tried", "answer", "outcome_note", "end_reason")


@dataclass
class Outcome:
    """What became of each case: done now, done before, or left alone and why."""

    done: list[int] = field(default_factory=list)
    already: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@dataclass
class _Drawn:
    """A case whose step is drawn and not written yet."""

    case: Case
    event: CaseEvent
    changes: dict[str, Any]


@transaction.atomic
def claim_many(*, seen: Mapping[int, int], by: Actor) -> Outcome:
    """Take up every case that is still as it was seen (id → version)."""
    me = by.user
    if me is None:
        raise RefusedError(_("Only an officer can take up a case."))
    outcome = Outcome()
    together(
        seen,
        "claim",
        outcome,
        by=by,
        audience=TO_SUBMITTER,
        is_done=lambda case: case.assignee_id == me.pk and case.state != workflow.RECEIVED,
        changes=lambda _case, now: {"assignee": me, "claimed_at": now},
    )
    return outcome


@transaction.atomic
def assign_many(*, seen: Mapping[int, int], officer: User, by: Actor) -> Outcome:
    """Give every case that is still as it was seen to an officer, who is told once."""
    outcome = Outcome()
    moved = together(
        seen,
        "assign",
        outcome,
        by=by,
        is_done=lambda case: case.assignee_id == officer.pk,
        changes=lambda case, now: {"assignee": officer, "claimed_at": case.claimed_at or now},
        facts=lambda case: {"from": case.assignee_id, "to": officer.pk},
    )
    letters.assigned_many(moved, officer, by=by)
    return outcome


def together(
    seen: Mapping[int, int],
    verb: str,
    outcome: Outcome,
    *,
    by: Actor,
    is_done: Callable[[Case], bool],
    changes: Callable[[Case, dt.datetime], dict[str, Any]],
    facts: Callable[[Case], dict[str, Any]] = lambda _case: {},
    audience: str = INTERNAL,
) -> list[Case]:
    """Move what can be moved; the outcome names the rest. The cases as they are now."""
    if len(seen) > AT_MOST:
        raise RefusedError(_("At most %(count)d cases in one go.") % {"count": AT_MOST})
    now = timezone.now()
    held = Case.objects.select_for_update().filter(pk__in=list(seen)).order_by("pk")
    rows = {case.pk: case for case in held.defer(*_UNREAD)}
    ready: list[_Drawn] = []
    for pk, version in seen.items():
        case = rows.get(pk)
        if case is None:
            outcome.refused[pk] = GONE
        elif is_done(case):
            outcome.already.append(pk)
        elif case.version != version:
            outcome.refused[pk] = FIRST
        else:
            becomes = changes(case, now)
            told = facts(case)
            try:
                event = drawn(
                    case, verb, by=by, audience=audience, facts=told, changes=becomes, now=now
                )
            except workflow.IllegalStepError:
                outcome.refused[pk] = STATE
            else:
                ready.append(_Drawn(case, event, becomes))
    _write(ready)
    outcome.done.extend(one.case.pk for one in ready)
    return [one.case for one in ready]


def _write(ready: list[_Drawn]) -> None:
    """Swap all rows in one statement and write their events."""
    if not ready:
        return
    names = {name for one in ready for name in one.changes}
    becomes = {
        name: _by_row(name, {one.case.pk: _after(one, name) for one in ready}) for name in names
    }
    as_seen = _by_row("version", {one.case.pk: one.case.version for one in ready})
    written = Case.objects.filter(
        pk__in=[one.case.pk for one in ready],
        state__in={one.case.state for one in ready},
        version=as_seen,
    ).update(version=F("version") + 1, **becomes)
    if written != len(ready):
        # The rows are held, so this is a fault of ours: nothing is written rather than a part.
        raise RefusedError(_("The cases changed meanwhile. Nothing was written."))
    for one in ready:
        for name, value in one.changes.items():
            setattr(one.case, name, value)
        one.case.version += 1
    write_many([one.event for one in ready])


def _after(one: _Drawn, name: str) -> Any:
    """What a column holds afterwards. Only what the step leaves alone is read from the case."""
    return one.changes[name] if name in one.changes else getattr(one.case, name)


def _by_row(name: str, values: Mapping[int, Any]) -> Any:
    """A value for all rows, or one per row as a single expression."""
    rows: defaultdict[Hashable, list[int]] = defaultdict(list)
    for pk, value in values.items():
        rows[value].append(pk)
    if len(rows) == 1:
        return next(iter(rows))
    column: Any = Case._meta.get_field(name)
    return models.Case(
        *(When(pk__in=pks, then=Value(value, output_field=column)) for value, pks in rows.items()),
        output_field=column,
    )
