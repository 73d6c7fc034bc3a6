"""A case was put on paper: who took it out of the portal, when, and what stood on it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from intake import workflow
from intake.actions.filing import say
from intake.models import Case, Message
from intake.models.event import INTERNAL
from intake.timeline import Actor, draw, write


@transaction.atomic
def record_paper(*, case: Case, kind: str, parts: Sequence[str], words: str, by: Actor) -> Message:
    """Write into the timeline that a paper was made; an internal note with the parts as facts.

    `words` say it to a reader. The case itself stays as it is.
    """
    workflow.check("note", state=case.state, role=by.role)
    message = say(case, words, (), by=by, audience=INTERNAL)
    write(
        draw(
            case,
            "note",
            by=by,
            from_state=case.state,
            to_state=case.state,
            facts={"message": message.pk, "paper": kind, "parts": list(parts)},
        )
    )
    return message
