"""Who read and who took away what: to look at, never to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from privacy.models import Download, Reading


class LogAdmin(admin.ModelAdmin):
    """A log: nobody adds to it by hand, changes it or takes lines out."""

    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Lines come from what people do."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays as it happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Lines go when their time is over, not by hand."""
        return False


@admin.register(Download)
class DownloadAdmin(LogAdmin):
    """Lists that were taken away."""

    list_display = ("at", "user", "organisation", "what", "format", "rows", "reason")
    list_filter = ("what", "format")
    list_select_related: ClassVar = ["user"]
    search_fields: ClassVar = ["organisation", "reason", "user__name", "user__email"]
    fields = ("at", "user", "organisation", "what", "query", "format", "rows", "reason")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What was searched for may be the name of a company that stays anonymous to us."""
        if getattr(request.user, "is_auditor", False):
            return self.fields
        return tuple(name for name in self.fields if name != "query")


@admin.register(Reading)
class ReadingAdmin(LogAdmin):
    """Who opened something that shows a company."""

    list_display = ("at", "subject", "reader", "way", "organisation")
    list_filter = ("way",)
    list_select_related: ClassVar = ["reader"]
    search_fields: ClassVar = ["subject", "organisation", "reader__name", "reader__email"]
    fields = ("at", "day", "subject", "reader", "way", "organisation")
