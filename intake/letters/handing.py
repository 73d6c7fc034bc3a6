"""What a successor is told about work that was handed over to them."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from accounts.letters import about
from intake.models import Handover
from intake.workload import LABELS
from notifications import outbox


def handed_over(handover: Handover) -> None:
    """The successor learns how much of what passed, and where to look at it and say so."""
    person = handover.successor
    organisation = handover.organisation
    with translation.override(person.language):
        outbox.enqueue(
            "handover",
            to=person.email,
            context={
                "name": person.name,
                "leaver": handover.leaver.name,
                "by": handover.by.name,
                "organisation": organisation.name,
                "passed": [
                    {"label": str(label), "count": len(handover.items[key])}
                    for key, label in LABELS.items()
                    if key in handover.items
                ],
                "note": handover.note,
                "link": reverse("partner:handover-detail", args=[organisation.code, handover.pk]),
            },
            subject_key=about(organisation),
            language=person.language,
            recipient=person,
        )
