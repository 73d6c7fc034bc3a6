"""Words to search, numbers typed as words, and counts that stop where a person stops leafing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import receipt
from search.query import LIMIT

# A count goes so far and then says "1,000+".
COUNTED_TO = 1000
# A search finds so many at most.
SEARCHED_TO = LIMIT

# Words that are compared with texts as they stand are so long at most.
WORDS_AT_MOST = 200


class Capped(Subquery):
    """How many rows a queryset has, counted no further, as a value inside another statement."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: COUNTED_TO + 1])


def capped(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted to one more than `COUNTED_TO` and no further."""
    return rows.order_by()[: COUNTED_TO + 1].count()


def in_words(count: int) -> str:
    """A capped count as people read it."""
    return f"{COUNTED_TO:,}+" if count > COUNTED_TO else f"{count:,}"


def cases_in_words(total: int, words: str = "") -> str:
    """How many cases there are; of a search, that only the best are shown."""
    if words and total >= SEARCHED_TO:
        return _("The %(count)d best hits") % {"count": total}
    said = ngettext("%(count)s case", "%(count)s cases", total)
    return said % {"count": in_words(total)}


def words_of(params: Mapping[str, Any]) -> str:
    """The words to search."""
    return str(params.get("q") or "").strip()


def plain_words(params: Mapping[str, Any]) -> str:
    """The words to search where texts are compared as they stand: one line, not too long."""
    return " ".join(words_of(params).replace("\x00", "").split())[:WORDS_AT_MOST]


def number_of(words: str) -> str:
    """The receipt number that was typed, in its one form; empty when it is none."""
    try:
        return receipt.read_number(words)
    except receipt.ReceiptNumberError:
        return ""
