"""Who may open a case at the desk, and who may act on it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import User
from intake import naming as companies
from intake.admin import gathered, naming
from intake.models import Case
from intake.timeline import Actor, secretary


def reads(user: Any) -> bool:
    """The desk is the secretariat's; the auditor looks on."""
    return roles.is_secretary(user) or roles.is_auditor(user)


def fetch(request: HttpRequest, pk: int, *, whole: bool = False) -> Case:
    """A case, through the gate; a stranger learns not even that it exists.

    `whole` brings its consents and calls along (admin.gathered). An anonymous company's case
    comes veiled; a step takes the case itself (`companies.itself`).
    """
    if not reads(request.user):
        raise Http404
    visible = Case.objects.visible_to(request.user)
    if whole:
        reader = request.user.pk or 0
        # Where the gate narrows nothing, the statement that is kept ready will do.
        narrowed = bool(visible.query.where)
        found = gathered.whole_of(visible, pk, reader) if narrowed else gathered.whole(pk, reader)
        case = next(iter(found), None)
        if case is None:
            raise Http404
        return companies.shown(naming.named(case), request.user)
    cases = visible.select_related(
        "country", "category", "company", "assignee", "filer_organisation"
    )
    return companies.shown(get_object_or_404(cases, pk=pk), request.user)


def site_context(request: HttpRequest) -> dict[str, Any]:
    """What the admin's frame needs on a case's pages.

    The list of all tables is left out: the page is about one case, takes the whole width, and
    need not ask what else its reader may open.
    """
    return {
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
        "site_url": admin.site.site_url,
        "has_permission": admin.site.has_permission(request),
        "available_apps": [],
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
        "log_entries": [],
    }


def actor(request: HttpRequest) -> Actor:
    """The officer who acts; whoever only reads is refused."""
    if not isinstance(request.user, User) or not roles.is_secretary(request.user):
        raise PermissionDenied
    return secretary(request.user)
