"""What the secretariat's officer is told about a case in their charge."""

from __future__ import annotations

from intake import workflow
from intake.letters.parts import for_officer, iso
from intake.models import Case, Referral
from intake.timeline import Actor
from notifications import outbox


def assigned(case: Case, *, by: Actor) -> None:
    """The officer learns that a case was given to them; who takes one themselves knows."""
    if by.user != case.assignee:
        outbox.enqueue_many(for_officer("assigned", case, by=str(by.user or "")))


def supplement_arrived(case: Case) -> None:
    """The officer learns that the case can go on."""
    outbox.enqueue_many(for_officer("supplement_arrived", case))


def referral_ended(referral: Referral) -> None:
    """The officer learns that a body answered or declined."""
    outbox.enqueue_many(
        for_officer(
            "referral_ended",
            referral.case,
            body=referral.organisation.name,
            declined=referral.state == workflow.DECLINED,
            text=referral.decline_reason or referral.answer,
            all_in=referral.case.state == workflow.REVIEWING,
        )
    )


def referral_asked_back(referral: Referral, text: str) -> None:
    """The officer learns what a body asks before it answers."""
    outbox.enqueue_many(
        for_officer(
            "referral_asked_back", referral.case, body=referral.organisation.name, text=text
        )
    )


def referral_extended(referral: Referral) -> None:
    """The officer learns that a body takes longer, why and until when."""
    outbox.enqueue_many(
        for_officer(
            "referral_extended",
            referral.case,
            body=referral.organisation.name,
            until=iso(referral.due_at),
            reason=referral.extension_reason,
        )
    )


def disputed(case: Case) -> None:
    """The officer learns that the answer did not help."""
    outbox.enqueue_many(for_officer("disputed", case))
