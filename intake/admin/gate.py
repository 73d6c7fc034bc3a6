"""Who may open a case at the desk, and who may act on it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import User
from intake.models import Case
from intake.timeline import Actor, secretary


def reads(user: Any) -> bool:
    """The desk is the secretariat's; the auditor looks on."""
    return roles.is_secretary(user) or roles.is_auditor(user)


def fetch(request: HttpRequest, pk: int) -> Case:
    """A case, through the gate; a stranger learns not even that it exists."""
    if not reads(request.user):
        raise Http404
    cases = Case.objects.visible_to(request.user).select_related(
        "country", "category", "company", "assignee", "filed_by", "filer_organisation"
    )
    return get_object_or_404(cases, pk=pk)


def actor(request: HttpRequest) -> Actor:
    """The officer who acts; whoever only reads is refused."""
    if not isinstance(request.user, User) or not roles.is_secretary(request.user):
        raise PermissionDenied
    return secretary(request.user)
