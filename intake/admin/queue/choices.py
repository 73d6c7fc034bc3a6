"""The filters of the queue: what may be asked for, and what each leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Case as Branch
from django.db.models import Q, When

from intake import triage, workflow
from intake.lists import catalog, filtering
from intake.lists.filtering import MINE, NONE, OTHERS, YES, Asker, Filter
from intake.models import Referral
from intake.models.queue import WANTED, day_ends

OURS = "ours"
# No key of a row has so many digits.
_DIGITS = 19
# The cases of a body with so few questions open are read by their keys, and sorted.
FEW_ASKED = 900
BODY = "body"


def _who(choice: str, asker: Asker) -> Q:
    if choice == NONE:
        return Q(assignee__isnull=True)
    if choice == OTHERS:
        return Q(assignee__isnull=False) & ~Q(assignee=asker.pk)
    return Q(assignee=asker.pk if choice == MINE else int(choice))


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
    "state": filtering.STATE,
    "category": filtering.CATEGORY,
    "country": filtering.COUNTRY,
    "filer": Filter(lambda choice: choice == NONE or choice in catalog.names().body_ids, _filer),
    # Only a case in consultation has a question open; `apply` looks for the question itself.
    BODY: Filter(
        lambda choice: choice in catalog.names().body_ids,
        lambda _choice, _asker: Q(state=workflow.REFERRED),
    ),
    "channel": filtering.CHANNEL,
    "from": filtering.FROM,
    "to": filtering.TO,
}


def chosen(params: Mapping[str, Any], *, everything: bool = False) -> tuple[dict[str, str], bool]:
    """The filters that a request asks for, in one order, and whether some were not understood.

    An empty choice is none. `everything`: the list of all cases, which knows no lanes.
    """
    queue_only = [name for name, row in FILTERS.items() if row.queue_only]
    return filtering.chosen(FILTERS, params, without=queue_only if everything else ())


def apply(cases: Any, wanted: Mapping[str, str], asker: Asker) -> Any:
    """The cases that all chosen filters leave; asks at once how much a chosen body has open."""
    left = filtering.condition(FILTERS, wanted, asker)
    if BODY not in wanted:
        return cases.filter(left)
    body = catalog.names().body_ids[wanted[BODY]]
    questions = Referral.objects.open().filter(organisation=body)
    asked = questions.order_by().values_list("case", flat=True)
    few = list(asked[: FEW_ASKED + 1])
    if len(few) <= FEW_ASKED:
        # By their keys, and nothing else: another filter's index would be walked to its end.
        return _hidden(cases.filter(pk__in=few), left).filter(holds=1)
    # Along the queue, past all others: as a join the cases asked about would be sorted whole.
    # Said as an inequality, of which PostgreSQL expects many rows, as it must to walk.
    return _hidden(cases.filter(left), Q(pk__in=asked)).filter(holds__gt=0)


def _hidden(cases: Any, condition: Q) -> Any:
    """Whether a condition `holds`, said so that no index is chosen for its sake."""
    return cases.alias(holds=Branch(When(condition, then=1), default=0))
