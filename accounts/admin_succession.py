"""The steps of an organisation in the admin: succeed, dissolve, invite its first manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from accounts import leaving, people, roles, succession
from accounts.forms.succession import DissolutionForm, FirstManagerForm, SuccessionForm
from accounts.models import Membership, Organisation
from accounts.rights import RefusedError


class Steps(admin.ModelAdmin):
    """Pages beside the change form, each with its own form and its own verb."""

    change_form_template = "admin/accounts/organisation/change_form.html"
    object_history_template = "admin/accounts/organisation/object_history.html"

    def get_urls(self) -> list[URLPattern]:
        """`<pk>/succeed/` and its neighbours, before Django's own."""
        steps = (("succeed", self.succeed), ("dissolve", self.dissolve), ("invite", self.invite))
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"accounts_organisation_{name}",
            )
            for name, view in steps
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the steps that this person may take."""
        row = self.get_object(request, object_id)
        more: dict[str, Any] = {"may_end": False, "may_invite": False}
        if row is not None:
            ended = row.successor_id is not None
            more["may_end"] = not ended and succession.may_change(request.user, row)
            more["may_invite"] = not ended and roles.is_platform_admin(request.user)
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With the line of predecessors and successors."""
        row = self.get_object(request, object_id)
        family = succession.line(row) if row is not None else []
        return super().history_view(request, object_id, {"family": family, **(extra_context or {})})

    def succeed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Rename, put together, or let another one take over."""
        row = self._row(request, pk)
        form = SuccessionForm(request.POST or None, organisation=row)

        def act(data: dict[str, Any]) -> str:
            target = succession.succeed(
                predecessors=[row, *data["also"]],
                into=form.into_what(),
                day=data["day"],
                by=request.user,  # type: ignore[arg-type]
            )
            self.log_change(request, row, _("Succeeded by %(code)s.") % {"code": target.code})
            return _("%(name)s goes on with everything.") % {"name": target.name}

        return self._step(request, row, form, act, title=_("Rename or succeed"), verb="succeed")

    def dissolve(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it without a successor."""
        row = self._row(request, pk)
        form = DissolutionForm(request.POST or None)

        def act(data: dict[str, Any]) -> str:
            succession.dissolve(
                organisation=row,
                last_day=data["last_day"],
                by=request.user,  # type: ignore[arg-type]
            )
            self.log_change(request, row, _("Dissolved."))
            return _("%(name)s has ended.") % {"name": row.name}

        return self._step(request, row, form, act, title=_("Dissolve"), verb="dissolve")

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask somebody by mail to look after an organisation that has no manager yet."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not roles.is_platform_admin(request.user):
            raise PermissionDenied
        form = FirstManagerForm(request.POST or None)

        def act(data: dict[str, Any]) -> str:
            people.invite(organisation=row, by=request.user, **data)  # type: ignore[arg-type]
            return _("%(name)s has been invited. The link in the mail is good for 7 days.") % {
                "name": data["name"]
            }

        return self._step(request, row, form, act, title=_("Invite a manager"), verb="invite")

    def _row(self, request: HttpRequest, pk: int) -> Organisation:
        row: Organisation | None = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not succession.may_change(request.user, row):
            raise PermissionDenied
        return row

    def _step(
        self,
        request: HttpRequest,
        row: Organisation,
        form: forms.Form,
        act: Callable[[dict[str, Any]], str],
        *,
        title: str,
        verb: str,
    ) -> HttpResponse:
        """The form, what it means, and, once it is sent, the verb."""
        refused = ""
        if request.method == "POST" and form.is_valid():
            try:
                said = act(form.cleaned_data)
            except RefusedError as error:
                refused = str(error)
            else:
                messages.success(request, said)
                return redirect("admin:accounts_organisation_change", row.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "row": row,
            "form": form,
            "verb": verb,
            "refused": refused,
            "people": Membership.objects.active().filter(organisation=row).count(),
            "left": leaving.of_organisation(row) if verb != "invite" else [],
        }
        status = 409 if refused else 200
        template = "admin/accounts/organisation/step.html"
        return render(request, template, context, status=status)
