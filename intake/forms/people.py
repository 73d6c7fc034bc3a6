"""Who can be given a case or called to one: the secretariat's active officers."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import SECRETARIAT, User


def officers() -> QuerySet[User]:
    """The secretariat's active officers, by name."""
    return (
        User.objects.filter(
            is_active=True,
            memberships__ended_at__isnull=True,
            memberships__organisation__kind=SECRETARIAT,
        )
        .distinct()
        .order_by("name")
    )
