"""The filters of the lists: what may be asked for, and what each leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Branch
from django.db.models import Q, When
from django.utils import timezone

from intake import triage, workflow
from intake.admin.queue import catalog
from intake.models import Referral
from intake.models.case import CHANNEL_LABELS
from intake.models.queue import WANTED, day_ends

YES, NONE, MINE, OTHERS, OURS = "yes", "none", "mine", "others", "ours"
# The longest text of a choice that is looked at at all.
LONGEST = 40
# No key of a row has so many digits.
_DIGITS = 19
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
# The cases of a body with so few questions open are read by their keys, and sorted.
FEW_ASKED = 900
BODY = "body"


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


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    # At the ends of the calendar there is no day before or after to count to.
    return day if _FIRST <= day <= _LAST else None


def _midnight(text: str, days: int = 0) -> dt.datetime:
    day = dt.date.fromisoformat(text) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _who(choice: str, asker: Asker) -> Q:
    if choice == NONE:
        return Q(assignee__isnull=True)
    if choice == OTHERS:
        return Q(assignee__isnull=False) & ~Q(assignee=asker.pk)
    return Q(assignee=asker.pk if choice == MINE else int(choice))


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


def _filer(choice: str, _asker: Asker) -> Q:
    if choice == NONE:
        return Q(filer_organisation__isnull=True)
    return Q(filer_organisation=catalog.names().body_ids[choice])


def _overdue(_choice: str, asker: Asker) -> Q:
    """By the lanes, which end after "overdue": goods at the border may be overdue too."""
    return Q(lane__lte=triage.OVERDUE, queue_at__lt=asker.now)


def _today(_choice: str, asker: Asker) -> Q:
    return Q(lane__lte=triage.OVERDUE, queue_at__gte=asker.now, queue_at__lt=day_ends(asker.now))


def _is_person(choice: str) -> bool:
    return choice in (MINE, NONE, OTHERS) or (
        choice.isdecimal() and choice.isascii() and len(choice) < _DIGITS
    )


FILTERS: dict[str, Filter] = {
    "turn": Filter(
        lambda choice: choice == OURS,
        lambda _choice, _asker: Q(lane__lt=triage.WITH_BODIES),
        queue_only=True,
    ),
    "who": Filter(_is_person, _who),
    "overdue": Filter(lambda choice: choice == YES, _overdue, queue_only=True),
    "today": Filter(lambda choice: choice == YES, _today, queue_only=True),
    "border": Filter(lambda choice: choice == YES, lambda _choice, _asker: Q(at_border=True)),
    "why": Filter(
        lambda choice: choice in triage.BY_ATTENTION,
        lambda choice, _asker: Q(WANTED, attention=choice),
        queue_only=True,
    ),
    "state": Filter(
        lambda choice: choice in workflow.STATES, lambda choice, _asker: Q(state=choice)
    ),
    "category": Filter(
        lambda choice: choice == NONE or choice in catalog.names().categories, _category
    ),
    "country": Filter(
        lambda choice: choice in catalog.names().countries,
        lambda choice, _asker: Q(country=choice),
    ),
    "filer": Filter(lambda choice: choice == NONE or choice in catalog.names().body_ids, _filer),
    # Only a case in consultation has a question open; `apply` looks for the question itself.
    BODY: Filter(
        lambda choice: choice in catalog.names().body_ids,
        lambda _choice, _asker: Q(state=workflow.REFERRED),
    ),
    "channel": Filter(
        lambda choice: choice in CHANNEL_LABELS, lambda choice, _asker: Q(channel=choice)
    ),
    "from": Filter(
        lambda choice: _day(choice) is not None,
        lambda choice, _asker: Q(received_at__gte=_midnight(choice)),
    ),
    "to": Filter(
        lambda choice: _day(choice) is not None,
        lambda choice, _asker: Q(received_at__lt=_midnight(choice, 1)),
    ),
}


def chosen(params: Mapping[str, Any], *, everything: bool = False) -> tuple[dict[str, str], bool]:
    """The filters that a request asks for, in one order, and whether some were not understood.

    An empty choice is none. `everything`: the list of all cases, which knows no lanes.
    """
    found: dict[str, str] = {}
    strange = False
    for name, row in FILTERS.items():
        choice = str(params.get(name) or "").strip()
        if not choice:
            continue
        usable = len(choice) <= LONGEST and not (everything and row.queue_only)
        if usable and row.known(choice):
            found[name] = choice
        else:
            strange = True
    return found, strange


def apply(cases: Any, wanted: Mapping[str, str], asker: Asker) -> Any:
    """The cases that all chosen filters leave; asks at once how much a chosen body has open."""
    left = [FILTERS[name].leaves(choice, asker) for name, choice in wanted.items()]
    if BODY not in wanted:
        return cases.filter(*left)
    body = catalog.names().body_ids[wanted[BODY]]
    questions = Referral.objects.open().filter(organisation=body)
    asked = questions.order_by().values_list("case", flat=True)
    few = list(asked[: FEW_ASKED + 1])
    if len(few) <= FEW_ASKED:
        # By their keys, and nothing else: another filter's index would be walked to its end.
        return _hidden(cases.filter(pk__in=few), Q(*left)).filter(holds=1)
    # Along the queue, past all others: as a join the cases asked about would be sorted whole.
    # Said as an inequality, of which PostgreSQL expects many rows, as it must to walk.
    return _hidden(cases.filter(*left), Q(pk__in=asked)).filter(holds__gt=0)


def _hidden(cases: Any, condition: Q) -> Any:
    """Whether a condition `holds`, said so that no index is chosen for its sake."""
    return cases.alias(holds=Branch(When(condition, then=1), default=0))
