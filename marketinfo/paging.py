"""A page of a list whose count is never more than what a person would leaf through."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

SIZE = 20
# Counting stops here; beyond it a reader narrows the list rather than turning pages.
MOST = 1000


@dataclass(frozen=True)
class Page:
    """Up to `SIZE` rows and where they stand."""

    rows: list[Any]
    number: int
    count: int

    @property
    def capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count > MOST

    @property
    def shown_count(self) -> int:
        """The count to print; with a plus where it is capped."""
        return min(self.count, MOST)

    @property
    def last(self) -> int:
        """The number of the last page that can be reached."""
        return max(1, -(-self.shown_count // SIZE))

    @property
    def numbers(self) -> range:
        """The page numbers around this one."""
        return range(max(1, self.number - 2), min(self.last, self.number + 2) + 1)


def counted(found: QuerySet[Any]) -> int:
    """How many rows, counting no further than one beyond `MOST`."""
    return found.order_by()[: MOST + 1].count()


def page(found: QuerySet[Any], wanted: str) -> Page:
    """The wanted page; the nearest that exists when the number is not a page."""
    count = counted(found)
    last = Page([], 1, count).last
    number = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else 1
    number = min(max(number, 1), last)
    rows = list(found[(number - 1) * SIZE : number * SIZE]) if count else []
    return Page(rows, number, count)
