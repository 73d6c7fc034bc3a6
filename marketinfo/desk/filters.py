"""What the lists of entries at the desk are narrowed by."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketinfo.entry import STATE_LABELS, EntryQuerySet
from marketinfo.models import EntryLink, EntryProposal, EntryReport
from marketinfo.models.kept import BROKEN


class StateFilter(admin.SimpleListFilter):
    """Where an entry stands in its life."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every state."""
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


PROPOSED, REPORTED, DEAD_LINKS = "proposed", "reported", "links"


class WaitingFilter(admin.SimpleListFilter):
    """What waits for somebody: a proposed change, a reported error, a dead link."""

    title = gettext_lazy("what waits")
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three."""
        return [
            (PROPOSED, _("Proposed change")),
            (REPORTED, _("Reported error")),
            (DEAD_LINKS, _("Broken link")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows for which it waits."""
        open_ones: dict[str | None, QuerySet[Any]] = {
            PROPOSED: EntryProposal.objects.filter(settled_at__isnull=True),
            REPORTED: EntryReport.objects.filter(settled_at__isnull=True),
            DEAD_LINKS: EntryLink.objects.filter(state=BROKEN),
        }
        waiting = open_ones.get(self.value())
        if waiting is None:
            return queryset
        of_this = waiting.filter(entry_kind=queryset.model._meta.label_lower)
        return queryset.filter(pk__in=of_this.values("entry_id"))
