"""Writes the timeline: who acted, in which role, for which organisation, and what happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from intake import hooked, workflow
from intake.models import Case, CaseEvent
from intake.models.event import INTERNAL


@dataclass(frozen=True)
class Wording:
    """A version of a reply template, by the name that it had when its words were used."""

    template: int
    version: int
    name: str


@dataclass(frozen=True)
class Actor:
    """Who acts: a role, the person when known, and the organisation acted for.

    `wordings` are the reply templates whose words the person started from.
    """

    role: str
    user: User | None = None
    organisation: Organisation | None = None
    wordings: tuple[Wording, ...] = ()


SYSTEM = Actor(workflow.SYSTEM)
COMPANY = Actor(workflow.SUBMITTER)


def secretary(user: User) -> Actor:
    """An officer of the secretariat."""
    return Actor(workflow.SECRETARY, user)


def submitter(user: User | None = None, organisation: Organisation | None = None) -> Actor:
    """The company, or the officer who filed for it."""
    return Actor(workflow.SUBMITTER, user, organisation)


def body(user: User | None, organisation: Organisation) -> Actor:
    """An officer of a body that was asked."""
    return Actor(workflow.BODY, user, organisation)


def draw(
    case: Case,
    verb: str,
    *,
    by: Actor,
    from_state: str,
    to_state: str,
    text: str = "",
    audience: str = INTERNAL,
    facts: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> CaseEvent:
    """An event that is not written yet, so that the clock can be asked what it would do."""
    said = dict(facts or {})
    if by.wordings:
        said["templates"] = [asdict(wording) for wording in by.wordings]
    return CaseEvent(
        case=case,
        at=at or timezone.now(),
        verb=verb,
        from_state=from_state,
        to_state=to_state,
        role=by.role,
        actor=by.user,
        organisation=by.organisation,
        text=text,
        audience=audience,
        facts=said,
    )


# What apps above do when a case moves (portal.wiring), inside the step's transaction.
Listener = Callable[[Sequence[CaseEvent]], None]
_listeners: list[Listener] = []


def when_written(listener: Listener) -> None:
    """Call `listener` with every event from now on; registering again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def write(event: CaseEvent) -> CaseEvent:
    """Write an event in the transaction of its step; partners' systems and listeners are told."""
    event.save(force_insert=True)
    _tell([event])
    return event


def _tell(events: Sequence[CaseEvent]) -> None:
    hooked.tell(events)
    for listener in _listeners:
        listener(events)


def write_many(events: Iterable[CaseEvent]) -> None:
    """The same for a step of many cases, in one statement."""
    rows = list(events)
    CaseEvent.objects.bulk_create(rows)
    _tell(rows)
