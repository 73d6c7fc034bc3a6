"""The cases that an organisation filed, as the list of its desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from intake.forms.partner.lists import CasesFilter
from intake.lists import columns as lists
from intake.lists import counting, filtering, paging
from intake.lists.filed import choices, columns, rows
from intake.lists.now import Now
from intake.models import Case
from intake.views.partner import shelves

# The filters whose choices say how many cases they leave.
COUNTED = {
    "turn": tuple(choices.TURNS),
    "state": tuple(rows.workflow.STATES),
    "due": (choices.TODAY, choices.WEEK),
    "keeper": (filtering.MINE, filtering.NONE, filtering.OTHERS),
    "ended": (choices.NO, filtering.YES),
    "overdue": (filtering.YES,),
    "unconfirmed": (filtering.YES,),
}


@at_desk()
@require_safe
def cases(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The cases, what wants this organisation's attention first."""
    listed = rows.asked_for(desk.user, desk.reach, request.GET)
    if listed.number:
        case = listed.base.filter(number=listed.number).only("number").first()
        if case is not None:
            return redirect(desk.path("case", case.number))
    page, total = _page(listed, request.GET)
    counts = _counts(desk, listed) if not listed.words else {}
    above = shelves.above(
        desk, "cases", listed.query, shipped=choices.shipped(), counts=_beside(counts)
    )
    shown = lists.shown(columns.COLUMNS, above.arranged.columns, columns.USUAL)
    return render(
        request,
        desk,
        "partner/cases.html",
        {
            "listed": listed,
            "page": page,
            "count_words": counting.cases_in_words(total, listed.words),
            "links": paging.links(page, listed.address),
            "heads": _heads(shown, listed),
            "rows": _table(page.rows, shown, Now.of(listed.words), desk),
            "filter": _form(listed, counts),
            "is_filtered": bool(listed.wanted or listed.words),
            "strange": listed.strange or page.strange,
            "above": above,
            # A view says by its name what it filters by.
            "open_filters": bool(listed.wanted) and not above.at_view,
            "remind": _remind(desk) if any(map(columns.may_be_reminded, page.rows)) else "",
            "back": f"{request.path}?{listed.address}",
        },
    )


def _page(listed: rows.Listed, params: Any) -> tuple[paging.Page, int]:
    """The page that is asked for and how many cases there are, capped, in one statement."""
    found = listed.cases()
    if listed.words:
        # At most 200: the index has named them already.
        hits = list(rows.read(found, words=True))
        keys, before, after, strange = paging.cut([row.id for row in hits], params)
        wanted = frozenset(keys)
        return paging.Page([r for r in hits if r.id in wanted], before, after, strange), len(hits)
    walk = listed.order.walk(listed.base)
    page = paging.page(found, params, walk, lambda left: rows.read(left, total=found))
    return page, page.rows[0].total if page.rows else 0


def _counts(desk: Desk, listed: rows.Listed) -> dict[str, dict[str, int]]:
    """How many of the newest thousand cases each choice leaves; one statement."""
    whole = Case.objects.visible_to(desk.user).filed_through(desk.reach).order_by("-pk")
    asked = {
        f"{name}__{choice}": choices.FILTERS[name].leaves(choice, listed.asker)
        for name, known in COUNTED.items()
        for choice in known
    }
    found = whole[: counting.COUNTED_TO + 1].aggregate(
        all=Count("pk"),
        **{f"n{at}": Count("pk", filter=q) for at, q in enumerate(asked.values())},
    )
    counts: dict[str, dict[str, int]] = {"": {"": found["all"]}}
    for at, key in enumerate(asked):
        name, _sign, choice = key.partition("__")
        counts.setdefault(name, {})[choice] = found[f"n{at}"]
    return counts


def _form(listed: rows.Listed, counts: dict[str, dict[str, int]]) -> CasesFilter:
    more = counts.get("", {}).get("", 0) > counting.COUNTED_TO
    return CasesFilter(listed.wanted | {"q": listed.words}, counts=counts, more=more)


def _beside(counts: dict[str, dict[str, int]]) -> dict[str, str]:
    """How many cases the views of one filter hold, by their query."""
    capped = counts.get("", {}).get("", 0) > counting.COUNTED_TO
    return {
        filtering.query({name: choice}): _said(number, capped=capped)
        for name, by_choice in counts.items()
        for choice, number in by_choice.items()
        if name
    }


def _said(count: int, *, capped: bool) -> str:
    """A number beside a view; of more cases than were looked at, what is certain."""
    if capped and not count:
        return ""
    return f"{count:,}+" if capped and count <= counting.COUNTED_TO else counting.in_words(count)


def _heads(shown: tuple[str, ...], listed: rows.Listed) -> list[dict[str, str]]:
    """The headings; those that sort lead to the order, turned around where it is on already."""
    found = []
    for name in shown:
        column = columns.COLUMNS[name]
        down = listed.sort == f"-{column.sort}"
        here = bool(column.sort) and listed.sort in (column.sort, f"-{column.sort}")
        turned = f"-{column.sort}" if here and not down else column.sort
        address = "&".join(filter(None, [listed.query, urlencode({"sort": turned})]))
        found.append(
            {
                "name": name,
                "label": column.heading,
                "address": f"?{address}" if column.sort else "",
                "sorted": ("descending" if down else "ascending") if here else "",
            }
        )
    return found


def _table(found: list[Any], shown: tuple[str, ...], now: Now, desk: Desk) -> list[dict[str, Any]]:
    """The rows with their cells as safe text."""
    return [
        {
            "id": row.id,
            "number": row.number,
            "url": desk.path("case", row.number),
            "remind": columns.may_be_reminded(row),
            "cells": [
                (
                    name,
                    columns.COLUMNS[name].heading,
                    mark_safe(columns.COLUMNS[name].cell(row, now)),  # noqa: S308 # cells escape
                )
                for name in shown
            ],
        }
        for row in found
    ]


def _remind(desk: Desk) -> str:
    """Where companies are asked again to confirm; empty until there is such a page."""
    try:
        return desk.path("remind")
    except NoReverseMatch:
        return ""
