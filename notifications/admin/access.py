"""Who reads the words of notices, who writes them, and which text an address names."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from notifications import catalog, manuscript, texts
from notifications.admin.read_only import ReadOnly
from notifications.models import Wording

LANGUAGES = ("ko", "en")


class WordingForm(forms.Form):
    """Subject and text of a notice; everything else about them is proof-reading's."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        help_text=_("Others may see it: no names, no company, no product."),
    )
    body = forms.CharField(
        label=_("Text"),
        max_length=manuscript.LONGEST,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text=_(
            "What it means, what the reader can do, until when, whom to call. The first sentence "
            "stands in a phone's preview."
        ),
    )
    note = forms.CharField(label=_("Reason for the change"), max_length=300, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class Gate(ReadOnly):
    """Who reads the words of notices, and who adds versions: rows themselves never change."""

    def may_write(self, request: HttpRequest) -> bool:
        """Managers of the secretariat and platform administrators."""
        return request.user.has_perm("notifications.change_wording")

    def must_read(self, request: HttpRequest, kind: str, language: str = "ko") -> catalog.Kind:
        """The kind of an address, for who may look at it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in texts.kinds() or language not in LANGUAGES:
            raise Http404
        return catalog.of(kind)

    def must_write(self, request: HttpRequest, kind: str, language: str) -> catalog.Kind:
        """The same for who may change it."""
        found = self.must_read(request, kind, language)
        if not self.may_write(request):
            raise PermissionDenied
        return found

    def version(self, kind: str, language: str, number: int) -> Wording:
        """One version of a text."""
        return get_object_or_404(Wording, kind=kind, language=language, version=number)

    def page(
        self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        """A page of this part of the desk, which may show mails in frames of its own."""
        common = {**self.admin_site.each_context(request), "opts": self.opts}
        response = render(
            request,
            f"admin/notifications/wording/{name}.html",
            {**common, "may_write": self.may_write(request), **context},
            status=status,
        )
        response._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]
        return response


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who writes; the gate has let them in."""
    return cast(AbstractBaseUser, request.user)


def seen_of(request: HttpRequest) -> int | None:
    """The version that the page showed in use; None for the shipped words."""
    text = request.POST.get("in_use", "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 else None
