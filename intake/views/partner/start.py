"""The first page of a partner's desk: what waits, for whom, until when; one screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.desk import Desk, at_desk, render
from accounts.models import CENTRE, MISSION, Organisation
from intake import triage, workflow
from intake.lists import asked
from intake.lists.filed import choices
from intake.lists.filtering import YES, Asker
from intake.models import Case, Handover, LocalDifficulty, Promise, Referral
from intake.models.case import ACTING, EVENT, PHONE, VISIT
from intake.models.queue import RUNNING
from marketinfo.models import Requirement

# Of each list; its link leads to all of it.
SHOWN = 5
_BY_WORD = (PHONE, VISIT, EVENT)
# What waited longest, or is due first, stands first.
_ORDERS = {"ours": "state_since", "unconfirmed": "confirm_asked_at", "week": "due_at"}


@dataclass(frozen=True)
class Tile:
    """One number, and the list that it counts."""

    label: Text
    count: int
    url: str
    tone: str = ""


@at_desk()
@require_safe
def start(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the officers of this organisation have to do next."""
    now = timezone.now()
    counts = _counts(desk, now)
    lists = _lists(desk, now)
    promises = Promise.objects.open().filter(organisation__in=desk.reach, user=desk.user)
    soonest = F("due_on").asc(nulls_last=True)
    context: dict[str, Any] = {
        "today": timezone.localdate(now),
        "counts": counts,
        "tiles": _tiles(desk, counts),
        "lists": lists,
        "promises": promises.order_by(soonest, "pk").select_related("case")[:SHOWN],
        "actions": _actions(desk),
        "handovers": _path(desk, "handover") if counts["handovers"] else "",
    }
    if desk.kind == MISSION:
        context |= _of_mission(desk)
    return render(request, desk, "partner/start.html", context)


def _path(desk: Desk, name: str, query: str = "") -> str:
    """The address of a page of the desk; empty while nobody has built it."""
    try:
        return desk.path(name) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return ""


def _filed(desk: Desk) -> QuerySet[Case]:
    """Open cases that this organisation filed. The desk is the gate: its reach is its officer's.

    Said with the lane, as the index of a filer's open cases says it.
    """
    cases: QuerySet[Case] = Case.objects.filed_through(desk.reach).filter(lane__lt=triage.ENDED)
    return cases


