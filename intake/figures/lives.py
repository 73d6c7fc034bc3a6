"""What became of a case on which day, told from its timeline; no database.

Exact are: received, answered, ended, open and waiting, from the states that the timeline
names. Overdue follows from the date that the case had then: from the timeline with the office
calendar of today, corrected wherever the timeline keeps that a date was computed anew. The last
stretch takes the date that the case has. A case counts from the day of its receipt, also when
it was entered later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils import timezone

from intake import clock, deadline, triage, workflow

WAITING = (workflow.RECEIVED, workflow.REVIEWING, workflow.SUPPLEMENT, workflow.REFERRED)
_BEGINNINGS = (clock.RECEIVED, clock.STARTED_AGAIN)
# From a day (counted on it) to a day (no longer counted on it); None: still.
Stretch = tuple[int, int | None]


def local(moment: dt.datetime) -> dt.datetime:
    """A moment on the Seoul office clock, naive: `deadline.local` without asking for each one
    whether somebody switched the time zone, which would be a third of the whole count.
    """
    return moment.astimezone(timezone.get_default_timezone()).replace(tzinfo=None)


class Step(NamedTuple):
    """One event of the timeline, as far as figures need it; the moment is aware."""

    verb: str
    at: dt.datetime
    from_state: str
    to_state: str
    facts: Mapping[str, Any]


class Facts(NamedTuple):
    """What a case itself says; moments are local and naive."""

    state: str
    policy: str
    received_at: dt.datetime
    due_at: dt.datetime | None
    first_response_at: dt.datetime | None
    answered_at: dt.datetime | None


@dataclass
class Life:
    """Days are ordinals of the office's calendar; moments local and naive."""

    received_at: dt.datetime
    first_response_at: dt.datetime | None = None
    first_answer_at: dt.datetime | None = None
    pauses: Sequence[clock.Pause] = ()
    ended_on: list[int] = field(default_factory=list)
    open: list[Stretch] = field(default_factory=list)
    waiting: list[Stretch] = field(default_factory=list)
    overdue: list[Stretch] = field(default_factory=list)


class Clockwork:
    """Due moments of many cases: most have a receipt and nothing else, and share their days."""

    def __init__(self, rules: deadline.Rules) -> None:
        """By these policies and this calendar."""
        self._rules = rules
        self._known: dict[tuple[str, dt.date], dt.datetime | None] = {}

    def due(self, policy: str, events: Sequence[clock.Event]) -> dt.datetime | None:
        """The due moment that a history gives; None while the clock stands still."""
        rule = self._rules.policies.get(policy)
        if rule is None or not any(event.kind in _BEGINNINGS for event in events):
            return None
        if len(events) > 1 or rule.runs_in_hours:
            return clock.deadline(rule, events, self._rules.calendar).due
        key = (policy, events[0].at.date())
        if key not in self._known:
            self._known[key] = clock.deadline(rule, events, self._rules.calendar).due
        return self._known[key]


def live(case: Facts, steps: Iterable[Step], clockwork: Clockwork, now: dt.datetime) -> Life:
    """The life of a case up to now, from its steps in the order in which they were taken."""
    steps = list(steps)
    life = Life(case.received_at, first_response_at=case.first_response_at)
    history: list[clock.Event] = []
    policy = _first_policy(case.policy, steps)
    state, since, due = workflow.RECEIVED, case.received_at, None
    first = {"open": case.received_at, "waiting": case.received_at}
    for step in steps:
        at = local(step.at)
        moved = step.verb == "new_deadline"
        ticks = step.verb in deadline.CLOCK_VERBS
        told = step.facts.get("is", {}).get("policy") if step.verb == "classify" else None
        if step.verb != "submit":
            if moved:
                due = _moment(step.facts.get("old"))
            _late(life, state, due, (since, at), now)
            since = at
        if ticks:
            history.append(_event(step))
        policy = told or policy
        if moved:
            due = _moment(step.facts.get("new"))
        elif ticks or told:
            due = clockwork.due(policy, history)
        if step.to_state != state:
            _turn(life, first, state, step.to_state, at)
            state = step.to_state
    if not steps:
        # A case that came without its timeline: what it says itself is all that is known.
        state = case.state
    _late(life, state, case.due_at, (since, None), now)
    for name, begun in first.items():
        if state in _GROUPS[name]:
            getattr(life, name).append((begun.toordinal(), None))
    life.first_answer_at = life.first_answer_at or case.answered_at
    life.first_response_at = life.first_response_at or life.first_answer_at
    life.pauses = clock.pauses_of(history)
    return life


_GROUPS: dict[str, tuple[str, ...]] = {"open": workflow.OPEN, "waiting": WAITING}


def _turn(life: Life, first: dict[str, dt.datetime], old: str, new: str, at: dt.datetime) -> None:
    """Note what a change of state begins and ends."""
    for name, states in _GROUPS.items():
        if old in states and new not in states:
            getattr(life, name).append((first[name].toordinal(), at.toordinal()))
        elif new in states and old not in states:
            first[name] = at
    if new == workflow.ANSWERED and life.first_answer_at is None:
        life.first_answer_at = at
    if new in workflow.ENDED and old not in workflow.ENDED:
        life.ended_on.append(at.toordinal())


def _late(
    life: Life,
    state: str,
    due: dt.datetime | None,
    stretch: tuple[dt.datetime, dt.datetime | None],
    now: dt.datetime,
) -> None:
    """Note the days of a stretch on whose evening the case was overdue."""
    if state not in triage.RUNNING or due is None:
        return
    since, until = stretch
    late = max(since, due)
    if late < (until or now):
        life.overdue.append((late.toordinal(), until.toordinal() if until else None))


def _first_policy(policy: str, steps: Iterable[Step]) -> str:
    """The kind of case before anybody classified it."""
    for step in steps:
        was = step.facts.get("was", {}).get("policy") if step.verb == "classify" else None
        if was:
            return str(was)
    return policy


def _moment(iso: Any) -> dt.datetime | None:
    return local(dt.datetime.fromisoformat(iso)) if iso else None


def _event(step: Step) -> clock.Event:
    """What the clock counts of a step, as `deadline.history` tells it of an event."""
    at = _moment(step.facts.get("received_at")) or local(step.at)
    return clock.Event(deadline.CLOCK_VERBS[step.verb], at, step.facts.get("units", 0))
