"""The filters of the lists: what may be asked for, and what each leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from intake import triage, workflow
from intake.admin.queue import catalog
from intake.models import Referral
from intake.models.case import CHANNEL_LABELS
from intake.models.queue import WANTED, day_ends

YES, NONE, MINE, OTHERS, OURS = "yes", "none", "mine", "others", "ours"
# The longest text of a choice that is looked at at all.
LONGEST = 40


@dataclass(frozen=True)
class Asker:
    """Who asks, and when."""

    pk: int | None
    now: dt.datetime


@dataclass(frozen=True)
class Filter:
    """One filter: which of its choices exist, and the cases that a choice leaves."""

    known: Callable[[str], bool]
    leaves: Callable[[Any, str, Asker], Any]
    # Filters that speak of the queue's order have no meaning among ended cases.
    queue_only: bool = False


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(text: str, days: int = 0) -> dt.datetime:
    day = dt.date.fromisoformat(text) + dt.timedelta(days=days)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _who(cases: Any, choice: str, asker: Asker) -> Any:
    if choice == NONE:
        return cases.filter(assignee__isnull=True)
    if choice == OTHERS:
        return cases.filter(assignee__isnull=False).exclude(assignee=asker.pk)
    return cases.filter(assignee=asker.pk if choice == MINE else int(choice))


def _category(cases: Any, choice: str, _asker: Asker) -> Any:
    if choice == NONE:
        return cases.filter(category__isnull=True)
    names = catalog.names()
    top = names.top_of.get(choice)
    if top is not None:
        # The top category too: it is the way into the index.
        return cases.filter(category=choice, **({"topic": top} if names.leads(top) else {}))
    if names.leads(choice):
        return cases.filter(topic=choice)
    return cases.filter(category__in=[choice, *names.tops[choice]])


def _filer(cases: Any, choice: str, _asker: Asker) -> Any:
    if choice == NONE:
        return cases.filter(filer_organisation__isnull=True)
    return cases.filter(filer_organisation=catalog.names().body_ids[choice])


def _body(cases: Any, choice: str, _asker: Asker) -> Any:
    asked = Referral.objects.open().filter(
        case=OuterRef("pk"), organisation=catalog.names().body_ids[choice]
    )
    # Only a case in consultation has a question open: the state is the way into the index.
    return cases.filter(Exists(asked.order_by()), state=workflow.REFERRED)


def _overdue(cases: Any, _choice: str, asker: Asker) -> Any:
    """By the lanes, which end after "overdue": goods at the border may be overdue too."""
    return cases.filter(lane__lte=triage.OVERDUE, queue_at__lt=asker.now)


def _today(cases: Any, _choice: str, asker: Asker) -> Any:
    return cases.filter(
        lane__lte=triage.OVERDUE, queue_at__gte=asker.now, queue_at__lt=day_ends(asker.now)
    )


def _is_person(choice: str) -> bool:
    return choice in (MINE, NONE, OTHERS) or (choice.isdecimal() and choice.isascii())


FILTERS: dict[str, Filter] = {
    "turn": Filter(
        lambda choice: choice == OURS,
        lambda cases, _choice, _asker: cases.filter(lane__lt=triage.WITH_BODIES),
        queue_only=True,
    ),
    "who": Filter(_is_person, _who),
    "overdue": Filter(lambda choice: choice == YES, _overdue, queue_only=True),
    "today": Filter(lambda choice: choice == YES, _today, queue_only=True),
    "border": Filter(
        lambda choice: choice == YES,
        lambda cases, _choice, _asker: cases.filter(at_border=True),
    ),
    "why": Filter(
        lambda choice: choice in triage.BY_ATTENTION,
        lambda cases, choice, _asker: cases.filter(WANTED, attention=choice),
        queue_only=True,
    ),
    "state": Filter(
        lambda choice: choice in workflow.STATES,
        lambda cases, choice, _asker: cases.filter(state=choice),
    ),
    "category": Filter(
        lambda choice: choice == NONE or choice in catalog.names().categories, _category
    ),
    "country": Filter(
        lambda choice: choice in catalog.names().countries,
        lambda cases, choice, _asker: cases.filter(country=choice),
    ),
    "filer": Filter(lambda choice: choice == NONE or choice in catalog.names().body_ids, _filer),
    "body": Filter(lambda choice: choice in catalog.names().body_ids, _body),
    "channel": Filter(
        lambda choice: choice in CHANNEL_LABELS,
        lambda cases, choice, _asker: cases.filter(channel=choice),
    ),
    "from": Filter(
        lambda choice: _day(choice) is not None,
        lambda cases, choice, _asker: cases.filter(received_at__gte=_midnight(choice)),
    ),
    "to": Filter(
        lambda choice: _day(choice) is not None,
        lambda cases, choice, _asker: cases.filter(received_at__lt=_midnight(choice, 1)),
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
    """The cases that all chosen filters leave."""
    for name, choice in wanted.items():
        cases = FILTERS[name].leaves(cases, choice, asker)
    return cases
