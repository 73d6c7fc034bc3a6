"""How every verb moves a case: check the table, compare and swap, write the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import deadline, triage, workflow
from intake.models import Case, CaseEvent
from intake.models.event import INTERNAL
from intake.models.gate import ACTING
from intake.models.queue import lane_of
from intake.timeline import Actor, draw, write

# Words that leave the case as it was: who wrote them was not "first".
LEAVES_AS_IT_IS = (
    "note",
    "send_message",
    "say_progress",
    "remind_confirmation",
    "remind_company",
    "ask_outcome",
    "choose_texts",
    "withdraw_sharing",
)
# Steps whose event the clock counts (intake.deadline); the due date is recomputed with them.
_MOVES_CLOCK = deadline.CLOCK_VERBS.keys() - {"submit"}


class RefusedError(Exception):
    """The step is not possible now; the text says why, in the reader's language."""


class StaleCaseError(RefusedError):
    """Somebody was first: the case is no longer as the person saw it."""

    def __init__(self, case: Case) -> None:
        steps = case.events.exclude(verb__in=LEAVES_AS_IT_IS)
        self.first = steps.select_related("actor").last()
        who = ""
        if self.first is not None:
            who = str(self.first.actor or self.first.role_label)
        super().__init__(
            _(
                "Somebody was first: %(who)s – %(what)s (%(when)s). Nothing of yours was "
                "written. Look at the case as it is now and decide again."
            )
            % {
                "who": who,
                "what": self.first.sentence if self.first else "",
                "when": timezone.localtime(self.first.at).strftime("%H:%M:%S")
                if self.first
                else "",
            }
        )


# What an organisation may still do once the company has taken over: settle who reads along.
_READS_ALONG = ("submit", "hand_over")


def refuse_former_proxy(case: Case, verb: str, by: Actor) -> None:
    """Refuse a step for the company by an organisation that no longer acts for it."""
    if by.role != workflow.SUBMITTER or by.organisation is None or verb in _READS_ALONG:
        return
    if case.proxy not in ("", ACTING):
        raise RefusedError(
            _("The company acts for itself in this case now. You can read along, and call it.")
        )


def drawn(
    case: Case,
    verb: str,
    *,
    by: Actor,
    changes: dict[str, Any],
    to: str | None = None,
    text: str = "",
    audience: str = INTERNAL,
    facts: dict[str, Any] | None = None,
    now: dt.datetime | None = None,
) -> CaseEvent:
    """The event of a step, not written yet; `changes` gains what follows from it.

    What one step and a step of many cases at once (intake.actions.bulk) share.
    """
    step = workflow.check(verb, state=case.state, role=by.role)
    refuse_former_proxy(case, verb, by)
    target = to or step.to or case.state
    now = now or timezone.now()
    if target != case.state:
        changes["state"] = target
        changes["state_since"] = now
    if case.extension_asked_at is not None and target not in triage.RUNNING:
        # Whoever answers, ends or pauses a case needs no more time for it.
        changes.setdefault("extension_asked_at", None)
        changes.setdefault("extension_ask", "")
    event = draw(
        case,
        verb,
        by=by,
        from_state=case.state,
        to_state=target,
        text=text,
        audience=audience,
        facts=facts,
        at=now,
    )
    if verb in _MOVES_CLOCK or "policy" in changes:
        policy = changes.get("policy", case.policy)
        changes["due_at"] = deadline.due_at(policy, _history_with(case, event))
    answers_in = case.state == workflow.REFERRED != target and _has_answers(case, verb)
    changes["attention"] = triage.attention(
        verb=verb, role=by.role, was=case.attention, state=target, answers_in=answers_in
    )
    changes["lane"] = lane_of(
        state=target,
        at_border=changes.get("at_border", case.at_border),
        due_at=changes.get("due_at", case.due_at),
        attention=changes["attention"],
        now=now,
    )
    if verb in triage.RESPONSES and by.role == workflow.SECRETARY and not case.first_response_at:
        changes["first_response_at"] = now
    return event


def _has_answers(case: Case, verb: str) -> bool:
    """Whether a body's answer is there, once the last open referral has ended by this step."""
    if verb == "answer_referral":
        return True
    answered = case.referrals.filter(state=workflow.REFERRAL_ANSWERED)
    return verb == "recall_referral" and answered.exists()


def mind(case: Case, *, attention: str, responded: bool = False) -> None:
    """Write what a case wants attention for, without making anybody's step stale.

    For words, which leave the case as it is (`hold` it before). `responded`: the secretariat
    said something that the company reads.
    """
    now = timezone.now()
    changes: dict[str, Any] = {}
    if attention != case.attention:
        changes["attention"] = attention
        changes["lane"] = lane_of(
            state=case.state,
            at_border=case.at_border,
            due_at=case.due_at,
            attention=attention,
            now=now,
        )
    if responded and case.first_response_at is None:
        changes["first_response_at"] = now
    if changes:
        Case.objects.filter(pk=case.pk).update(**changes)
        for name, value in changes.items():
            setattr(case, name, value)


def move(
    case: Case,
    verb: str,
    *,
    by: Actor,
    to: str | None = None,
    text: str = "",
    audience: str = INTERNAL,
    facts: dict[str, Any] | None = None,
    **changes: Any,
) -> CaseEvent:
    """Take one step of the table: state, facts, clock and timeline, in the caller's transaction.

    `to` picks one of the step's alternatives. Raises IllegalStepError when the table forbids
    the step, StaleCaseError when the case changed since `case` was read.
    """
    event = drawn(
        case, verb, by=by, to=to, text=text, audience=audience, facts=facts, changes=changes
    )
    written = Case.objects.filter(pk=case.pk, state=case.state, version=case.version).update(
        version=F("version") + 1, **changes
    )
    if written != 1:
        raise StaleCaseError(Case.objects.get(pk=case.pk))
    for name, value in changes.items():
        setattr(case, name, value)
    case.version += 1
    write(event)
    return event


def _history_with(case: Case, event: CaseEvent) -> Iterable[CaseEvent]:
    return [*case.events.all(), event]


def hold(case: Case) -> Case:
    """The case as it is now, kept from others until the transaction ends.

    For verbs whose actor does not look at the whole case (a body, the company): they act on
    what is, and need not be told that somebody else's step came in between.
    """
    held = Case.objects.select_for_update().get(pk=case.pk)
    for field in case._meta.concrete_fields:
        setattr(case, field.attname, getattr(held, field.attname))
    return case
