"""The company takes its consent to sharing back: whenever it wants, without a reason."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import consents, workflow
from intake.actions.moving import RefusedError, hold
from intake.models import Case, CaseEvent
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor, draw, write


def is_shared(case: Case) -> bool:
    """Whether the company's consent to sharing stands."""
    return consents.SHARING in consents.standing(case.consents.all())


@transaction.atomic
def withdraw_sharing(*, case: Case, by: Actor) -> CaseEvent | None:
    """Take the consent to sharing back; None where none stands.

    Nobody's form becomes stale by it. Apps above hear of it in this transaction (intake.timeline)
    and take down what they tell of the case. Raises RefusedError for an organisation that acts
    for the company: the consent is the company's own.
    """
    hold(case)
    workflow.check("withdraw_sharing", state=case.state, role=by.role)
    if by.organisation is not None:
        raise RefusedError(_("Only the company itself can take this consent back."))
    if not is_shared(case):
        return None
    rows = case.consents.filter(kind=consents.SHARING, given=True, withdrawn_at__isnull=True)
    rows.update(withdrawn_at=timezone.now())
    event = draw(
        case,
        "withdraw_sharing",
        by=by,
        from_state=case.state,
        to_state=case.state,
        audience=TO_SUBMITTER,
    )
    write(event)
    return event
