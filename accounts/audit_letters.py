"""What the auditors are told about the access log: where its chain stands, a month to be read."""

from __future__ import annotations

import logging
from typing import Any

from django.urls import reverse

from accounts.models import User
from notifications import outbox
from privacy.models import Head, Review

log = logging.getLogger(__name__)
# What such notices are about; no person, no case.
ABOUT = "access-log"


def head(head: Head) -> None:
    """The day's seal, so that it stands where nobody of the database reaches."""
    facts = {
        "day": head.day.isoformat(),
        "head": f"{head.seq}:{head.hash}",
        "link": reverse("admin:privacy_head_changelist"),
    }
    if head.whole:
        _tell("access_log_head", facts | {"lines": head.seq}, f"{head.day}")
    else:
        _tell("access_log_broken", facts | {"finding": head.finding}, f"{head.day}", urgent=True)


def review(review: Review) -> None:
    """A month was counted and waits to be read."""
    told = review.figures
    facts = {
        "month": f"{review.month:%Y-%m}",
        "unusual": len(told["unusual"]),
        "odd_hours": sum(count for _person, count in told["odd_hours"]),
        "downloads": told["downloads"],
        "whole": told["whole"],
        "link": reverse("admin:privacy_review_change", args=[review.pk]),
    }
    _tell("access_log_review", facts, f"{review.month:%Y-%m}")


def _tell(kind: str, facts: dict[str, Any], once: str, *, urgent: bool = False) -> None:
    auditors = list(User.objects.filter(is_auditor=True, is_active=True).order_by("pk"))
    if not auditors:
        log.warning("nobody audits: %s of %s is told to nobody", kind, once)
        return
    outbox.enqueue_many(
        outbox.notice(
            kind,
            to=person.email,
            language=person.language,
            recipient=person,
            context=facts,
            subject_key=ABOUT,
            dedupe=f"{once}:{person.pk}",
            urgent=urgent,
        )
        for person in auditors
    )