def _which(desk: Desk, now: dt.datetime) -> dict[str, Q]:
    """What is counted, in the very words of the list behind each number."""
    asker = Asker(desk.user.pk, now)
    chosen = {
        "ours": ("turn", choices.OURS),
        "unconfirmed": ("unconfirmed", YES),
        "week": ("due", choices.WEEK),
        "overdue": ("overdue", YES),
    }
    return {
        key: choices.FILTERS[name].leaves(value, asker) for key, (name, value) in chosen.items()
    }


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as a part of another statement."""
    counted = rows.order_by().annotate(_one=Value(1)).values("_one").annotate(_n=Count("pk"))
    return Coalesce(Subquery(counted.values("_n"), output_field=IntegerField()), 0)


def _counts(desk: Desk, now: dt.datetime) -> dict[str, int]:
    """Every number of the page in one statement."""
    filed = _filed(desk)
    numbers = {key: _number(filed.filter(which)) for key, which in _which(desk, now).items()}
    numbers["filed"] = _number(filed)
    unread = Handover.objects.filter(
        organisation__in=desk.reach, successor=desk.user, acknowledged_at__isnull=True
    )
    numbers["handovers"] = _number(unread)
    if desk.kind == MISSION:
        numbers["local"] = _number(_local(desk))
        numbers["records"] = _number(_records(desk))
    numbers["asked"] = _number(_asked(desk))
    # The desk's own row carries them all; no name of theirs is a name of its own.
    row = Organisation.objects.filter(pk=desk.organisation.pk).values(
        **{f"count_{key}": number for key, number in numbers.items()}
    )
    counts: dict[str, Any] = dict(row.get())
    return {key.removeprefix("count_"): count for key, count in counts.items()}


def _lists(desk: Desk, now: dt.datetime) -> dict[str, list[Case]]:
    """The first few cases behind each number, all in one statement."""
    filed, which = _filed(desk), _which(desk, now)
    firsts = {key: filed.filter(which[key]).order_by(order, "pk") for key, order in _ORDERS.items()}
    if desk.kind == CENTRE:
        firsts["today"] = _taken_down(desk, now).order_by("-pk")
    wanted = Q()
    for rows in firsts.values():
        wanted |= Q(pk__in=rows.values("pk")[:SHOWN])
    cases = Case.objects.filed_through(desk.reach).filter(wanted).select_related("country")
    found = sorted(cases, key=lambda case: case.pk)
    week = choices.week_ends(now)
    held: dict[str, Callable[[Case], bool]] = {
        "ours": lambda case: case.holder == workflow.SUBMITTER and case.proxy == ACTING,
        "unconfirmed": lambda case: case.awaits_confirmation and case.is_open,
        "week": lambda case: (
            case.state in RUNNING and case.due_at is not None and case.due_at < week
        ),
    }
    lists = {
        key: sorted(filter(belongs, found), key=attrgetter(_ORDERS[key]))[:SHOWN]
        for key, belongs in held.items()
    }
    if desk.kind == CENTRE:
        midnight = _midnight(now)
        lists["today"] = [
            case
            for case in reversed(found)
            if case.filed_by_id == desk.user.pk
            and case.channel in _BY_WORD
            and case.created_at >= midnight
        ][:SHOWN]
    return lists


def _midnight(now: dt.datetime) -> dt.datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def _taken_down(desk: Desk, now: dt.datetime) -> QuerySet[Case]:
    """What this officer took down by phone, on a visit or at an event, today."""
    cases: QuerySet[Case] = Case.objects.filed_through(desk.reach).filter(
        filed_by=desk.user, channel__in=_BY_WORD, created_at__gte=_midnight(now)
    )
    return cases


def _local(desk: Desk) -> QuerySet[LocalDifficulty]:
    return LocalDifficulty.objects.open().filter(organisation__in=desk.reach)


def _asked(desk: Desk) -> Any:
    return Referral.objects.open().filter(organisation__in=desk.reach)


def _records(desk: Desk) -> QuerySet[Requirement]:
    """Published records of this mission whose facts are to be checked again."""
    kept: QuerySet[Requirement] = Requirement.objects.published().filter(owner__in=desk.reach)
    return kept.overdue_for_check()  # type: ignore[attr-defined,no-any-return]


def _of_mission(desk: Desk) -> dict[str, Any]:
    """What the mission is working on, and what Seoul asks of it with the date on both clocks."""
    questions = _asked(desk).most_urgent_first().select_related(*asked.RELATED)[:SHOWN]
    return {
        "local": _local(desk).select_related("country")[:SHOWN],
        "asked": [
            (row, asked.question(row), asked.due_there(row), asked.due_in_seoul(row))
            for row in questions
        ],
    }


def _tiles(desk: Desk, counts: dict[str, int]) -> list[Tile]:
    """The numbers of this kind of desk, each leading to its list."""
    cases = [
        Tile(_("It is our turn"), counts["ours"], _path(desk, "cases", "turn=ours"), "warning"),
        Tile(
            _("Not confirmed by the company"),
            counts["unconfirmed"],
            _path(desk, "cases", "unconfirmed=yes"),
            "warning",
        ),
        Tile(_("Due this week"), counts["week"], _path(desk, "cases", "due=week")),
        Tile(_("Overdue"), counts["overdue"], _path(desk, "cases", "overdue=yes"), "danger"),
    ]
    asks = Tile(
        _("What we are asked"), counts["asked"], _path(desk, "asked", "show=open"), "warning"
    )
    if desk.kind != MISSION:
        return [*cases, *([asks] if asks.count else [])]
    return [
        Tile(_("Local difficulties open"), counts["local"], _path(desk, "local")),
        asks,
        Tile(
            _("Records to check again"),
            counts["records"],
            _path(desk, "records", "show=overdue"),
            "warning",
        ),
        *cases[:2],
    ]


def _actions(desk: Desk) -> list[tuple[Text, str]]:
    """What an officer most often comes to do, first things first."""
    names: Sequence[tuple[str, Text]] = (
        [("local-new", _("Record a local difficulty")), ("asked", _("What we are asked"))]
        if desk.kind == MISSION
        else [("file", _("File for a company")), ("batches", _("File from a spreadsheet"))]
    )
    return [(label, url) for name, label in names if (url := _path(desk, name))]
