"""Lists that officers take away as a file: what the list shows, for a reason that is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION
from accounts.sign_in import again
from files import tables
from intake.forms.partner.lists import ExportForm
from intake.lists import asked, local
from intake.lists.filed import file, rows
from intake.views.partner import local_list
from intake.views.partner.views import in_words
from privacy import downloads


@dataclass(frozen=True)
class Taken:
    """A list as it is filtered now: how many rows, the filters, the table of its rows."""

    rows: int
    query: str
    words: list[str]
    table: tables.Table


@dataclass(frozen=True)
class Exported:
    """A list that can be taken away: what it is called, and what is taken of it."""

    label: Promise
    take: Callable[[Desk, Mapping[str, Any]], Taken]
    only: str = ""  # for the desks of one kind of organisation


def _cases(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = rows.asked_for(desk.user, desk.reach, params)
    return Taken(listed.cases().count(), listed.address, in_words(listed.query), file.table(listed))


def _asked(desk: Desk, params: Mapping[str, Any]) -> Taken:
    listed = asked.asked_for(desk.user, desk.reach, params)
    words = [str(asked.SHOWS[listed.show])] if listed.show else []
    return Taken(
        listed.rows().count(),
        listed.address,
        words + ([listed.number] if listed.number else []),
        asked.table(listed),
    )


def _local(desk: Desk, params: Mapping[str, Any]) -> Taken:
    rows, form, _filtered = local_list.asked_for(desk, params)
    chosen = form.cleaned_data if form.is_valid() else {}
    given = {name: str(value) for name, value in chosen.items() if value}
    words = [
        str(dict(getattr(form.fields[name], "choices", ())).get(value, value))
        for name, value in given.items()
    ]
    return Taken(rows.count(), urlencode(given), words, local.table(rows))


# By the name of the list's own page.
LISTS = {
    "cases": Exported(_("Cases we filed"), _cases),
    "asked": Exported(_("What we are asked"), _asked),
    "local": Exported(_("Local difficulties"), _local, only=MISSION),
}


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, desk: Desk, name: str) -> HttpResponseBase:
    """Ask for the reason, keep it, hand out the rows that the list shows with these filters."""
    if name not in LISTS or LISTS[name].only not in ("", desk.kind):
        raise Http404
    taken = LISTS[name].take(desk, request.GET)
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
            )
        called = f"{desk.code}-{name}-{timezone.localdate():%Y%m%d}"
        return tables.attachment(taken.table, form.cleaned_data["format"], called)
    context = {
        "form": form,
        "label": LISTS[name].label,
        "name": name,
        "taken": taken,
        "count": f"{taken.rows:,}",
        "list_url": desk.path(name) + (f"?{taken.query}" if taken.query else ""),
    }
    status = 422 if form.errors else 200
    return render(request, desk, "partner/export.html", context, status=status)
