"""The pages on which officers arrange the queue: their saved views and their columns."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from intake.admin import gate
from intake.admin.queue import arranging, choices, columns, panel
from intake.admin.queue.pages import chrome
from intake.lists import columns as lists
from intake.lists.arranging import name_of

QUEUE = "admin:intake_triagecase_changelist"


def _officer(request: HttpRequest) -> User:
    """Who arranges: officers alone, the auditor changes nothing."""
    user = gate.actor(request).user
    assert user is not None  # noqa: S101 # an officer has signed in
    return user


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
    shelf = arranging.shelf(user)
    query = arranging.canonical(QueryDict(request.GET.get("in", "")[:1000]))
    context = {
        **chrome(request),
        "title": _("Saved views"),
        "own": [(view, _words(view.query)) for view in shelf.own()],
        "shared": [(view, _words(view.query)) for view in shelf.shared()],
        "query": query,
        "query_words": _words(query),
    }
    return render(request, "admin/intake/queue/views.html", context)


def _save(request: HttpRequest, user: User) -> HttpResponse:
    name = name_of(request.POST.get("name", ""))
    query = arranging.canonical(QueryDict(request.POST.get("query", "")[:1000]))
    wrong = arranging.shelf(user).keep(name, query, shared=bool(request.POST.get("shared")))
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
    shelf = arranging.shelf(user)
    row = get_object_or_404(shelf.own(), pk=pk)
    said, wrong = shelf.change(
        row,
        request.POST.get("do", ""),
        name_of(request.POST.get("name", "")),
        shared=_("“%(name)s” stands above everybody's queue now."),
    )
    if wrong:
        messages.error(request, wrong)
    elif said:
        messages.success(request, said)
    return redirect("admin:intake_triagecase_views")


@require_http_methods(["GET", "HEAD", "POST"])
def own_columns(request: HttpRequest) -> HttpResponse:
    """Which columns the lists show, and in which order."""
    user = _officer(request)
    if request.method == "POST":
        wanted = (
            [] if request.POST.get("do") == "reset" else lists.ticked(columns.COLUMNS, request.POST)
        )
        arranging.shelf(user).choose_columns(wanted)
        said = _("The lists show your columns now.") if wanted else _("The usual columns are back.")
        messages.success(request, said)
        return redirect(QUEUE)
    now = columns.shown(arranging.of(user).columns)
    context = {
        **chrome(request),
        "title": _("Columns of the lists"),
        **lists.offered(columns.COLUMNS, now),
    }
    return render(request, "admin/intake/queue/columns.html", context)
