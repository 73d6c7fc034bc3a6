"""Who reads and who writes reply templates, and which one an address names."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from intake.admin import gate
from intake.models import ReplyTemplate


class Gate(admin.ModelAdmin):
    """What the pages of reply templates ask before they show or write anything."""

    def template(self, request: HttpRequest, pk: int | None) -> ReplyTemplate | None:
        """The template of an address with its newest words; None where a new one begins."""
        self.must_read(request)
        if pk is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        rows = ReplyTemplate.objects.with_words().select_related("category", "country")
        return get_object_or_404(rows, pk=pk)

    def must_read(self, request: HttpRequest) -> None:
        """Who reads cases: the preview shows one."""
        if not (gate.reads(request.user) and self.has_view_permission(request)):
            raise PermissionDenied

    def may_write(self, request: HttpRequest, template: ReplyTemplate | None) -> bool:
        """Whether the person may save."""
        if template is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, template)

    def must_write(self, request: HttpRequest, template: ReplyTemplate | None) -> None:
        """Refuse who only reads."""
        if not self.may_write(request, template):
            raise PermissionDenied


def person(request: HttpRequest) -> User:
    """Who saves."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def number_of(text: str) -> int:
    """The number of a version as a form carries it; 0, which none has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
