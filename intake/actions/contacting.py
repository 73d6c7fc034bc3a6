"""Another e-mail address of the contact person, where mail to the first one comes back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import letters, workflow
from intake.actions.moving import RefusedError, hold, move, refuse_former_proxy
from intake.models import Case, CaseEvent, OneTimeCode, Revision
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor
from notifications import addresses, outbox


@transaction.atomic
def correct_contact(*, case: Case, email: str, send_again: bool = False, by: Actor) -> CaseEvent:
    """Write to another address from now on; `send_again` sends there what the first one never got.

    The same address once more says that it is right after all: mail to it is tried anew.
    """
    if by.role == workflow.SUBMITTER:
        hold(case)
        refuse_former_proxy(case, "correct_contact", by)
    elif case.is_anonymous:
        raise RefusedError(
            _(
                "The company stays anonymous: only itself or the organisation that filed for it "
                "can enter another address."
            )
        )
    was = case.contact_email
    moved = addresses.folded(was) != addresses.folded(email)
    missed = addresses.lost(case.number, was) if send_again and was else []
    event = move(
        case,
        "correct_contact",
        by=by,
        audience=TO_SUBMITTER,
        facts={"fields": ["contact_email"], "again": len(missed)},
        contact_email=email,
    )
    addresses.vouch(email)
    if moved:
        Revision.objects.create(
            case=case, event=event, field="contact_email", before=was, after=email
        )
        # Codes that are on their way to the first address open nothing any more.
        OneTimeCode.objects.filter(case=case, used_at__isnull=True).update(
            expires_at=timezone.now()
        )
        letters.readdressed(case, was=was)
    letters.contact_given(case)
    outbox.enqueue_many(addresses.again(missed, to=email))
    return event
