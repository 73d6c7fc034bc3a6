"""Random lives told in verbs, as the timeline keeps them: what moves the date.

CLOCK_LIVES sets another number of lives, CLOCK_SEED other lives. The slow count of
test_clock_simulation knows the kinds of the clock; here the verbs are turned into them by a
table of their own, so that a verb which the timeline forgets or adds is seen.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, replace

import pytest
from django.utils import timezone

from intake import clock, deadline, workflow
from intake.actions import moving
from intake.models import Case, CaseEvent
from tests.intake.test_clock_simulation import (
    KOREA,
    LIVES,
    MINUTE,
    SEED,
    Life,
    Slow,
    any_policy,
    moment,
)

MOVES = {
    "submit": clock.RECEIVED,
    "request_supplement": clock.SUPPLEMENT_SENT,
    "supplement": clock.SUPPLEMENT_ARRIVED,
    "extend": clock.EXTENDED,
    "agree_extension": clock.EXTENDED,
    "dispute": clock.STARTED_AGAIN,
    "reopen": clock.STARTED_AGAIN,
}
# Steps that leave the date alone, whatever they say.
IDLE = (
    "claim",
    "refer",
    "answer_referral",
    "ask_extension",
    "refuse_extension",
    "say_progress",
    "note",
    "send_message",
    "remind_referral",
)
CASE = Case(pk=1, number="GT-2026-000001-7")


def told(verb: str, at: dt.datetime, units: int = 0) -> CaseEvent:
    """An event of the timeline, never written."""
    here = timezone.make_aware(at)
    facts: dict[str, object] = {"units": units} if units else {}
    return CaseEvent(case=CASE, verb=verb, at=here, to_state="", role="system", facts=facts)


@dataclass
class Desk:
    """Where a random case stands, as far as the next step depends on it."""

    can_extend: bool
    state: str = "running"
    extended: bool = False
    asked: bool = False
    agreed: bool = False

    def choices(self) -> list[str]:
        """The steps that the desk allows, those that matter more often."""
        if self.state == "paused":
            return ["supplement", "supplement", "note", "send_message"]
        if self.state == "answered":
            return ["dispute", "reopen", "note"]
        quiet = [verb for verb in IDLE if not verb.endswith("_extension")]
        found = [*quiet, "request_supplement", "request_supplement", "answer"]
        if self.can_extend and not self.extended:
            found += ["extend"] * 4
        if self.extended and not self.asked and not self.agreed:
            found += ["ask_extension"] * 4
        if self.asked:
            found += ["agree_extension"] * 5 + ["refuse_extension"]
        return found

    def after(self, verb: str) -> Desk:
        """Where it stands after a step."""
        new_period = Desk(self.can_extend)
        return {
            "extend": replace(self, extended=True),
            "ask_extension": replace(self, asked=True),
            "refuse_extension": replace(self, asked=False),
            "agree_extension": replace(self, asked=False, agreed=True),
            "request_supplement": replace(self, state="paused", asked=False),
            "supplement": replace(self, state="running"),
            "answer": replace(self, state="answered", asked=False),
            "dispute": new_period,
            "reopen": new_period,
        }.get(verb, self)


def life(rng: random.Random) -> tuple[clock.Policy, list[CaseEvent]]:
    """A receipt, then steps as the desk allows them: one extension, one more by consent."""
    policy, now = any_policy(rng), moment(rng)
    events, desk = [told("submit", now)], Desk(bool(policy.extension))
    for _step in range(rng.choice([0, 2, 4, 6, 9, 12])):
        now += MINUTE * rng.choice([1, 90, rng.randint(1, 1500), rng.randint(1, 25_000)])
        verb = rng.choice(desk.choices())
        desk = desk.after(verb)
        units = policy.extension if verb in ("extend", "agree_extension") else 0
        events.append(told(verb, now, units))
    return policy, events


def by_hand(policy: clock.Policy, events: list[CaseEvent]) -> Life:
    """The same life in the clock's own kinds, by the table above."""
    return Life(
        policy,
        [
            clock.Event(
                MOVES[event.verb],
                timezone.localtime(event.at).replace(tzinfo=None),
                event.facts.get("units", 0),
            )
            for event in events
            if event.verb in MOVES
        ],
    )


def broken(policy: clock.Policy, events: list[CaseEvent]) -> list[str]:
    """The rules that the way from the timeline to the date breaks for a life."""
    found = clock.deadline(policy, deadline.history(events), KOREA)
    slow = Slow(by_hand(policy, events))
    wrong = []
    if found.due != slow.due():
        wrong.append("same date as the slow count")
    if found.paused_since != slow.paused_since:
        wrong.append("same standstill")
    if found.extended_by > 2 * policy.length:
        wrong.append("once, and once more with consent")
    movers = [event for event in events if event.verb not in IDLE]
    if clock.deadline(policy, deadline.history(movers), KOREA) != found:
        wrong.append("asking, refusing and telling move nothing")
    return wrong


def test_lives_told_in_verbs_obey_the_rules() -> None:
    rng = random.Random(SEED)  # noqa: S311
    wrong = {}

    # A quarter of the lives: the whole number runs on the pure clock.
    for number in range(LIVES // 4):
        policy, events = life(rng)
        rules = broken(policy, events)
        if rules:
            wrong[number] = (rules, policy, [event.verb for event in events])

    assert dict(list(wrong.items())[:3]) == {}


def test_the_lives_hold_every_verb_and_the_second_extension() -> None:
    rng = random.Random(SEED)  # noqa: S311
    lives = [life(rng) for _ in range(1500)]

    verbs = {event.verb for _policy, events in lives for event in events}
    twice = [events for policy, events in lives if Slow(by_hand(policy, events)).extra]
    assert verbs == {*MOVES, *IDLE, "answer"}
    assert verbs <= set(workflow.STEPS)
    assert any(event.verb == "agree_extension" for events in twice for event in events)


def test_every_verb_that_moves_the_clock_makes_the_step_compute_the_date() -> None:
    assert deadline.CLOCK_VERBS == MOVES
    assert set(moving._MOVES_CLOCK) == set(MOVES) - {"submit"}


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("agree_extension", None), ("ask_extension", clock.EXTENDED), ("dispute", None)],
)
def test_a_table_that_is_wrong_is_seen(
    verb: str, kind: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(SEED)  # noqa: S311
    lives = [life(rng) for _ in range(400)]
    for _policy, events in lives:
        for event in events:
            if event.verb == "ask_extension":
                event.facts = {"units": 1}
    assert [events for policy, events in lives if broken(policy, events)] == []

    table = {name: move for name, move in MOVES.items() if name != verb}
    if kind is not None:
        table[verb] = kind
    monkeypatch.setattr(deadline, "CLOCK_VERBS", table)

    assert [events for policy, events in lives if broken(policy, events)] != []
