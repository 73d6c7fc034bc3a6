"""The queue and the list of all cases as pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import roles
from intake.admin import gate
from intake.admin.queue import arranging, choices, columns, counts, listing, panel, places, rows
from intake.lists import counting, paging
from intake.lists.now import Now
from intake.models import Case, TriageCase

BULK = "admin/intake/queue/bulk.html"
_COUNTS = "counts"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, what to do next first."""
    return _list(request, everything=False)


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """All cases, the newest first."""
    return _list(request, everything=True)


def _list(request: HttpRequest, *, everything: bool) -> HttpResponse:
    user = request.user
    if not gate.reads(user):
        raise PermissionDenied
    params = request.GET
    words = counting.words_of(params)
    number = counting.number_of(words) if words else ""
    if number:
        case = Case.objects.visible_to(user).filter(number=number).only("pk").first()
        if case is not None:
            return redirect("admin:intake_case_change", case.pk)
    wanted, strange = choices.chosen(params, everything=everything)
    query = arranging.canonical(params, everything=everything)
    cases = listing.filtered(user, params, everything=everything)
    page, total = _page(cases, params, words=words, everything=everything)
    arranged = arranging.of(user)
    shown = columns.shown(arranged.columns, everything=everything)
    acts = roles.is_secretary(user)
    now = Now.of(words)
    views = [] if everything else arranged.views
    counted: counts.Counts | None = None
    said = ""
    if params.get(_COUNTS) and not everything:
        counted, at = counts.kept(user)
        said = counts.when(at)
    context = {
        **chrome(request),
        "title": capfirst((Case if everything else TriageCase)._meta.verbose_name_plural),
        "everything": everything,
        "acts": acts,
        "words": words,
        "number": number,
        "query": query,
        "panel": panel.html(wanted, everything=everything, counts=counted),
        "filters": _active(wanted, words, everything=everything),
        "open_filters": counted is not None,
        "is_filtered": bool(wanted or words),
        "strange": strange,
        "page": page,
        "is_search": bool(words),
        "count_words": counting.cases_in_words(total, words),
        "links": paging.links(page, query),
        "heads": columns.heads(shown),
        "rows": columns.body(
            rows.as_read(page.rows, user),
            shown,
            now,
            tick=acts and not everything,
            way=None if everything else query,
        ),
        "views": [(view, view.query == query and bool(query)) for view in views],
        "said": said,
        "with_counts": counted is not None,
        "counts_query": urlencode({_COUNTS: "yes"}) + (f"&{query}" if query else ""),
        "bulk": BULK if acts and not everything and _has_bulk() else "",
        "bulk_query": query,
        "bulk_page": " ".join(str(row.id) for row in page.rows),
    }
    return render(request, "admin/intake/list.html", context)


def chrome(request: HttpRequest) -> dict[str, Any]:
    """What the frame of the desk reads; the side bar, which asks for every permission, is off."""
    return {
        "site_title": admin.site.site_title,
        "site_header": admin.site.site_header,
        "site_url": admin.site.site_url,
        "has_permission": True,
        "available_apps": [],
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
        "log_entries": [],
    }


@cache
def _has_bulk() -> bool:
    try:
        get_template(BULK)
    except TemplateDoesNotExist:
        return False
    return True


def _page(cases: Any, params: Any, *, words: str, everything: bool) -> tuple[paging.Page, int]:
    """The page that is asked for, and how many cases there are in all, capped."""
    if not words:
        walk = paging.NEWEST if everything else places.QUEUE
        page = paging.page(cases, params, walk, rows.read)  # type: ignore[arg-type]
        if page.is_whole:
            return page, len(page.rows)
        return page, counting.capped(cases)
    keys = list(cases.values_list("pk", flat=True))
    some, before, after, strange = paging.cut(keys, params)
    place = {key: at for at, key in enumerate(some)}
    found = rows.read(TriageCase.objects.filter(pk__in=some), words=True) if some else []
    ordered = sorted(found, key=lambda row: place[row.id])
    return paging.Page(ordered, before, after, strange), len(keys)


def _active(wanted: dict[str, str], words: str, *, everything: bool) -> list[tuple[str, str]]:
    """Each filter in words, with the address that leaves it out."""
    whole = ({"q": words} if words else {}) | wanted
    found = [(_("Search: %(words)s") % {"words": words}, "q")] if words else []
    found += [
        (panel.chosen_label(name, choice, everything=everything), name)
        for name, choice in wanted.items()
    ]
    return [
        (text, "?" + urlencode({key: value for key, value in whole.items() if key != name}))
        for text, name in found
    ]
