"""What a request asks of a list: filters, words, order; and how an address says it again."""

from __future__ import annotations

from dataclasses import dataclass

from intake.lists import filtering
from intake.lists.filtering import Asker
from intake.lists.sorting import Order


@dataclass(frozen=True, kw_only=True)
class ListRequest:
    """What every list is asked for; each list adds its rows."""

    wanted: dict[str, str]
    words: str
    sort: str
    order: Order
    strange: bool
    asker: Asker

    @property
    def query(self) -> str:
        """What the list is narrowed by, as an address carries it."""
        return filtering.query(self.wanted, self.words)

    @property
    def address(self) -> str:
        """The same with the order."""
        return filtering.query(self.wanted | ({"sort": self.sort} if self.sort else {}), self.words)
