"""Orders of a list that people choose by its headings, each walked from place to place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from intake.lists.paging import Walk, read_key

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Order:
    """One order: by these columns, then by the row's own number; `down`: the last first."""

    names: tuple[str, ...]
    down: bool = False

    def keys(self, *, back: bool = False) -> list[str]:
        """What the rows are ordered by, or on the way back."""
        sign = "-" if self.down != back else ""
        return [f"{sign}{name}" for name in (*self.names, "pk")]

    def sorted(self, rows: Rows) -> Rows:
        """The rows in this order."""
        return rows.order_by(*self.keys())

    def walk(self, sight: Rows) -> Walk:
        """How this order is walked.

        The address names a row by its number and nothing else: what it is ordered by, such as a
        company's name, is looked up in the same statement, among the rows that the reader may
        see (`sight`). A row that is not among them is no place.
        """

        def beyond(rows: Rows, pk: int, *, back: bool) -> Rows:
            here = sight.filter(pk=pk).order_by()
            sign = "lt" if self.down != back else "gt"
            found, equal = Q(), Q()
            for name in self.names:
                place = Subquery(here.values(name)[:1])
                found |= equal & Q(**{f"{name}__{sign}": place})
                equal &= Q(**{name: place})
            found |= equal & Q(**{f"pk__{sign}": pk})
            return rows.filter(found).order_by(*self.keys(back=back))

        return Walk(
            read_key,
            lambda row: str(row.id),
            lambda rows, pk: beyond(rows, pk, back=False),
            lambda rows, pk: beyond(rows, pk, back=True),
        )


def chosen(orders: Mapping[str, Order], params: Mapping[str, Any], usual: str) -> tuple[str, Order]:
    """The order that a request asks for: a name, turned with a minus; else the usual one."""
    text = str(params.get("sort") or "")
    down, name = text.startswith("-"), text.removeprefix("-")
    if name not in orders:
        return "", orders[usual]
    order = orders[name]
    return text, Order(order.names, not order.down) if down else order
