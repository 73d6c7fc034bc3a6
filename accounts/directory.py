"""How a directory is read: what is asked for, in which order, page by page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import company_names
from accounts.business_number import normalise
from accounts.models import Member
from accounts.models.companies import MemberQuerySet

PAGE = 25
# What the list can be sorted by: the field, and whether it runs downwards.
ORDERS = {
    "name": ("name", False, _("Name")),
    "number": ("reference", False, _("Member number")),
    "changed": ("updated_at", True, _("Last changed first")),
}
PRESENT, LEFT, ALL = "", "left", "all"


@dataclass
class Page:
    """Rows of one page, and the rows after and before which its neighbours begin."""

    rows: list[Member]
    before: int | None = None
    after: int | None = None


def holding(words: str) -> Q:
    """Rows whose name, business number or member number these words are a part of.

    Names are compared however they are spaced and whatever their legal form.
    """
    words = words.strip()
    found = Q(name__icontains=words) | Q(reference__icontains=words)
    key = company_names.key(words)
    if key:
        found |= Q(name_key__contains=key)
    digits = normalise(words)
    if re.fullmatch(r"[0-9]{2,10}", digits):
        found |= Q(company__business_number__contains=digits)
    return found


def filtered(rows: MemberQuerySet, wanted: Mapping[str, Any]) -> MemberQuerySet:
    """What the filter of the list asks for (`accounts.forms.members.FilterForm`)."""
    words = (wanted.get("q") or "").strip()
    if words:
        rows = rows.filter(holding(words))
    for name in ("province", "sector"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("mail") == "none":
        rows = rows.filter(contact_email="")
    state = wanted.get("state") or PRESENT
    if state == PRESENT:
        rows = rows.present()
    elif state == LEFT:
        rows = rows.gone()
    return rows


def page(rows: QuerySet[Member], order: str, params: Mapping[str, Any]) -> Page:
    """One page along an order: the deepest costs what the first does.

    `after` and `before` name a row; one that is no longer there gives the first page.
    """
    field, down, _label = ORDERS.get(order) or ORDERS["name"]
    for name, backwards in (("after", False), ("before", True)):
        text = str(params.get(name) or "")
        if not text:
            continue
        pk = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else 0
        place = rows.filter(pk=pk).values_list(field, flat=True).first() if pk else None
        if place is None:
            break
        beside = _beside(field, place, pk, forward=down == backwards)
        found = list(_ordered(rows.filter(beside), field, down=down != backwards)[: PAGE + 1])
        more = len(found) > PAGE
        found = found[:PAGE]
        if backwards:
            if not more:
                break  # the beginning is nearer than a page
            found.reverse()
            return Page(found, before=found[0].pk, after=found[-1].pk)
        if not found:
            break
        return Page(found, before=found[0].pk, after=found[-1].pk if more else None)
    found = list(_ordered(rows, field, down=down)[: PAGE + 1])
    return Page(found[:PAGE], after=found[PAGE - 1].pk if len(found) > PAGE else None)


def _ordered(rows: QuerySet[Member], field: str, *, down: bool) -> QuerySet[Member]:
    sign = "-" if down else ""
    return rows.order_by(f"{sign}{field}", f"{sign}id")


def _beside(field: str, place: Any, pk: int, *, forward: bool) -> Q:
    """Rows on one side of a place; `forward` is towards larger values."""
    side = "gt" if forward else "lt"
    return Q(**{f"{field}__{side}": place}) | Q(**{field: place, f"id__{side}": pk})
