"""The list of a mission's local difficulties: the open ones first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import MISSION
from intake.lists import local as lists
from intake.lists import paging
from intake.views.partner import shelves


@at_desk([MISSION])
@require_safe
def listing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The mission's local difficulties, the open ones first."""
    listed = lists.asked_for(desk.user, desk.reach, request.GET)
    walk = listed.order.walk(listed.base)
    page = paging.page(
        listed.rows(), request.GET, walk, lambda rows: rows.select_related(*lists.RELATED)
    )
    above = shelves.above(desk, "local", listed.query)
    shown = listed.wanted | {"q": listed.words, "sort": listed.sort}
    context = {
        "listed": listed,
        "above": above,
        "filter": shelves.local_filter(desk, shown),
        "page": page,
        "links": paging.links(page, listed.address),
        "is_filtered": bool(listed.query),
        "open_filters": bool(listed.wanted or listed.sort) and not above.at_view,
        "strange": listed.strange or page.strange,
    }
    return render(request, desk, "partner/local_list.html", context)
