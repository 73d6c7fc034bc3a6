"""What the company gave for a supplement by phone or on paper, recorded by the officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from intake import workflow
from intake.actions.moving import RefusedError, move
from intake.actions.supplying import current_items, is_awaited
from intake.models import Case, SupplementItem
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor


@transaction.atomic
def record_item(
    *, case: Case, said: Mapping[int, str], said_by: str, said_on: dt.date, by: Actor
) -> list[SupplementItem]:
    """Mark items as given: words by the keys of the items, who said them and on which day.

    The clock still stands: `supplement` ends the pause once nothing is open. An item that the
    company gave itself is never overwritten.
    """
    if not is_awaited(case):
        raise workflow.IllegalStepError("record_item", case.state, by.role)
    known = {item.pk: item for item in current_items(case)}
    if not said or not set(said) <= set(known) or not all(said.values()):
        raise RefusedError(_("Say for at least one item what the company gave."))
    wanted = [known[pk] for pk in known if pk in said]
    with translation.override(case.language):
        lines = {item.pk: _line(said[item.pk], said_by, said_on) for item in wanted}
    move(
        case,
        "record_item",
        by=by,
        text="\n".join(f"{item.label}: {lines[item.pk]}" for item in wanted),
        audience=TO_SUBMITTER,
        facts={"round": case.supplements, "items": [item.label for item in wanted]},
    )
    # The step holds the case: whoever of the company saves now waits, who was first is seen here.
    now = timezone.now()
    for item in wanted:
        written = SupplementItem.objects.filter(pk=item.pk, given_at__isnull=True).update(
            given_text=lines[item.pk], given_at=now
        )
        if not written:
            raise RefusedError(
                _("The company has given “%(item)s” itself. Look at what it sent.")
                % {"item": item.label}
            )
    return wanted


def _line(words: str, said_by: str, said_on: dt.date) -> str:
    """The words with who said them, as the company's page shows them."""
    return _("%(words)s (said by %(person)s on %(day)s; recorded by the officer)") % {
        "words": words,
        "person": said_by,
        "day": said_on.isoformat(),
    }
