"""The record of every right given and taken, to be read by the auditor and the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import RightsChange
from accounts.rights import WHAT_LABELS


class WhatFilter(admin.SimpleListFilter):
    """Kinds of changes by their names."""

    title = _("what")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every kind."""
        return [*WHAT_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """One kind, or all."""
        return queryset.filter(what=self.value()) if self.value() else queryset


@admin.register(RightsChange)
class RightsChangeAdmin(admin.ModelAdmin):
    """Append-only: nobody adds, changes or deletes a line here."""

    list_display = ("at", "what_name", "user", "organisation", "before", "after", "by")
    list_filter = (WhatFilter, "organisation__kind")
    list_select_related = ("user", "organisation", "by")
    search_fields = (
        "user__email",
        "user__name",
        "by__email",
        "organisation__code",
        "organisation__name_ko",
        "before",
        "after",
    )
    date_hierarchy = "at"
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False
    fields = ("at", "what_name", "user", "organisation", "before", "after", "by")
    readonly_fields = fields

    @admin.display(description=_("what"), ordering="what")
    def what_name(self, row: RightsChange) -> str:
        """The change in the reader's language."""
        return str(WHAT_LABELS.get(row.what, row.what))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The verbs write it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: it is kept for at least three years."""
        return False
