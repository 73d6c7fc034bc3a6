"""Company accounts at the secretariat's desk: who asks, who is in; grant, refuse, end."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import company_accounts, roles
from accounts.business_number import pretty
from accounts.forms.company_accounts import DecideForm, RefuseForm
from accounts.models import CompanyMembership
from accounts.rights import RefusedError
from privacy.noted import Noted

_ASKED, _IN, _OVER = "asked", "in", "over"
# Each step: what its page is called, its form, its verb, where it is possible.
_STEPS: dict[str, tuple[Promise, type, Callable[..., None], str]] = {
    "grant": (gettext_lazy("Let in"), DecideForm, company_accounts.grant, _ASKED),
    "refuse": (gettext_lazy("Refuse"), RefuseForm, company_accounts.refuse, _ASKED),
    "end": (gettext_lazy("End access"), DecideForm, company_accounts.end, _IN),
}


def _state(row: CompanyMembership) -> str:
    if row.ended_at is not None:
        return _OVER
    return _ASKED if row.granted_at is None else _IN


class StateFilter(admin.SimpleListFilter):
    """Those that ask stand first; the others on request."""

    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Asking, in, over."""
        return [(_ASKED, _("Asked")), (_IN, _("Sees the cases")), (_OVER, _("Over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """One of them, or all."""
        if self.value() == _ASKED:
            return queryset.filter(granted_at__isnull=True, ended_at__isnull=True)
        if self.value() == _IN:
            return queryset.filter(granted_at__isnull=False, ended_at__isnull=True)
        return queryset.filter(ended_at__isnull=False) if self.value() == _OVER else queryset


@admin.register(CompanyMembership)
class CompanyMembershipAdmin(Noted, admin.ModelAdmin):
    """Read only; what changes is done by steps of their own."""

    noted_as = "access"

    change_form_template = "admin/accounts/companymembership/change_form.html"
    list_display = ("company", "number", "user", "asked_at", "standing")
    list_filter = (StateFilter,)
    list_select_related = ("company", "user")
    search_fields = ("company__name", "company__business_number", "user__email", "user__name")
    ordering = ("-id",)
    show_full_result_count = False
    fields = (
        "company",
        "number",
        "user",
        "address",
        "asked_at",
        "asked_note",
        "granted_at",
        "granted_by",
        "ended_at",
        "ended_by",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("business registration number"))
    def number(self, row: CompanyMembership) -> str:
        """As people write it."""
        return pretty(row.company.business_number or "") or "–"

    @admin.display(description=gettext_lazy("e-mail"))
    def address(self, row: CompanyMembership) -> str:
        """Which the person has proved to be theirs, or signed up with."""
        return row.user.email

    @admin.display(description=gettext_lazy("state"))
    def standing(self, row: CompanyMembership) -> str:
        """Asking, in, refused or over."""
        if row.ended_at is not None:
            return _("Over") if row.granted_at else _("Refused")
        return _("Asked") if row.granted_at is None else _("Sees the cases")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People ask for themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By steps only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The record stays."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """`<pk>/grant/` and its neighbours, before Django's own."""
        own = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(functools.partial(self.step, verb=verb)),
                name=f"accounts_companymembership_{verb}",
            )
            for verb in _STEPS
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """With the steps that are open now."""
        row = self.get_object(request, object_id)
        acts = row is not None and roles.is_secretary(request.user)
        steps = [
            (verb, label)
            for verb, (label, _form, _verb, where) in _STEPS.items()
            if acts and row is not None and _state(row) == where
        ]
        more = {"steps": steps} | (extra_context or {})
        return super().change_view(request, object_id, form_url, more)

    def step(self, request: HttpRequest, pk: int, *, verb: str) -> HttpResponse:
        """What a step means, its form, and doing it."""
        user: Any = request.user
        if not roles.is_secretary(user):
            raise PermissionDenied
        rows = CompanyMembership.objects.select_related("company", "user")
        row = get_object_or_404(rows, pk=pk)
        label, form_class, act, _where = _STEPS[verb]
        form = form_class(request.POST if request.method == "POST" else None)
        refused, status = "", 422 if form.is_bound else 200
        if form.is_bound and form.is_valid():
            try:
                act(row=row, by=user, **form.cleaned_data)
            except RefusedError as error:
                refused, status = str(error), 409
            else:
                messages.success(request, _("Done. The person is told by mail."))
                return redirect("admin:accounts_companymembership_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "row": row,
            "number": self.number(row),
            "title": label,
            "verb": verb,
            "form": form,
            "refused": refused,
        }
        return render(request, "admin/accounts/companymembership/step.html", context, status=status)
