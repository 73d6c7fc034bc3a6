"""What the secretariat's officer is told about a case in their charge."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation

from accounts.models import User
from intake import links, workflow
from intake.letters.parts import for_officer, iso
from intake.letters.parts import officer as in_charge
from intake.models import Case, Referral
from intake.timeline import Actor
from notifications import outbox

# A mail about many cases names so many of them; the desk shows the rest.
NAMED_AT_MOST = 30


def assigned(case: Case, *, by: Actor) -> None:
    """The officer learns that a case was given to them; who takes one themselves knows."""
    if by.user != case.assignee:
        outbox.enqueue_many(for_officer("assigned", case, by=str(by.user or "")))


def assigned_many(cases: Sequence[Case], officer: User, *, by: Actor) -> None:
    """The officer learns in one mail that several cases were given to them at once."""
    if by.user == officer or not cases:
        return
    if len(cases) == 1:
        assigned(cases[0], by=by)
        return
    with translation.override(officer.language):
        rows = [{"number": case.number, "due": iso(case.due_at)} for case in cases]
        outbox.enqueue(
            "assigned_many",
            to=officer.email,
            context={
                "count": len(cases),
                "cases": rows[:NAMED_AT_MOST],
                "more": max(0, len(cases) - NAMED_AT_MOST),
                "officer": in_charge(cases[0]),
                "link": links.mine_path(),
                "by": str(by.user or ""),
            },
            subject_key="",
            language=officer.language,
            recipient=officer,
            urgent=any(case.at_border for case in cases),
        )


def mentioned(case: Case, person: User, *, by: Actor) -> None:
    """A colleague learns that a note calls them; the note's words stay at the desk."""
    outbox.enqueue_many(for_officer("mentioned", case, to=person, by=str(by.user or "")))


def supplement_arrived(case: Case) -> None:
    """The officer learns that the case can go on."""
    outbox.enqueue_many(for_officer("supplement_arrived", case))


def extension_decided(case: Case, *, agreed: bool, text: str) -> None:
    """The officer learns whether the company agrees to more time."""
    outbox.enqueue_many(for_officer("extension_decided", case, agreed=agreed, text=text))


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
