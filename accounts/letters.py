"""What people are told about their own rights, each in their language."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation

from accounts.models import ROLE_LABELS, Invitation, Membership, Organisation, User
from notifications import outbox


def invitation(row: Invitation, *, link: str) -> None:
    """Somebody is asked to act for an organisation; the link is good once."""
    with translation.override(row.language):
        outbox.enqueue(
            "invitation",
            to=row.email,
            context={
                "name": row.name,
                "organisation": row.organisation.name,
                "role": str(ROLE_LABELS.get(row.role, row.role)),
                "by": row.invited_by.name,
                "until": row.expires_at.isoformat(),
                "link": link,
            },
            subject_key=about(row.organisation),
            language=row.language,
        )


def role_changed(row: Membership, *, before: str, by: User) -> None:
    """Somebody's role is another one now."""
    with translation.override(row.user.language):
        _tell(
            "role_changed",
            row.user,
            row.organisation,
            before=str(ROLE_LABELS.get(before, before)),
            after=row.role_label,
            unit_before="",
            unit="",
            by=by.name,
        )


def unit_changed(row: Membership, *, before: str, by: User) -> None:
    """Somebody's unit is another one now."""
    with translation.override(row.user.language):
        _tell(
            "role_changed",
            row.user,
            row.organisation,
            before="",
            after="",
            unit_before=before,
            unit=row.unit,
            by=by.name,
        )


def removed(row: Membership, *, by: User, heir: User | None) -> None:
    """Somebody acts for the organisation no more, and learns who goes on with their work."""
    with translation.override(row.user.language):
        _tell(
            "removed",
            row.user,
            row.organisation,
            by=by.name,
            heir=heir.name if heir is not None else "",
            left=heir is not None,
        )


def moved(before: Membership, now: Membership) -> None:
    """Somebody's organisation was succeeded, and they act for what follows it."""
    with translation.override(now.user.language):
        _tell(
            "organisation_moved",
            now.user,
            now.organisation,
            before=before.organisation.name,
            role=now.role_label,
        )


def _tell(kind: str, person: User, organisation: Organisation, **context: Any) -> None:
    outbox.enqueue(
        kind,
        to=person.email,
        context={
            "name": person.name,
            "organisation": organisation.name,
            "link": reverse("after-sign-in"),
            **context,
        },
        subject_key=about(organisation),
        language=person.language,
        recipient=person,
    )


def about(organisation: Organisation) -> str:
    """What notices about an organisation's people are filed under."""
    return f"organisation/{organisation.code}"
