"""Text messages beside the mail: the company asks for them, and may end them at any time."""

from __future__ import annotations

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from intake import workflow
from intake.actions.moving import RefusedError, hold, refuse_former_proxy
from intake.models import Case, CaseEvent
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor, draw, write
from notifications import gateway
from notifications.gateway import phones


def takes_texts(case: Case) -> bool:
    """Whether there is a choice: to end text messages always, to ask for them where they arrive."""
    return case.by_text or (gateway.is_on() and bool(phones.mobile(case.contact_phone)))


@transaction.atomic
def choose_texts(*, case: Case, wanted: bool, by: Actor) -> CaseEvent | None:
    """Tell the contact person by text message too, or no longer; None where it was so already.

    Nobody's form becomes stale by it: the case stays as the officers see it.
    """
    hold(case)
    workflow.check("choose_texts", state=case.state, role=by.role)
    refuse_former_proxy(case, "choose_texts", by)
    if case.by_text == wanted:
        return None
    if wanted and not gateway.is_on():
        raise RefusedError(_("Text messages are not sent here."))
    if wanted and not phones.mobile(case.contact_phone):
        raise RefusedError(
            _("The phone number of this case takes no text messages. They need a mobile number.")
        )
    Case.objects.filter(pk=case.pk).update(by_text=wanted)
    case.by_text = wanted
    with translation.override(case.language):
        said = _("Yes, by text message too") if wanted else _("No, by mail alone")
    event = draw(
        case,
        "choose_texts",
        by=by,
        from_state=case.state,
        to_state=case.state,
        text=said,
        audience=TO_SUBMITTER,
        facts={"wanted": wanted},
    )
    write(event)
    return event
