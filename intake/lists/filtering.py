"""The filter model of the lists: what may be asked for, and what each choice leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.http import urlencode

from intake import workflow
from intake.lists import catalog
from intake.models.case import CHANNEL_LABELS

YES, NONE, MINE, OTHERS = "yes", "none", "mine", "others"
# The longest text of a choice that is looked at at all.
LONGEST = 40
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)


@dataclass(frozen=True)
class Asker:
    """Who asks, and when."""

    pk: int | None
    now: dt.datetime


@dataclass(frozen=True)
class Filter:
    """One filter: which of its choices exist, and the condition for the cases that one leaves."""

    known: Callable[[str], bool]
    leaves: Callable[[str, Asker], Q]
    # Filters that speak of the queue's order have no meaning among ended cases.
    queue_only: bool = False


Filters = Mapping[str, Filter]


def day(text: str) -> dt.date | None:
    """The day that a text names; None when it names none that can be counted from."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    # At the ends of the calendar there is no day before or after to count to.
    return found if _FIRST <= found <= _LAST else None


def midnight(text: str, days: int = 0) -> dt.datetime:
    """The beginning of a day in the office's zone, or of a day so many later."""
    found = dt.date.fromisoformat(text) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(found, dt.time()))


def _category(choice: str, _asker: Asker) -> Q:
    if choice == NONE:
        return Q(category__isnull=True)
    names = catalog.names()
    top = names.top_of.get(choice)
    if top is not None:
        # The top category too: it is the way into the index of all cases.
        return Q(category=choice, **({"topic": top} if names.leads(top) else {}))
    if names.leads(choice):
        return Q(topic=choice)
    return Q(category__in=[choice, *names.tops[choice]])


# What every list of cases can be filtered by.
STATE = Filter(lambda choice: choice in workflow.STATES, lambda choice, _asker: Q(state=choice))
CATEGORY = Filter(lambda choice: choice == NONE or choice in catalog.names().categories, _category)
COUNTRY = Filter(
    lambda choice: choice in catalog.names().countries, lambda choice, _asker: Q(country=choice)
)
CHANNEL = Filter(lambda choice: choice in CHANNEL_LABELS, lambda choice, _asker: Q(channel=choice))
FROM = Filter(
    lambda choice: day(choice) is not None,
    lambda choice, _asker: Q(received_at__gte=midnight(choice)),
)
TO = Filter(
    lambda choice: day(choice) is not None,
    lambda choice, _asker: Q(received_at__lt=midnight(choice, 1)),
)


def chosen(
    filters: Filters, params: Mapping[str, Any], *, without: Iterable[str] = ()
) -> tuple[dict[str, str], bool]:
    """The filters that a request asks for, in one order, and whether some were not understood.

    An empty choice is none; those named in `without` have no meaning here.
    """
    found: dict[str, str] = {}
    strange = False
    senseless = frozenset(without)
    for name, row in filters.items():
        choice = str(params.get(name) or "").strip()
        if not choice:
            continue
        if len(choice) <= LONGEST and name not in senseless and row.known(choice):
            found[name] = choice
        else:
            strange = True
    return found, strange


def condition(filters: Filters, wanted: Mapping[str, str], asker: Asker) -> Q:
    """What holds for the cases that all chosen filters leave."""
    return Q(*(filters[name].leaves(choice, asker) for name, choice in wanted.items()))


def query(wanted: Mapping[str, str], words: str = "") -> str:
    """Filters and words as one query string: the same filters, the same text."""
    return urlencode(({"q": words} if words else {}) | dict(wanted))
