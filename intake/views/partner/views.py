"""What officers arrange above their lists: saved views of each, columns of the cases."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.desk import Desk, at_desk, render
from intake.lists import columns as lists
from intake.lists.arranging import name_of
from intake.lists.filed import choices, columns
from intake.views.partner import shelves


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest, desk: Desk, name: str) -> HttpResponse:
    """Own views of a list and those of colleagues; a POST keeps the present filters as a view."""
    listed = shelves.listed(desk, name)
    here = shelves.shelf(desk, name)
    sent = request.POST.get("query", "") if request.method == "POST" else request.GET.get("in", "")
    query = listed.query(desk, shelves.cut(sent))
    called, wrong = name_of(request.POST.get("name", "")), ""
    if request.method == "POST":
        wrong = here.keep(called, query, shared=bool(request.POST.get("shared")))
        if not wrong:
            messages.success(
                request, _("The view “%(name)s” stands above the list now.") % {"name": called}
            )
            return redirect(f"{desk.path(name)}?{query}")
    in_words = listed.speaker(desk)
    context = {
        "list_name": name,
        "label": listed.label,
        "list_url": desk.path(name),
        "own": [(view, in_words(view.query)) for view in here.own()],
        "shared": [(view, in_words(view.query)) for view in here.shared()],
        "filters": query,
        "filters_words": in_words(query),
        "name": called,
        "wrong": wrong,
        "as_shared": bool(request.POST.get("shared")),
    }
    return render(request, desk, "partner/views.html", context, status=422 if wrong else 200)


@at_desk()
@require_POST
def view(request: HttpRequest, desk: Desk, name: str, pk: int) -> HttpResponse:
    """Rename, share, keep for oneself or delete a view: its owner alone."""
    shelves.listed(desk, name)
    here = shelves.shelf(desk, name)
    row = get_object_or_404(here.own(), pk=pk)
    said, wrong = here.change(
        row,
        request.POST.get("do", ""),
        name_of(request.POST.get("name", "")),
        shared=_("“%(name)s” stands above your colleagues' lists now."),
    )
    if wrong:
        messages.error(request, wrong)
    elif said:
        messages.success(request, said)
    return redirect(desk.path("views", name))


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def own_columns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which columns the list of cases shows, and in which order."""
    here = shelves.shelf(desk, "cases")
    query = choices.canonical(shelves.cut(request.GET.get("in", "")))
    if request.method == "POST":
        reset = request.POST.get("do") == "reset"
        here.choose_columns([] if reset else lists.ticked(columns.COLUMNS, request.POST))
        said = _("The usual columns are back.") if reset else _("The list shows your columns now.")
        messages.success(request, said)
        return redirect(f"{desk.path('cases')}?{query}" if query else desk.path("cases"))
    now = lists.shown(columns.COLUMNS, here.arranged().columns, columns.USUAL)
    back = f"?{urlencode({'in': query})}" if query else ""
    context = lists.offered(columns.COLUMNS, now) | {"filters": query, "back": back}
    return render(request, desk, "partner/columns.html", context)
