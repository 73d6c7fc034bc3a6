"""The requirement records that an organisation keeps up to date: narrowed, sorted, as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from files.tables import Column, Table
from files.tables import Value as Cell
from intake.lists import counting, filtering, sorting
from intake.lists.arranging import View
from intake.lists.filtering import Asker, Filter
from intake.lists.request import ListRequest
from intake.lists.sorting import Order
from marketinfo.entry import EntryQuerySet
from marketinfo.models import Requirement

OVERDUE = "overdue"
# Records without a day for the next check come last.
_NEVER = dt.date(9999, 12, 31)
USUAL = "check"
ORDERS = {
    USUAL: Order(("check_by",)),
    "title": Order(("title",)),
    "country": Order(("place", "check_by")),
}
FILTERS: dict[str, Filter] = {
    "show": Filter(
        lambda choice: choice == OVERDUE,
        lambda _choice, asker: Q(next_check__lt=timezone.localdate(asker.now)),
    ),
    "country": filtering.COUNTRY,
}
RELATED = ("country", "verified_by")
# Rows of a file that are fetched at a time.
CHUNK = 500


def kept(user: Any, reach: Iterable[int]) -> EntryQuerySet:
    """Published records that an organisation keeps, ready to be sorted."""
    rows: EntryQuerySet = Requirement.objects.visible_to(user)
    own: EntryQuerySet = rows.published().filter(owner__in=list(reach))
    country = "name_en" if get_language() == "en" else "name_ko"
    return own.annotate(
        check_by=Coalesce("next_check", Value(_NEVER)),
        place=F(f"country__{country}"),
    )


@dataclass(frozen=True, kw_only=True)
class Records(ListRequest):
    """What a request asks of the list."""

    base: EntryQuerySet  # everything that the organisation keeps

    def rows(self) -> QuerySet[Any]:
        """The records that are left, in their order; a search asks the index at once."""
        left = self.base.filter(filtering.condition(FILTERS, self.wanted, self.asker))
        if self.words:
            hits = left.search(self.words).order_by().values("pk")
            left = left.filter(Q(pk__in=hits) | Q(title__icontains=self.words))
        return self.order.sorted(left).select_related(*RELATED)

    def counts(self) -> dict[str, int]:
        """How many records there are, and how many of them want a check."""
        late = filtering.condition(FILTERS, {"show": OVERDUE}, self.asker)
        found: dict[str, int] = self.base.aggregate(all=Count("pk"), late=Count("pk", filter=late))
        return {"": found["all"], OVERDUE: found["late"]}


def asked_for(user: Any, reach: Iterable[int], params: Mapping[str, Any]) -> Records:
    """The list that a request asks for; what is not understood is left out."""
    wanted, strange = filtering.chosen(FILTERS, params)
    sort, order = sorting.chosen(ORDERS, params, USUAL)
    return Records(
        base=kept(user, reach),
        wanted=wanted,
        words=counting.plain_words(params),
        sort=sort,
        order=order,
        strange=strange or (bool(params.get("sort")) and not sort),
        asker=Asker(getattr(user, "pk", None), timezone.now()),
    )


SHOWS = {"": gettext_lazy("All"), OVERDUE: gettext_lazy("Check overdue")}


def shipped() -> list[View]:
    """What everybody has above the list."""
    return [View(OVERDUE, str(SHOWS[OVERDUE]), filtering.query({"show": OVERDUE}))]


def table(records: Records) -> Table:
    """The list as a table to take away."""
    heads = [
        (_("title"), 60),
        (_("kind"), 20),
        (_("authority"), 24),
        (_("country"), 14),
        (_("HS codes"), 20),
        (_("last checked"), 12),
        (_("checked by"), 14),
        (_("next check"), 12),
        (_("address of the source"), 40),
    ]
    columns = [Column(capfirst(str(label)), width) for label, width in heads]
    return Table(_("Requirement records"), columns, _rows(records, get_language()))


def _rows(records: Records, language: str | None) -> Iterator[list[Cell]]:
    with override(language):
        for row in records.rows().iterator(chunk_size=CHUNK):
            yield [
                row.title,
                str(row.kind_label),
                row.authority,
                row.country.name if row.country else "",
                ", ".join(row.hs_list),
                row.last_verified,
                row.verified_by.name if row.verified_by else "",
                row.next_check,
                row.source_url,
            ]
