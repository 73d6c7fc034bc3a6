"""The rows of a partner's cases: through the gate, in an order that can be walked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Branch
from django.db.models import F, IntegerField, OuterRef, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import get_language

from intake import workflow
from intake.lists import counting, filtering, sorting
from intake.lists.filed import choices
from intake.lists.filtering import Asker
from intake.lists.now import WORDS
from intake.lists.request import ListRequest
from intake.lists.sorting import Order
from intake.models import BatchRow, Case, CaseQuerySet
from intake.models.case import ACTING

SHOWN = (
    "id",
    "number",
    "title",
    "state",
    "at_border",
    "due_at",
    "supplement_due",
    "received_at",
    "ended_at",
    "country_id",
    "category_id",
    "company_name",
    "product",
    "hs_code",
    "channel",
    "needed_by",
    "proxy",
    "outcome",
    "confirm_asked_at",
    "confirm_reminded_at",
    "confirmed_at",
    "keeper_id",
    "keeper_name",
    "batch",
    "total",
)
USUAL = "next"


def _ranked(branches: Iterable[When]) -> Branch:
    return Branch(*branches, default=Value(99), output_field=IntegerField())


# What wants the organisation's attention: what it owes, what the company owes it, what runs.
RANK = _ranked(
    (
        When(state=workflow.SUPPLEMENT, proxy=ACTING, then=Value(0)),
        When(state=workflow.ANSWERED, proxy=ACTING, then=Value(1)),
        When(
            state__in=workflow.OPEN,
            confirm_asked_at__isnull=False,
            confirmed_at__isnull=True,
            then=Value(2),
        ),
        When(state__in=workflow.OPEN, then=Value(3)),
        When(state__in=workflow.ENDED, then=Value(4)),
    )
)
STATE_RANK = _ranked(
    When(state=code, then=Value(place))
    for place, code in enumerate((*workflow.OPEN, *workflow.ENDED))
)


def orders() -> dict[str, Order]:
    """What the list can be sorted by, in the reader's language where names are sorted."""
    country = "name_en" if get_language() == "en" else "name_ko"
    return {
        USUAL: Order(("rank", "queue_at")),
        "received": Order(("received_at",)),
        "due": Order(("queue_at",)),
        "state": Order(("state_rank",)),
        "company": Order(("company_name",)),
        "country": Order((f"country__{country}",)),
    }


@dataclass(frozen=True, kw_only=True)
class Listed(ListRequest):
    """What a request asks of the list of a desk."""

    base: CaseQuerySet  # everything that the desk filed and this person may see

    @property
    def number(self) -> str:
        """The receipt number that was typed in place of words; empty when it is none."""
        return counting.number_of(self.words) if self.words else ""

    def condition(self) -> Any:
        """What holds for the cases that the filters leave."""
        return filtering.condition(choices.FILTERS, self.wanted, self.asker)

    def cases(self) -> Any:
        """The cases that are left, in their order; a search asks the index at once."""
        left = self.base.filter(self.condition())
        if self.number:
            return left.filter(number=self.number).order_by("-pk")
        if self.words:
            return left.search(self.words)
        return self.order.sorted(left)


def filed_through(user: Any, reach: Iterable[int]) -> CaseQuerySet:
    """Cases that an organisation filed and that this person may see, ready to be sorted."""
    gated: CaseQuerySet = Case.objects.visible_to(user).filed_through(reach)
    return gated.annotate(rank=RANK, state_rank=STATE_RANK)


def asked_for(user: Any, reach: Iterable[int], params: Mapping[str, Any]) -> Listed:
    """The list that a request asks for; what is not understood is left out."""
    wanted, strange = filtering.chosen(choices.FILTERS, params)
    sort, order = sorting.chosen(orders(), params, USUAL)
    return Listed(
        base=filed_through(user, reach),
        wanted=wanted,
        words=counting.words_of(params),
        sort=sort,
        order=order,
        strange=strange or (bool(params.get("sort")) and not sort),
        asker=Asker(getattr(user, "pk", None), timezone.now()),
    )


def read(cases: Any, *, words: bool = False, total: Any = None) -> Any:
    """The rows of a queryset as named tuples; `words`: with the texts that a search shows.

    `total` is a queryset that is counted, capped, in the same statement.
    """
    batch = BatchRow.objects.filter(case=OuterRef("pk")).order_by().values("batch__name")[:1]
    counted = Value(0) if total is None else counting.Capped(total)
    return cases.annotate(
        batch=Subquery(batch), total=counted, keeper_name=F("keeper__name")
    ).values_list(*SHOWN, *(WORDS if words else ()), named=True)
