"""How the admin shows every kind of entry: list, search, preview, publish, take back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from marketinfo import actions
from marketinfo.entry import STATE_LABELS, Entry, EntryQuerySet


def officer(request: HttpRequest) -> User:
    """Who is at the desk; the admin lets nobody else in."""
    return cast(User, request.user)


class StateFilter(admin.SimpleListFilter):
    """Drafts or published."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The two states."""
        return [(code, str(label)) for code, label in STATE_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in the chosen state."""
        return queryset.filter(state=self.value()) if self.value() in STATE_LABELS else queryset


class CheckFilter(admin.SimpleListFilter):
    """Facts whose check is overdue."""

    title = gettext_lazy("check of the facts")
    parameter_name = "check"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Only one question is worth a click."""
        return [("overdue", _("Check overdue"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows whose check is overdue."""
        entries = cast(EntryQuerySet, queryset)
        return entries.overdue_for_check() if self.value() == "overdue" else entries


class EntryAdmin(admin.ModelAdmin):
    """Common to articles, requirements and case studies. Rows change through the verbs only."""

    list_filter: ClassVar = [StateFilter, CheckFilter]
    list_select_related: ClassVar = ["country", "category"]
    list_per_page = 50
    show_full_result_count = False
    # Shows the search box; what it finds is decided in get_search_results.
    search_fields: ClassVar = ["title"]
    search_help_text = gettext_lazy("Words in Korean or English, a country, an HS code")
    readonly_fields: ClassVar = ["state_shown", "published_at", "published_by", "updated_at"]
    actions = ("publish", "unpublish")
    ordering: ClassVar = ["-updated_at", "-pk"]
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, entry: Entry) -> str:
        """Draft or published."""
        return entry.state_label

    @admin.display(description=gettext_lazy("check overdue"), boolean=True, ordering="next_check")
    def is_current(self, entry: Entry) -> bool:
        """A tick while the facts count as checked."""
        return not entry.is_overdue

    def view_on_site(self, entry: Entry) -> str:
        """The preview: the gate shows drafts to officers."""
        return entry.get_absolute_url()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A published address never changes."""
        fixed = ["reference"] if obj is not None and obj.is_published else []
        return [*self.readonly_fields, *fixed]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search as the public pages do."""
        return (
            cast(EntryQuerySet, queryset).search(search_term) if search_term.strip() else queryset
        ), False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write through the verb."""
        actions.save(obj, by=officer(request), fields=form.changed_data if change else None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts go; the list's own bulk deletion goes past the index, so it is off."""
        return obj is not None and not obj.is_published and super().has_delete_permission(request)

    def delete_model(self, request: HttpRequest, obj: Entry) -> None:
        """Remove a draft through the verb."""
        actions.delete(obj, by=officer(request))

    @admin.action(description=gettext_lazy("Publish the chosen entries"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Publish each; those that cannot be are named with the reason."""
        done = self._each(request, queryset, self.publish_one)
        if done:
            text = ngettext("%(n)d entry was published.", "%(n)d entries were published.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Take the chosen entries back"), permissions=["change"])
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take each back to a draft."""
        done = self._each(request, queryset, actions.unpublish)
        if done:
            text = ngettext("%(n)d entry was taken back.", "%(n)d entries were taken back.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)

    def publish_one(self, entry: Any, *, by: Any) -> Any:
        """The verb that publishes this kind of entry."""
        return actions.publish(entry, by=by)

    def _each(self, request: HttpRequest, rows: QuerySet[Any], verb: Callable[..., Any]) -> int:
        done = 0
        for entry in rows:
            try:
                verb(entry, by=officer(request))
            except actions.RefusedError as refusal:
                self.message_user(request, f"{entry}: {refusal}", messages.ERROR)
            else:
                done += 1
        return done
