"""Reported errors and links at the desk: lists to work through."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketinfo import actions, kinds
from marketinfo.desk import steps
from marketinfo.desk.people import officer
from marketinfo.models import EntryReport
from marketinfo.models.kept import LINK_STATES, OfEntry


class SettlementForm(forms.Form):
    """What was done about a report."""

    settlement = forms.CharField(
        label=gettext_lazy("How it was settled"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as: fee corrected; or: checked with the source, it is right."),
    )

    cleaned_data: dict[str, Any]


class OfEntryAdmin(admin.ModelAdmin):
    """Rows that belong to entries of any kind: read here, never typed."""

    list_per_page = 50
    show_full_result_count = False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With the entries of the page's rows, one query for each kind."""
        shown = super().get_changelist_instance(request)
        for label in {row.entry_kind for row in shown.result_list}:
            model = kinds.of_label(label)
            rows = [row for row in shown.result_list if row.entry_kind == label]
            keys = [row.entry_id for row in rows]
            found = model._default_manager.in_bulk(keys) if model is not None else {}
            for row in rows:
                row.listed_entry = found.get(row.entry_id)
        return shown

    @admin.display(description=gettext_lazy("entry"))
    def entry_link(self, row: OfEntry) -> SafeString | str:
        """The entry, at the desk."""
        entry = getattr(row, "listed_entry", None)
        if entry is None:
            return "–"
        return format_html('<a href="{}">{}</a>', steps.address(entry, "change"), entry.title)

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **kw: Any) -> Any:
        """For those who may see the rows, whether the row exists or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, *args, **kw)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers and the beat add them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody edits them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes them."""
        return False


class OpenFilter(admin.SimpleListFilter):
    """Reports that nobody has settled."""

    title = gettext_lazy("settled")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Open ones and settled ones."""
        return [("yes", _("Not settled yet")), ("no", _("Settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in the chosen half."""
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(settled_at__isnull=self.value() == "yes")


class EntryReportAdmin(OfEntryAdmin):
    """Errors that readers reported."""

    list_display = ("text_shown", "entry_link", "at", "settlement_shown")
    list_display_links = ("text_shown",)
    list_filter: ClassVar = [OpenFilter]
    ordering: ClassVar = ["-at"]

    @admin.display(description=gettext_lazy("what is wrong"))
    def text_shown(self, row: EntryReport) -> str:
        """The beginning of what the reader wrote."""
        return row.text if len(row.text) <= 120 else f"{row.text[:119]}…"

    @admin.display(description=gettext_lazy("what was done"))
    def settlement_shown(self, row: EntryReport) -> str:
        """What was done, or that nothing was yet."""
        return row.settlement or _("Not settled yet")

    def get_urls(self) -> list[URLPattern]:
        """The report's own page, in place of Django's form."""
        view = self.admin_site.admin_view(self.settle)
        own = path("<int:pk>/settle/", view, name="marketinfo_entryreport_settle")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The list leads to the report's own page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        return redirect(reverse("admin:marketinfo_entryreport_settle", args=[int(object_id)]))

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the reader wrote, and what was done about it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = EntryReport.objects.filter(pk=pk).select_related("settled_by").first()
        if row is None:
            raise Http404
        entry = row.entry if kinds.of_label(row.entry_kind) is not None else None
        may = actions.may_settle(officer(request), entry) and row.settled_at is None
        if request.method == "POST" and not may:
            raise PermissionDenied
        form = SettlementForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.settle(row, by=officer(request), **form.cleaned_data)
            except actions.RefusedError as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.message_user(request, _("The report is settled."), messages.SUCCESS)
            return redirect(f"{reverse('admin:marketinfo_entryreport_changelist')}?open=yes")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Reported error"),
            "report": row,
            "entry": entry,
            "entry_url": steps.address(entry, "change") if entry is not None else "",
            "form": form if may else None,
        }
        status = 422 if form.errors else 200
        return render(request, "admin/marketinfo/entry/report.html", context, status=status)


class LinkStateFilter(admin.SimpleListFilter):
    """What became of a link."""

    title = gettext_lazy("result")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every result."""
        return [(code, str(label)) for code, label in LINK_STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with the chosen result."""
        return queryset.filter(state=self.value()) if self.value() in LINK_STATES else queryset


class EntryLinkAdmin(OfEntryAdmin):
    """Links of published entries."""

    list_display = ("url", "entry_link", "result", "code", "checked_at", "failing_since")
    list_display_links = None
    list_filter: ClassVar = [LinkStateFilter]
    ordering: ClassVar = ["-failing_since", "-checked_at"]

    @admin.display(description=gettext_lazy("result"), ordering="state")
    def result(self, row: Any) -> str:
        """The result in words."""
        return str(row.state_label)
