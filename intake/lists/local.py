"""A mission's local difficulties: narrowed, sorted, and as a table to take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Branch
from django.db.models import Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from files.tables import Column, Table
from files.tables import Value as Cell
from intake.lists import counting, filtering, paging, sorting
from intake.lists.filtering import Asker, Filter
from intake.lists.request import ListRequest
from intake.lists.sorting import Order
from intake.models import LocalDifficulty
from intake.models.local import GRADE_SHORT, LOCAL_LABELS, OPEN, LocalDifficultyQuerySet

USUAL = "next"
ORDERS = {
    # The open ones first, of each the newest.
    USUAL: Order(("is_open",), down=True),
    "changed": Order(("updated_at",), down=True),
    "received": Order(("received_at",)),
    "company": Order(("company_name",)),
}
FILTERS: dict[str, Filter] = {
    "state": Filter(lambda choice: choice in LOCAL_LABELS, lambda choice, _asker: Q(state=choice)),
    "grade": Filter(lambda choice: choice in GRADE_SHORT, lambda choice, _asker: Q(grade=choice)),
    "keeper": Filter(
        lambda choice: paging.read_key(choice) is not None,
        lambda choice, _asker: Q(keeper=int(choice)),
    ),
}
RELATED = ("country", "keeper", "case")
_IS_OPEN = Branch(When(state=OPEN, then=Value(1)), default=Value(0))
# Rows of a file that are fetched at a time.
CHUNK = 500


def kept(user: Any, reach: Iterable[int]) -> LocalDifficultyQuerySet:
    """What a mission, and what it succeeded, took down."""
    return LocalDifficulty.objects.visible_to(user).filter(organisation__in=list(reach))


@dataclass(frozen=True, kw_only=True)
class Local(ListRequest):
    """What a request asks of the list."""

    base: QuerySet[Any]  # everything that the mission took down

    def rows(self) -> QuerySet[Any]:
        """The difficulties that are left, in their order."""
        left = self.base.filter(filtering.condition(FILTERS, self.wanted, self.asker))
        if self.words:
            left = left.filter(
                Q(title__icontains=self.words) | Q(company_name__icontains=self.words)
            )
        return self.order.sorted(left).select_related(*RELATED)


def asked_for(user: Any, reach: Iterable[int], params: Mapping[str, Any]) -> Local:
    """The list that a request asks for; what is not understood is left out."""
    wanted, strange = filtering.chosen(FILTERS, params)
    sort, order = sorting.chosen(ORDERS, params, USUAL)
    return Local(
        base=kept(user, reach).annotate(is_open=_IS_OPEN),
        wanted=wanted,
        words=counting.plain_words(params),
        sort=sort,
        order=order,
        strange=strange or (bool(params.get("sort")) and not sort),
        asker=Asker(getattr(user, "pk", None), timezone.now()),
    )


def table(local: Local) -> Table:
    """The list as a table, each row with what the mission wrote."""
    heads = [
        (_("Received"), 16),
        (_("Title"), 40),
        (_("Company"), 24),
        (_("Country"), 12),
        (_("Local authority concerned"), 24),
        (_("Situation"), 60),
        (_("What the mission has done"), 40),
        (_("What help is needed at home"), 40),
        (_("State"), 14),
        (_("Confidentiality"), 14),
        (_("Looked after by"), 14),
        (_("Receipt number"), 18),
    ]
    columns = [Column(capfirst(label), width) for label, width in heads]
    return Table(_("Local difficulties"), columns, _rows(local, get_language()))


def _rows(local: Local, language: str | None) -> Iterator[list[Cell]]:
    with override(language):
        for row in local.rows().iterator(chunk_size=CHUNK):
            yield [
                row.received_at,
                row.title,
                row.company_name,
                row.country.name,
                row.local_authority,
                row.situation,
                row.actions,
                row.help_text,
                str(row.state_label),
                str(row.grade_short),
                row.keeper.name,
                row.case.number if row.case else "",
            ]
