"""What an officer sees on opening the desk: the queue at a glance, own cases, who calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts import roles
from intake import triage, workflow
from intake.admin import gate, mentions
from intake.admin.queue import choices
from intake.figures import pictures
from intake.lists.filtering import MINE, NONE, YES, Asker
from intake.models import BacklogDay, Case, Mention, TriageCase

# Nobody acts on the difference between this many and more; counting stops there.
_MOST = 1000
_MENTIONS = 5
_BACKLOG_DAYS = 60


@dataclass(frozen=True)
class Count:
    """How many of what, and where they are listed; an urgent one is marked."""

    label: str
    value: str
    url: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class Start:
    """The upper part of the index."""

    queue: list[Count]
    own: list[Count] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    called: int = 0
    backlog: pictures.Picture | None = None


def start(user: Any) -> Start | None:
    """The start page of a person; None for who has no business with cases."""
    if not gate.reads(user):
        return None
    asker = Asker(user.pk, timezone.now())
    picture = pictures.backlog(
        list(
            BacklogDay.objects.filter(
                day__gt=timezone.localdate() - dt.timedelta(days=_BACKLOG_DAYS)
            )
        )
    )
    if not roles.is_secretary(user):
        return Start(_queue(asker), backlog=picture)
    calls = Mention.objects.filter(user=user, seen_at__isnull=True)
    return Start(
        _queue(asker),
        _own(user, asker),
        mentions.as_read(
            calls.select_related(
                "message__author", "message__case__company", "message__case__filer_organisation"
            )[:_MENTIONS],
            user,
        ),
        calls.count(),
        picture,
    )


def _queue(asker: Asker) -> list[Count]:
    """What waits for the secretariat, the most urgent first."""
    rows: Iterable[tuple[str, dict[str, str], bool]] = (
        (_("Goods at the border"), {"border": YES}, True),
        (_("Due today"), {"today": YES}, True),
        (_("Overdue"), {"overdue": YES}, True),
        (_("All answers are in"), {"why": triage.ANSWERS_IN}, False),
        (_("Nobody has taken it up"), {"who": NONE, "state": workflow.RECEIVED}, False),
        (_("Our turn"), {"turn": choices.OURS}, False),
    )
    return [_listed(label, wanted, asker, urgent) for label, wanted, urgent in rows]


def _own(user: Any, asker: Asker) -> list[Count]:
    """An officer's own cases."""
    mine = {"who": MINE}
    today = timezone.localdate()
    monday = today - dt.timedelta(days=today.weekday())
    since = timezone.make_aware(dt.datetime.combine(monday, dt.time()))
    answered = Case.objects.filter(assignee=user, answered_at__gte=since)
    return [
        _listed(_("Open"), mine, asker),
        _listed(_("Due today"), mine | {"today": YES}, asker, urgent=True),
        _listed(_("Overdue"), mine | {"overdue": YES}, asker, urgent=True),
        Count(_("Answered this week"), _number(answered.count())),
    ]


def _listed(label: str, wanted: dict[str, str], asker: Asker, urgent: bool = False) -> Count:
    """Counted by the very filter that its link opens."""
    cases = choices.apply(TriageCase.objects.queued(), wanted, asker)
    found = cases.order_by()[: _MOST + 1].count()
    address = f"{reverse('admin:intake_triagecase_changelist')}?{urlencode(wanted)}"
    return Count(label, _number(found), address, urgent and found > 0)


def _number(found: int) -> str:
    if found > _MOST:
        return f"{number_format(_MOST, force_grouping=True)}+"
    return number_format(found, force_grouping=True)
