"""The desk's view of webhooks: which there are, and what became of their events. Read only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from notifications.admin.read_only import ReadOnly
from notifications.models import Hook, HookDelivery


@admin.register(Hook)
class HookAdmin(ReadOnly):
    """Webhooks of all organisations, without what their secrets are made of."""

    list_display = ("owner", "url", "where", "failures", "created_at")
    list_filter: ClassVar = ("state",)
    search_fields = ("owner", "url")
    ordering = ("owner", "pk")
    list_per_page = 50
    fields = (
        "owner",
        "url",
        "families",
        "where",
        "state_since",
        "why",
        "failures",
        "rest_until",
        "created_at",
        "created_by",
        "changed_by",
    )
    readonly_fields = fields

    @admin.display(description=_("state"))
    def where(self, row: Hook) -> str:
        """Whether it is on, in words."""
        return row.state_label

    @admin.display(description=_("reason"))
    def why(self, row: Hook) -> str:
        """Why the portal switched it off."""
        return row.reason_label or "–"


@admin.register(HookDelivery)
class HookDeliveryAdmin(ReadOnly):
    """The log of deliveries of all webhooks."""

    list_display = ("created_at", "hook", "event", "subject", "where", "status", "attempts")
    list_filter: ClassVar = ("state",)
    search_fields = ("subject",)
    ordering = ("-id",)
    list_per_page = 50
    list_select_related = ("hook",)
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    fields = (
        "hook",
        "event_id",
        "event",
        "subject",
        "where",
        "status",
        "answer",
        "milliseconds",
        "attempts",
        "losses",
        "next_try_at",
        "created_at",
        "sent_at",
        "again_at",
        "again_by",
    )
    readonly_fields = fields

    @admin.display(description=_("state"))
    def where(self, row: HookDelivery) -> str:
        """Where it stands, in words."""
        return row.state_label
