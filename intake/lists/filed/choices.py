"""The filters of a partner's cases, and the views that everybody has."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.lists import counting, filtering
from intake.lists.arranging import View
from intake.lists.filtering import MINE, NONE, OTHERS, YES, Asker, Filter
from intake.models.case import ACTING
from intake.models.queue import RUNNING, day_ends

OURS, NO = "ours", "no"
TODAY, WEEK = "today", "week"
_WITH_SUBMITTER = tuple(
    code for code, state in workflow.STATES.items() if state.holder == workflow.SUBMITTER
)
# Whose turn it is; the company's own where it has taken over.
TURNS = {
    OURS: Q(state__in=_WITH_SUBMITTER, proxy=ACTING),
    workflow.SUBMITTER: Q(state__in=_WITH_SUBMITTER) & ~Q(proxy=ACTING),
    **{
        holder: Q(state__in=[c for c, s in workflow.STATES.items() if s.holder == holder])
        for holder in (workflow.SECRETARY, workflow.BODY)
    },
}


def week_ends(now: dt.datetime) -> dt.datetime:
    """The end of the Sunday of a moment's week in the office's zone."""
    return day_ends(now) + dt.timedelta(days=6 - timezone.localdate(now).weekday())


def _overdue(_choice: str, asker: Asker) -> Q:
    return Q(state__in=RUNNING, due_at__lt=asker.now)


def _due(choice: str, asker: Asker) -> Q:
    ends = day_ends(asker.now) if choice == TODAY else week_ends(asker.now)
    return Q(state__in=RUNNING, due_at__lt=ends)


def _unconfirmed(_choice: str, _asker: Asker) -> Q:
    """Asked and not yet answered, of a case that still goes on: the others need no word more."""
    return Q(confirm_asked_at__isnull=False, confirmed_at__isnull=True, state__in=workflow.OPEN)


def _keeper(choice: str, asker: Asker) -> Q:
    if choice == NONE:
        return Q(keeper__isnull=True)
    return Q(keeper=asker.pk) if choice == MINE else Q(keeper__isnull=False) & ~Q(keeper=asker.pk)


FILTERS: dict[str, Filter] = {
    "turn": Filter(lambda choice: choice in TURNS, lambda choice, _asker: TURNS[choice]),
    "state": filtering.STATE,
    "overdue": Filter(lambda choice: choice == YES, _overdue),
    "due": Filter(lambda choice: choice in (TODAY, WEEK), _due),
    "unconfirmed": Filter(lambda choice: choice == YES, _unconfirmed),
    "keeper": Filter(lambda choice: choice in (MINE, NONE, OTHERS), _keeper),
    "country": filtering.COUNTRY,
    "category": filtering.CATEGORY,
    "channel": filtering.CHANNEL,
    "from": filtering.FROM,
    "to": filtering.TO,
    "ended": Filter(
        lambda choice: choice in (YES, NO),
        lambda choice, _asker: Q(state__in=workflow.ENDED if choice == YES else workflow.OPEN),
    ),
}
# Views that every desk has, without a row.
SHIPPED = (
    ("ours", _("It is our turn"), {"turn": OURS}),
    ("unconfirmed", _("Not confirmed by the company"), {"unconfirmed": YES}),
    ("overdue", _("Overdue"), {"overdue": YES}),
    ("week", _("Due this week"), {"due": WEEK}),
    ("ended", _("Ended"), {"ended": YES}),
)


def canonical(params: Any) -> str:
    """The filters and words of a request as one query string: the same filters, the same text."""
    wanted, _strange = filtering.chosen(FILTERS, params)
    return filtering.query(wanted, counting.words_of(params))


def shipped() -> list[View]:
    """The shipped views in the reader's language."""
    return [View(key, str(name), filtering.query(wanted)) for key, name, wanted in SHIPPED]
