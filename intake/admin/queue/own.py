"""The pages on which officers arrange the queue: their saved views and their columns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from intake.admin import gate
from intake.admin.queue import arranging, choices, columns, panel
from intake.admin.queue.pages import chrome
from intake.forms.fields import tidy
from intake.models import DeskLayout, SavedView
from intake.models.desk import QUEUE as QUEUE_DESK

QUEUE = "admin:intake_triagecase_changelist"


def _officer(request: HttpRequest) -> User:
    """Who arranges: officers alone, the auditor changes nothing."""
    user = gate.actor(request).user
    assert user is not None  # noqa: S101 # an officer has signed in
    return user


def _name(request: HttpRequest) -> str:
    return " ".join(tidy(request.POST.get("name", "")).replace("\x00", "").split())


def _words(query: str) -> list[str]:
    """The filters of a view in words."""
    params = QueryDict(query)
    wanted, _strange = choices.chosen(params)
    found = [_("Search: %(words)s") % {"words": params["q"]}] if params.get("q") else []
    return found + [panel.chosen_label(name, choice) for name, choice in wanted.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest) -> HttpResponse:
    """The officer's views and the shared ones; a POST keeps the present filters as a view."""
    user = _officer(request)
    if request.method == "POST":
        return _save(request, user)
    own = SavedView.objects.filter(owner=user, desk=QUEUE_DESK)
    shared = (
        SavedView.objects.filter(shared=True, desk=QUEUE_DESK)
        .exclude(owner=user)
        .select_related("owner")
    )
    query = arranging.canonical(QueryDict(request.GET.get("in", "")[:1000]))
    context = {
        **chrome(request),
        "title": _("Saved views"),
        "own": [(view, _words(view.query)) for view in own],
        "shared": [(view, _words(view.query)) for view in shared],
        "query": query,
        "query_words": _words(query),
    }
    return render(request, "admin/intake/queue/views.html", context)


def _save(request: HttpRequest, user: User) -> HttpResponse:
    name = _name(request)
    query = arranging.canonical(QueryDict(request.POST.get("query", "")[:1000]))
    wrong = arranging.why_not(name, user)
    if not query:
        wrong = _("Choose filters first: a view is a filter with a name.")
    if not wrong:
        shared = bool(request.POST.get("shared"))
        try:
            with transaction.atomic():
                SavedView.objects.create(owner=user, name=name, query=query, shared=shared)
        except IntegrityError:
            wrong = _("You have a view of this name already.")
    if wrong:
        messages.error(request, wrong)
        address = reverse("admin:intake_triagecase_views")
        return redirect(f"{address}?{_in(query)}")
    messages.success(request, _("The view “%(name)s” stands above the queue.") % {"name": name})
    return redirect(f"{reverse(QUEUE)}?{query}")


def _in(query: str) -> str:
    params = QueryDict(mutable=True)
    params["in"] = query
    return params.urlencode()


@require_POST
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, keep for oneself or delete a view: its owner alone."""
    user = _officer(request)
    row = get_object_or_404(SavedView, pk=pk, owner=user, desk=QUEUE_DESK)
    mine = SavedView.objects.filter(pk=row.pk, owner=user)
    what = request.POST.get("do", "")
    if what == "rename":
        name = _name(request)
        wrong = arranging.why_not(name, user, but=row.pk)
        if wrong:
            messages.error(request, wrong)
        else:
            mine.update(name=name)
            messages.success(request, _("The view is called “%(name)s” now.") % {"name": name})
    elif what in {"share", "keep"}:
        mine.update(shared=what == "share")
        said = {
            "share": _("“%(name)s” stands above everybody's queue now."),
            "keep": _("“%(name)s” is yours alone again."),
        }[what]
        messages.success(request, said % {"name": row.name})
    elif what == "delete":
        mine.delete()
        messages.success(request, _("The view “%(name)s” was deleted.") % {"name": row.name})
    return redirect("admin:intake_triagecase_views")


@require_http_methods(["GET", "HEAD", "POST"])
def own_columns(request: HttpRequest) -> HttpResponse:
    """Which columns the lists show, and in which order."""
    user = _officer(request)
    if request.method == "POST":
        wanted = [] if request.POST.get("do") == "reset" else _wanted(request.POST)
        DeskLayout.objects.update_or_create(
            user=user, desk=QUEUE_DESK, defaults={"columns": wanted}
        )
        said = _("The lists show your columns now.") if wanted else _("The usual columns are back.")
        messages.success(request, said)
        return redirect(QUEUE)
    now = columns.shown(arranging.of(user).columns)
    names = [*now, *(name for name in columns.COLUMNS if name not in now)]
    context = {
        **chrome(request),
        "title": _("Columns of the lists"),
        "columns": [
            {
                "name": name,
                "label": capfirst(str(columns.COLUMNS[name].label)),
                "shown": name in now,
                "always": name in columns.ALWAYS,
                "place": place,
            }
            for place, name in enumerate(names, 1)
        ],
        "places": range(1, len(names) + 1),
    }
    return render(request, "admin/intake/queue/columns.html", context)


def _wanted(data: Any) -> list[str]:
    """The ticked columns by their places; the same place twice keeps the usual order."""
    ticked = set(data.getlist("show")) | set(columns.ALWAYS)

    def place(name: str) -> int:
        text = data.get(f"place-{name}", "")
        return int(text) if text.isdecimal() and len(text) < 4 else len(columns.COLUMNS)

    return sorted((name for name in columns.COLUMNS if name in ticked), key=place)
