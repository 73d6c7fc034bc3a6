"""The rows behind the clock. Before one is written, every date that it moves is shown."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake import workflow
from intake.actions import calendar
from intake.admin import gate
from intake.forms.clock import ClockPolicyForm
from intake.models import CalendarDay, ClockPolicy, Recount
from intake.timeline import Actor
from reference.admin import trust

_OURS = ("csrfmiddlewaretoken", "seen")
# A finished run of dates stays on the page for this long.
SHOWN_FOR = dt.timedelta(days=1)


class _ClockRows(admin.ModelAdmin):
    """Configuration that every date rests on: a page between the form and the writing."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form; once it is valid, the dates that would move; once confirmed, write."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if request.method != "POST" or (object_id and row is None):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if not (
            self.has_change_permission(request, row) if row else self.has_add_permission(request)
        ):
            raise PermissionDenied
        # Before the form fills the row with what was typed.
        seen = _print_of(row)
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        was = {name: getattr(row, name, None) for name in form.fields}
        if not form.is_valid():
            return super().changeform_view(request, object_id, form_url, extra_context)
        new = self.save_form(request, form, change=row is not None)
        change = calendar.Change.of(new, fields=form.changed_data)
        preview = calendar.preview(change)
        told = request.POST.get("seen")
        overtaken = bool(told) and told != seen
        if overtaken or (preview.count and not told):
            edits = _edits(form, was)
            return self._confirm(request, change, preview, seen=seen, edits=edits, told=told)
        applied = calendar.apply(change=change, by=_by(request))
        # The stubs ask for a plain form; Django itself hands over this one.
        said = self.construct_change_message(request, form, [], row is None)  # type: ignore[arg-type]
        _say(request, applied)
        if row is None:
            self.log_addition(request, new, said)
            return self.response_add(request, new)
        self.log_change(request, new, said)
        return self.response_change(request, new)

    change_list_template = "admin/intake/clock_list.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, and above it how far the dates of large changes have moved."""
        since = timezone.now() - SHOWN_FOR
        recounts = Recount.objects.filter(Q(done_at=None) | Q(done_at__gte=since))[:5]
        more = {"recounts": recounts, **(extra_context or {})}
        return super().changelist_view(request, more)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the dates that would move back; once confirmed, take the row back."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_delete_permission(request, row):
            return super().delete_view(request, object_id, extra_context)
        change = calendar.Change.of(row, gone=True)
        seen, told = _print_of(row), request.POST.get("seen")
        if request.method != "POST" or told != seen:
            preview = calendar.preview(change)
            return self._confirm(request, change, preview, seen=seen, edits=[], told=told)
        name = str(row)
        self.log_deletions(request, self.model._default_manager.filter(pk=row.pk))
        _say(request, calendar.apply(change=change, by=_by(request)))
        return self.response_delete(request, name, row.pk)

    def _confirm(
        self,
        request: HttpRequest,
        change: calendar.Change,
        preview: calendar.Preview,
        *,
        seen: str,
        edits: list[tuple[str, str, str]],
        told: str | None,
    ) -> HttpResponse:
        """The page between: what changes, and every date that moves with it."""
        overtaken = bool(told) and told != seen
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Dates that would move"),
            "opts": self.opts,
            "row": change.row,
            "gone": change.gone,
            "reason": change.reason(),
            "edits": edits,
            "preview": preview,
            "seen": seen,
            "overtaken": overtaken,
            "opens_cases": gate.reads(request.user),
            "posted": [
                (name, value)
                for name, values in request.POST.lists()
                if name not in _OURS
                for value in values
            ],
        }
        status = 409 if overtaken else 200
        return render(request, "admin/intake/calendar_confirm.html", context, status=status)


def _print_of(row: Any) -> str:
    """A mark of a row as it is stored, so that the second editor is told who was first."""
    values = () if row is None else [getattr(row, field.attname) for field in row._meta.fields]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _edits(form: ModelForm, was: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each field that changes: its label, what it was, what it becomes."""
    return [
        (
            str(form.fields[name].label or name),
            "" if form.instance.pk is None else _shown(form, name, was[name]),
            _shown(form, name, form.cleaned_data[name]),
        )
        for name in form.changed_data
    ]


def _shown(form: ModelForm, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    labels = dict(getattr(form.fields[name], "choices", ()))
    return str(labels.get(value, localize(value)))


def _by(request: HttpRequest) -> Actor:
    """The portal moves the dates; the person whose edit made it is named."""
    return Actor(workflow.SYSTEM, request.user if isinstance(request.user, User) else None)


def _say(request: HttpRequest, applied: calendar.Applied) -> None:
    moved = applied.moved
    if applied.recount is not None:
        messages.success(
            request,
            gettext(
                "The change stands. The dates move in the background; this page shows how far it "
                "has come. You need not wait."
            ),
        )
    elif moved:
        messages.success(
            request,
            ngettext(
                "%(count)d date was computed anew; the company was told.",
                "%(count)d dates were computed anew; the companies were told.",
                moved,
            )
            % {"count": moved},
        )


@admin.register(ClockPolicy)
class ClockPolicyAdmin(_ClockRows):
    """Kinds of case. They are changed, never deleted: cases refer to their codes for ever."""

    form = ClockPolicyForm
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
    # Rows are taken back one by one, so that the dates of each are seen.
    actions = None
