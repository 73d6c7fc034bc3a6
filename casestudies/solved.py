"""Cases that were solved where an entry of the library speaks: shown beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from casestudies.composing import PARTLY, SOLVED
from casestudies.models import CaseStudy
from marketinfo.entry import Entry

# More stand behind the link.
_AT_MOST = 3


def beside(entry: Entry) -> Mapping[str, Any] | None:
    """Up to three published cases on the entry's country and category, and the list of all.

    None for a case study itself, for an entry on everything, and where nothing was solved. One
    query.
    """
    place = {
        name: getattr(entry, f"{name}_id")
        for name in ("country", "category")
        if getattr(entry, f"{name}_id")
    }
    if isinstance(entry, CaseStudy) or not place:
        return None
    rows = CaseStudy.objects.published().filter(outcome__in=(SOLVED, PARTLY))
    if entry.country_id:
        rows = rows.filter(country=entry.country_id)
    if entry.category_id:
        rows = rows.for_category(entry.category_id)
    found = list(rows.select_related("country").order_by("-published_at", "-pk")[: _AT_MOST + 1])
    if not found:
        return None
    return {
        "template": "casestudies/of_entry.html",
        "entries": found[:_AT_MOST],
        "more": len(found) > _AT_MOST,
        "url": f"{reverse('casestudies:list')}?{urlencode(place)}",
    }
