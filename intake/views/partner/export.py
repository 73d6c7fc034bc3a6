"""Lists that officers take away as a file: what the list shows, for a reason that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import member_tables
from accounts.desk import Desk, at_desk, render
from accounts.sign_in import again
from files import tables
from intake.forms.partner.lists import ExportForm
from intake.lists import asked, local, records
from intake.lists.filed import file, rows
from intake.views.partner import members, shelves
from privacy import downloads


@dataclass(frozen=True)
class Taken:
    """A list as it is filtered now: how many rows, the filters, the table of its rows."""

    rows: int
    query: str
    table: tables.Table


def _cases(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = rows.asked_for(desk.user, desk.reach, params)
    return Taken(listed.cases().count(), listed.address, file.table(listed))


def _asked(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = asked.asked_for(desk.user, desk.reach, params)
    return Taken(listed.rows().count(), listed.address, asked.table(listed))


def _records(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = records.asked_for(desk.user, desk.reach, params)
    return Taken(listed.rows().count(), listed.address, records.table(listed))


def _local(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = local.asked_for(desk.user, desk.reach, params)
    return Taken(listed.rows().count(), listed.address, local.table(listed))


def _members(desk: Desk, params: Mapping[str, Any]) -> Taken:
    found, wanted = members.asked_for(desk, params)
    table = member_tables.listed(found, gettext("Member companies"))
    return Taken(found.count(), urlencode(wanted), table)


# By the name of the list's own page.
TAKE: dict[str, Callable[[Desk, Mapping[str, Any]], Taken]] = {
    "cases": _cases,
    "asked": _asked,
    "records": _records,
    "local": _local,
    "members": _members,
}


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, desk: Desk, name: str) -> HttpResponseBase:
    """Ask for the reason, keep it, hand out the rows that the list shows with these filters."""
    listed = shelves.listed(desk, name)
    taken = TAKE[name](desk, request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and taken.rows:
        again.ask(request)
        with transaction.atomic():
            downloads.record(
                by=desk.user,
                organisation=desk.code,
                what=name,
                query=taken.query,
                kind=form.cleaned_data["format"],
                rows=taken.rows,
                reason=form.cleaned_data["reason"],
                request=request,
            )
        called = f"{desk.code}-{name}-{timezone.localdate():%Y%m%d}"
        return tables.attachment(taken.table, form.cleaned_data["format"], called)
    context = {
        "form": form,
        "label": listed.label,
        "name": name,
        "taken": taken,
        "words": listed.speaker(desk)(taken.query),
        "count": f"{taken.rows:,}",
        "list_url": desk.path(name) + (f"?{taken.query}" if taken.query else ""),
    }
    status = 422 if form.errors else 200
    return render(request, desk, "partner/export.html", context, status=status)
