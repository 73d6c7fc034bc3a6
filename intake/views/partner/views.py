"""What officers arrange above the list of cases: their saved views and their columns."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.desk import Desk, at_desk, render
from intake.forms.partner.lists import CasesFilter
from intake.lists import columns as lists
from intake.lists import filtering
from intake.lists.arranging import QUERY_LENGTH, name_of
from intake.lists.filed import choices, columns
from intake.views.partner.cases import shelf


def in_words(query: str) -> list[str]:
    """The filters of a view in words."""
    params = QueryDict(query)
    wanted, _strange = filtering.chosen(choices.FILTERS, params)
    fields = CasesFilter({}, counts={}, more=False).fields
    found = [_("Search: %(words)s") % {"words": params["q"]}] if params.get("q") else []
    for name, choice in wanted.items():
        said = _label(getattr(fields[name], "choices", ()), choice)
        found.append(f"{fields[name].label}: {said or choice}")
    return found


def _label(offered: object, choice: str) -> str:
    """A choice in words, looked for in groups too."""
    for code, label in offered:  # type: ignore[attr-defined]
        if isinstance(label, (list, tuple)):
            inner = _label(label, choice)
            if inner:
                return inner
        elif str(code) == choice:
            return str(label)
    return ""


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Own views and those of colleagues; a POST keeps the present filters as a view."""
    here = shelf(desk)
    source = (
        request.POST.get("query", "") if request.method == "POST" else request.GET.get("in", "")
    )
    query = choices.canonical(QueryDict(source[: QUERY_LENGTH * 2]))
    name, wrong = name_of(request.POST.get("name", "")), ""
    if request.method == "POST":
        wrong = here.keep(name, query, shared=bool(request.POST.get("shared")))
        if not wrong:
            messages.success(
                request, _("The view “%(name)s” stands above the list now.") % {"name": name}
            )
            return redirect(f"{desk.path('cases')}?{query}")
    context = {
        "own": [(view, in_words(view.query)) for view in here.own()],
        "shared": [(view, in_words(view.query)) for view in here.shared()],
        "query": query,
        "query_words": in_words(query),
        "name": name,
        "wrong": wrong,
        "as_shared": bool(request.POST.get("shared")),
    }
    return render(request, desk, "partner/views.html", context, status=422 if wrong else 200)


@at_desk()
@require_POST
def view(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Rename, share, keep for oneself or delete a view: its owner alone."""
    here = shelf(desk)
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
    return redirect(desk.path("views"))


@at_desk()
@require_http_methods(["GET", "HEAD", "POST"])
def own_columns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which columns the list shows, and in which order."""
    here = shelf(desk)
    query = choices.canonical(QueryDict(request.GET.get("in", "")[: QUERY_LENGTH * 2]))
    if request.method == "POST":
        reset = request.POST.get("do") == "reset"
        here.choose_columns([] if reset else lists.ticked(columns.COLUMNS, request.POST))
        said = _("The usual columns are back.") if reset else _("The list shows your columns now.")
        messages.success(request, said)
        return redirect(f"{desk.path('cases')}?{query}" if query else desk.path("cases"))
    now = lists.shown(columns.COLUMNS, here.arranged().columns, columns.USUAL)
    back = f"?{urlencode({'in': query})}" if query else ""
    context = lists.offered(columns.COLUMNS, now) | {"query": query, "back": back}
    return render(request, desk, "partner/columns.html", context)
