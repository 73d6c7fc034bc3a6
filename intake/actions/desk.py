"""What the secretariat does with a case: claim, assign, classify, answer, end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from intake import letters, workflow
from intake.actions.filing import attach, brought, make_findable
from intake.actions.moving import RefusedError, move
from intake.answering_first import citing
from intake.models import Attachment, Case
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor


@transaction.atomic
def claim(*, case: Case, by: Actor) -> None:
    """Take a received case up: the officer is in charge from now on."""
    move(
        case,
        "claim",
        by=by,
        audience=TO_SUBMITTER,
        assignee=by.user,
        claimed_at=timezone.now(),
    )


@transaction.atomic
def assign(*, case: Case, officer: User, by: Actor) -> None:
    """Give the case to an officer, who is told."""
    claimed_at = case.claimed_at or timezone.now()
    move(
        case,
        "assign",
        by=by,
        facts={"from": case.assignee_id, "to": officer.pk},
        assignee=officer,
        claimed_at=claimed_at,
    )
    letters.assigned(case, by=by)


@transaction.atomic
def classify(*, case: Case, by: Actor, policy: str | None = None, **facts: Any) -> None:
    """Set category, country, HS code or kind of case; a new date is told to the company.

    `facts` may name category, more_categories, country, more_countries, hs_code, product,
    sector, needed_by and at_border.
    """
    before = case.due_at
    was = {name: _plain(getattr(case, name)) for name in facts}
    changes: dict[str, Any] = dict(facts)
    if policy is not None and policy != case.policy:
        was["policy"] = case.policy
        changes["policy"] = policy
    becomes = {name: _plain(value) for name, value in changes.items()}
    move(case, "classify", by=by, facts={"was": was, "is": becomes}, **changes)
    if {"product", "hs_code"} & changes.keys():
        make_findable(case)
    if case.due_at != before:
        letters.new_date(case)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return getattr(value, "code", None) or getattr(value, "pk", value)


@transaction.atomic
def answer(
    *,
    case: Case,
    text: str,
    files: Sequence[StoredFile] = (),
    passed_on: Sequence[Attachment] = (),
    by: Actor,
) -> None:
    """Send the one answer to the company, with the files that belong to it.

    `passed_on` are files that bodies sent with their answers: the company may read them from now
    on. All others stay between the secretariat and the body.
    """
    wanted = {row.pk for row in passed_on}
    theirs = case.attachments.of_bodies().filter(pk__in=wanted)
    if theirs.count() != len(wanted):
        raise RefusedError(_("Only files that bodies sent with their answers can be passed on."))
    attached = [*attach(case, files, by=by), *passed_on]
    move(
        case,
        "answer",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts=brought(attached),
        answer=text,
        answered_at=timezone.now(),
    )
    theirs.update(audience=TO_SUBMITTER)
    citing.note(case, text)
    letters.answer(case, files=len(attached))


@transaction.atomic
def reject(*, case: Case, reason: str, next_place: str, by: Actor) -> None:
    """Return the case with the reason and the place that can help instead."""
    move(
        case,
        "reject",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        facts={"next_place": next_place},
        end_reason=f"{reason}\n\n{next_place}",
        ended_at=timezone.now(),
        due_at=None,
    )
    letters.rejected(case, reason=reason, place=next_place)


@transaction.atomic
def mark_duplicate(*, case: Case, original: Case, by: Actor) -> None:
    """Merge the case with an earlier one; its company keeps its own page and is told."""
    if original.pk == case.pk:
        raise RefusedError(_("A case cannot be the duplicate of itself."))
    if original.state == workflow.DUPLICATE:
        raise RefusedError(
            _("%(number)s was merged itself. Name the case that it was merged with.")
            % {"number": original.number}
        )
    move(
        case,
        "mark_duplicate",
        by=by,
        facts={"original": original.number},
        audience=TO_SUBMITTER,
        duplicate_of=original,
        ended_at=timezone.now(),
        due_at=None,
    )
    letters.duplicate(case)


@transaction.atomic
def transfer_out(*, case: Case, place: str, reason: str, by: Actor) -> None:
    """Pass the case to a place outside the council; the company gets the text ready to send."""
    move(
        case,
        "transfer_out",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        facts={"place": place},
        transferred_to=place,
        end_reason=reason,
        ended_at=timezone.now(),
        due_at=None,
    )
    letters.transferred(case)


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Actor) -> None:
    """Take a closed case up again; a new period begins and the company is told why."""
    officer = case.assignee or by.user
    move(
        case,
        "reopen",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        assignee=officer,
        claimed_at=case.claimed_at or timezone.now(),
        ended_at=None,
        end_reason="",
        outcome="",
        outcome_at=None,
        saved=None,
        saved_currency="",
        outcome_settled=False,
        extended_at=None,
    )
    letters.reopened(case, reason)
