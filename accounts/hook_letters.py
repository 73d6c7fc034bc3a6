"""Tells the managers of an organisation that one of its webhooks was switched off."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import translation

from accounts.letters import about
from accounts.models import MANAGER, Membership
from notifications import outbox
from notifications.models import Hook


def disabled(hook: Hook) -> None:
    """Each manager in their language, in the transaction that switched it off."""
    managers = (
        Membership.objects.active()
        .filter(organisation__code=hook.owner, role=MANAGER, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("pk")
    )
    rows = []
    for row in managers:
        with translation.override(row.user.language):
            rows.append(
                outbox.notice(
                    "hook_disabled",
                    to=row.user.email,
                    context={
                        "name": row.user.name,
                        "organisation": row.organisation.name,
                        "host": urlsplit(hook.url).hostname or "",
                        "reason": hook.reason_label,
                        "link": reverse("partner:hook", args=[hook.owner, hook.pk]),
                    },
                    subject_key=about(row.organisation),
                    language=row.user.language,
                    recipient=row.user,
                )
            )
    if rows:
        outbox.enqueue_many(rows)
