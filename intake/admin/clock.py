"""The rows behind the clock: how long a kind of case may take, and days off that come late."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from intake import deadline
from intake.models import CalendarDay, ClockPolicy
from reference.admin import trust


class _ClockRows(admin.ModelAdmin):
    """Configuration that every deadline reads: what is remembered of it is dropped on a change."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        """Write what was changed."""
        if not change:
            obj.save(force_insert=True)
        elif form.changed_data:
            obj.save(update_fields=form.changed_data)
        deadline.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Take an exception back."""
        super().delete_model(request, obj)
        deadline.forget()


@admin.register(ClockPolicy)
class ClockPolicyAdmin(_ClockRows):
    """Kinds of case. They are changed, never deleted: cases refer to their codes for ever."""

    list_display = (
        "name_ko",
        "name_en",
        "length",
        "unit",
        "extension",
        "basis",
        trust,
    )
    list_display_links = ("name_ko",)
    fields = (
        "code",
        "name_ko",
        "name_en",
        "length",
        "unit",
        "extension",
        "lunch_counts",
        "basis",
        "verified",
        "sort",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A code never changes once a row has it."""
        return ["code"] if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(CalendarDay)
class CalendarDayAdmin(_ClockRows):
    """Days on which the offices differ from the published holidays."""

    list_display = (
        "day",
        "is_working",
        "reason",
    )
    search_fields = ("reason",)
    search_help_text = _("Reason")
    # Rows are taken back one by one, so that the clock hears of each.
    actions = None
