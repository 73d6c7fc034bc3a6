"""What an organisation is asked by the secretariat, as a list: narrowed, sorted, in words.

The words of a question are shown without the names that the body may not read, so they are not
searched either: a hit would tell what the page hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case as Branch
from django.db.models import Count, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from files.tables import Column, Table
from files.tables import Value as Cell
from intake import explain, release, workflow
from intake.lists import catalog, counting, filtering, sorting
from intake.lists.arranging import View
from intake.lists.filtering import NONE, Asker, Filter
from intake.lists.request import ListRequest
from intake.lists.sorting import Order
from intake.models import Referral

SHOWS: dict[str, Promise] = {
    "": gettext_lazy("All"),
    "open": gettext_lazy("Open"),
    "overdue": gettext_lazy("Overdue"),
    "mine": gettext_lazy("With me"),
    "free": gettext_lazy("With nobody yet"),
    "ended": gettext_lazy("Ended"),
}
USUAL = "next"
ORDERS = {
    USUAL: Order(("rank", "due_at")),
    "due": Order(("due_at",)),
    "asked": Order(("asked_at",)),
    "number": Order(("case__number",)),
}
RELATED = ("case__country", "case__category", "case__company", "organisation", "handler")
_RANK = Branch(When(state__in=workflow.REFERRAL_OPEN, then=Value(0)), default=Value(1))
CHUNK = 200


def _shown(choice: str, asker: Asker) -> Q:
    is_open = Q(state__in=workflow.REFERRAL_OPEN)
    return {
        "open": is_open,
        "overdue": is_open & Q(due_at__lt=asker.now),
        "mine": is_open & Q(handler=asker.pk),
        "free": is_open & Q(handler__isnull=True),
        "ended": ~is_open,
    }.get(choice, Q())


def _category(choice: str, _asker: Asker) -> Q:
    if choice == NONE:
        return Q(case__category__isnull=True)
    return Q(case__category__in=[choice, *catalog.names().tops.get(choice, ())])


FILTERS: dict[str, Filter] = {
    "show": Filter(lambda choice: choice in SHOWS, _shown),
    "country": Filter(filtering.COUNTRY.known, lambda choice, _asker: Q(case__country=choice)),
    "category": Filter(filtering.CATEGORY.known, _category),
}


@dataclass(frozen=True, kw_only=True)
class Asked(ListRequest):
    """What a request asks of the list."""

    base: QuerySet[Any]  # everything that the organisation is asked and this person may see

    @property
    def number(self) -> str:
        """The receipt number that was typed: the only words that are looked for here."""
        return self.words

    def rows(self) -> QuerySet[Any]:
        """The questions that are left, in their order."""
        left = self.base.filter(filtering.condition(FILTERS, self.wanted, self.asker))
        if self.number:
            left = left.filter(case__number=self.number)
        return self.order.sorted(left).select_related(*RELATED)

    def counts(self) -> dict[str, int]:
        """How many questions each way of showing them has; “” has them all."""
        wanted = {
            show or "all": Count("pk", filter=_shown(show, self.asker) or None) for show in SHOWS
        }
        found: dict[str, int] = self.base.aggregate(**wanted)
        return {show: found[show or "all"] for show in SHOWS}


def asked_for(user: Any, reach: Iterable[int], params: Mapping[str, Any]) -> Asked:
    """The list that a request asks for; what is not understood is left out."""
    words = counting.words_of(params)
    number = counting.number_of(words) if words else ""
    wanted, strange = filtering.chosen(FILTERS, params)
    sort, order = sorting.chosen(ORDERS, params, USUAL)
    base = Referral.objects.asked_of(user).filter(organisation__in=list(reach))
    return Asked(
        base=base.annotate(rank=_RANK),
        wanted=wanted,
        words=number,
        sort=sort,
        order=order,
        strange=strange or bool(words and not number) or (bool(params.get("sort")) and not sort),
        asker=Asker(getattr(user, "pk", None), timezone.now()),
    )


def shipped() -> list[View]:
    """The ways of showing the questions that everybody has above the list."""
    return [
        View(show, str(label), filtering.query({"show": show}))
        for show, label in SHOWS.items()
        if show
    ]


def due_there(referral: Referral) -> str:
    """The due moment on the clock of the organisation."""
    place = ZoneInfo(referral.organisation.time_zone)
    return explain.moment(timezone.localtime(referral.due_at, place))


def due_in_seoul(referral: Referral) -> str:
    """The same moment in Seoul, for an organisation that sits elsewhere; else empty."""
    if referral.organisation.time_zone == settings.TIME_ZONE:
        return ""
    return explain.moment(timezone.localtime(referral.due_at))


def question(referral: Referral) -> str:
    """The question as the organisation may read it."""
    return str(release.without_names(referral.case, question=referral.question)["question"])


def _values(row: Referral) -> list[Cell]:
    return [
        row.case.number,
        question(row),
        row.case.country.name,
        row.case.category.name if row.case.category else "",
        row.state_label,
        row.asked_at,
        row.due_at,
        due_there(row),
        _("yes") if row.is_overdue else "",
        row.handler.name if row.handler else "",
        row.organisation.name,
    ]


def table(asked: Asked) -> Table:
    """The list as a table to take away."""
    heads: list[tuple[Any, int]] = [
        (_("receipt number"), 18),
        (_("question"), 60),
        (_("country"), 12),
        (_("category"), 20),
        (_("state"), 12),
        (_("asked"), 16),
        (_("due in Seoul"), 16),
        (_("due on your clock"), 28),
        (_("Overdue"), 8),
        (_("Officer in charge"), 12),
        (_("organisation"), 24),
    ]
    columns = [Column(capfirst(str(label)), width) for label, width in heads]
    return Table(_("What we are asked"), columns, _rows(asked, get_language()))


def _rows(asked: Asked, language: str | None) -> Iterator[list[Cell]]:
    with override(language):
        for row in asked.rows().iterator(chunk_size=CHUNK):
            yield _values(row)
