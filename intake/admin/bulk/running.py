"""Takes one step for many cases: together where the verb can, else each in its own transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from intake import actions, workflow
from intake.actions import bulk
from intake.actions.bulk import Outcome
from intake.forms.bulk import BulkForm
from intake.models import Case, Referral
from intake.timeline import Actor

# After so many seconds a request stops and offers to go on with the rest.
SECONDS = 20.0


@dataclass
class Ran:
    """The outcome of a request: what was done, and what there was no time for."""

    outcome: Outcome
    left: dict[int, int] = field(default_factory=dict)
    said: list[tuple[str, str]] = field(default_factory=list)


def run(what: str, form: BulkForm, by: Actor) -> Ran:
    """Take the step for every case of the form, each as it was seen."""
    seen: Mapping[int, int] = form.cleaned_data["seen"]
    said = form.arguments()
    data = [(name, value) for name, value in form.data.items() if name in form.fields]
    typed = [(name, str(value)) for name, value in data if name != "seen"]
    if what == "claim":
        return Ran(bulk.claim_many(seen=seen, by=by), said=typed)
    if what == "assign":
        return Ran(bulk.assign_many(seen=seen, officer=said["officer"], by=by), said=typed)
    step = _classify if what == "classify" else _remind
    ran = _one_by_one(seen, lambda case: step(case, said, by))
    ran.said = typed
    return ran


_DONE, _ALREADY = "done", "already"


def _one_by_one(seen: Mapping[int, int], step: Callable[[Case], str]) -> Ran:
    """Each case in a transaction of its own, for as long as there is time."""
    ran = Ran(Outcome())
    ends = time.monotonic() + SECONDS
    cases = Case.objects.select_related("country", "category", "assignee", "filed_by")
    for pk, version in seen.items():
        if time.monotonic() > ends:
            ran.left[pk] = version
            continue
        case = cases.filter(pk=pk).first()
        if case is None:
            ran.outcome.refused[pk] = bulk.GONE
            continue
        moved = case.version != version
        case.version = version
        try:
            found = step(case)
        except actions.StaleCaseError:
            ran.outcome.refused[pk] = bulk.FIRST
        except workflow.IllegalStepError:
            ran.outcome.refused[pk] = bulk.FIRST if moved else bulk.STATE
        except actions.RefusedError as error:
            ran.outcome.refused[pk] = str(error)
        else:
            (ran.outcome.done if found == _DONE else ran.outcome.already).append(pk)
    return ran


def _classify(case: Case, said: Mapping[str, Any], by: Actor) -> str:
    """Only what differs is written."""
    differs = {name: value for name, value in said.items() if getattr(case, name) != value}
    if not differs:
        return _ALREADY
    actions.classify(case=case, by=by, **differs)
    return _DONE


def _remind(case: Case, said: Mapping[str, Any], by: Actor) -> str:
    """Every body that still owes an answer; who was reminded today is left in peace."""
    workflow.check("remind_referral", state=case.state, role=by.role)
    waiting = list(case.referrals.open().select_related("organisation"))
    found, refused = _ALREADY, None
    for referral in waiting:
        if reminded_today(referral):
            continue
        referral.case = case
        try:
            actions.remind_referral(referral=referral, by=by, text=said["text"])
        except actions.RefusedError as error:
            refused = error
        else:
            found = _DONE
    if refused is not None and found == _ALREADY:
        raise refused
    return found


def reminded_today(referral: Referral) -> bool:
    """Whether the body was reminded on this day: once is enough."""
    at = referral.reminded_at
    return at is not None and timezone.localdate(at) == timezone.localdate()
