"""What a body does with its question: each referral has its own state and date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from files import storing
from files.models import StoredFile
from intake import letters, workflow
from intake.actions.moving import RefusedError, hold, move
from intake.models import Attachment, Message, Referral
from intake.models.event import INTERNAL, TO_BODIES, TO_SUBMITTER
from intake.timeline import Actor

# A body gives itself more time once, and not without end.
EXTENSION_DAYS_AT_MOST = 30


class StaleReferralError(RefusedError):
    """Somebody was first: the referral is no longer open to this step."""

    def __init__(self, referral: Referral) -> None:
        super().__init__(
            _("Somebody was first: this referral is now “%(state)s”. Nothing was written.")
            % {"state": referral.state_label}
        )


def _step(
    referral: Referral,
    verb: str,
    *,
    by: Actor,
    text: str = "",
    audience: str = INTERNAL,
    case_changes: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Move a referral by compare-and-swap, and its case when it was the last open one."""
    case = hold(referral.case)
    sources, target = workflow.REFERRAL_MOVES[verb]
    if target not in workflow.REFERRAL_OPEN:
        changes["ended_at"] = timezone.now()
    written = Referral.objects.filter(pk=referral.pk, state__in=sources).update(
        state=target, **changes
    )
    if written != 1:
        raise StaleReferralError(Referral.objects.get(pk=referral.pk))
    for name, value in {"state": target, **changes}.items():
        setattr(referral, name, value)
    last_ended = case.state == workflow.REFERRED and not case.referrals.open().exists()
    move(
        case,
        verb,
        by=by,
        to=workflow.REVIEWING if last_ended else None,
        text=text,
        audience=audience,
        facts={"body": referral.organisation.code, "referral": referral.pk},
        **(case_changes or {}),
    )


@transaction.atomic
def accept_referral(*, referral: Referral, by: Actor) -> None:
    """The body takes the question on; the officer who does so has it, unless another was named."""
    mine: dict[str, Any] = (
        {"handler": by.user} if by.role == workflow.BODY and referral.handler is None else {}
    )
    _step(
        referral,
        "accept_referral",
        by=by,
        audience=TO_SUBMITTER,
        accepted_at=timezone.now(),
        **mine,
    )


@transaction.atomic
def decline_referral(
    *, referral: Referral, reason: str, by: Actor, suggested: Organisation | None = None
) -> None:
    """The body gives the question back, with the reason and, if it knows, a better place."""
    if referral.designated:
        raise RefusedError(
            _(
                "This is a designation after three declines: it cannot be declined. "
                "Answer it, or call the secretariat."
            )
        )
    case = hold(referral.case)
    _step(
        referral,
        "decline_referral",
        by=by,
        text=reason,
        decline_reason=reason,
        suggested=suggested,
        case_changes={"declines": case.declines + 1},
    )
    letters.referral_ended(referral)


@transaction.atomic
def answer_referral(
    *, referral: Referral, text: str, files: Sequence[StoredFile] = (), by: Actor
) -> None:
    """The body answers; the secretariat will put the answers together.

    The company sees neither words nor files before the secretariat has answered it.
    """
    _step(referral, "answer_referral", by=by, text=text, answer=text)
    if files:
        storing.claim(files)
        Attachment.objects.bulk_create(
            Attachment(
                case=referral.case,
                referral=referral,
                file=file,
                role=by.role,
                uploaded_by=by.user,
                audience=INTERNAL,
            )
            for file in files
        )
    letters.referral_ended(referral)


def stay(
    referral: Referral, verb: str, *, by: Actor, text: str = "", facts: Any = None, **changes: Any
) -> None:
    """A step on an open referral that leaves its state; only while it is still open."""
    case = hold(referral.case)
    written = Referral.objects.filter(pk=referral.pk, state__in=workflow.REFERRAL_OPEN).update(
        state=F("state"), **changes
    )
    if written != 1:
        raise StaleReferralError(Referral.objects.get(pk=referral.pk))
    for name, value in changes.items():
        setattr(referral, name, value)
    about = {"body": referral.organisation.code, "referral": referral.pk}
    move(case, verb, by=by, text=text, facts=about | (facts or {}))


@transaction.atomic
def ask_back_referral(*, referral: Referral, text: str, by: Actor) -> Message:
    """The body asks the secretariat something before it answers; the officer is told."""
    message = Message.objects.create(
        case=referral.case,
        role=by.role,
        author=by.user,
        organisation=referral.organisation,
        text=text,
        audience=TO_BODIES,
    )
    stay(referral, "ask_back_referral", by=by, facts={"message": message.pk})
    letters.referral_asked_back(referral, text)
    return message


@transaction.atomic
def extend_referral(*, referral: Referral, due_at: dt.datetime, reason: str, by: Actor) -> None:
    """The body gives itself more time, once and only forward; the officer is told why."""
    hold(referral.case)
    now = Referral.objects.get(pk=referral.pk)
    if now.is_open and now.extended_at is not None:
        raise RefusedError(
            _("The date was moved once already. Please ask the officer of the secretariat.")
        )
    if due_at <= max(now.due_at, timezone.now()):
        raise RefusedError(_("The new date must lie after the present one."))
    if due_at > now.due_at + dt.timedelta(days=EXTENSION_DAYS_AT_MOST):
        raise RefusedError(
            _("The date can be moved by at most %(days)d days. Ask the officer for more.")
            % {"days": EXTENSION_DAYS_AT_MOST}
        )
    stay(
        referral,
        "extend_referral",
        by=by,
        text=reason,
        facts={"from": now.due_at.isoformat(), "to": due_at.isoformat()},
        due_at=due_at,
        extended_at=timezone.now(),
        extension_reason=reason,
    )
    letters.referral_extended(referral)


@transaction.atomic
def forward_referral(*, referral: Referral, handler: User, by: Actor) -> None:
    """Hand the question on inside the body; the colleague is told."""
    belongs = handler.is_active and (
        handler.memberships.active().filter(organisation=referral.organisation.today).exists()
    )
    if not belongs:
        raise RefusedError(_("This person does not work for the body that was asked."))
    stay(
        referral,
        "forward_referral",
        by=by,
        facts={"from": referral.handler_id, "to": handler.pk},
        handler=handler,
    )
    if handler != by.user:
        letters.referral_forwarded(referral, by=by)


@transaction.atomic
def recall_referral(*, referral: Referral, reason: str, by: Actor) -> None:
    """The secretariat takes the question back."""
    _step(referral, "recall_referral", by=by, text=reason)
    letters.referral_recalled(referral, reason)
