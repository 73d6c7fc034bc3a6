"""The cases on which the secretariat asks this organisation, as the list of its desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from intake.forms.partner.lists import AskedFilter
from intake.lists import asked as lists
from intake.lists import filtering, paging
from intake.views.partner import shelves

_HEADS = (
    ("number", "number"),
    ("question", ""),
    ("country", ""),
    ("category", ""),
    ("state", ""),
    ("due", "due"),
    ("handler", ""),
)


@at_desk()
@require_safe
def asked(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The questions, what is due first at the top; each leads to the page of the body desk."""
    listed = lists.asked_for(desk.user, desk.reach, request.GET)
    found = listed.rows()
    walk = listed.order.walk(listed.base)
    page = paging.page(found, request.GET, walk, lambda rows: rows.select_related(*lists.RELATED))
    counts = {
        filtering.query({"show": show} if show else {}): f"{count:,}"
        for show, count in listed.counts().items()
    }
    narrowed = filtering.query(listed.wanted)
    above = shelves.above(
        desk, "asked", narrowed, shipped=lists.shipped(), counts=counts, bare=not listed.query
    )
    return render(
        request,
        desk,
        "partner/asked.html",
        {
            "listed": listed,
            "above": above,
            "filter": AskedFilter(listed.wanted | {"q": listed.number}),
            "page": page,
            "rows": [
                {
                    "referral": row,
                    "question": lists.question(row),
                    "due": lists.due_there(row),
                    "seoul": lists.due_in_seoul(row),
                }
                for row in page.rows
            ],
            "heads": _heads(listed),
            "links": paging.links(page, listed.address),
            "is_filtered": bool(listed.query),
            "open_filters": bool(listed.wanted) and not above.at_view,
            "strange": listed.strange or page.strange,
        },
    )


def _heads(listed: lists.Asked) -> list[dict[str, str]]:
    labels = {
        "number": _("Receipt number"),
        "question": _("Question"),
        "country": _("Country concerned"),
        "category": _("Kind of difficulty"),
        "state": _("State"),
        "due": _("Reply by"),
        "handler": _("Officer in charge"),
    }
    found = []
    for name, sort in _HEADS:
        here = bool(sort) and listed.sort in (sort, f"-{sort}")
        down = listed.sort == f"-{sort}"
        turned = f"-{sort}" if here and not down else sort
        address = "&".join(filter(None, [listed.query, urlencode({"sort": turned})]))
        found.append(
            {
                "label": labels[name],
                "address": f"?{address}" if sort else "",
                "sorted": ("descending" if down else "ascending") if here else "",
            }
        )
    return found
