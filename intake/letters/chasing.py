"""What the secretariat's own officers are told of cases whose date comes or has gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation

from accounts.models import MANAGER, SECRETARIAT, Membership, User
from intake import links
from intake.letters.officers import NAMED_AT_MOST
from intake.letters.parts import facts, iso
from intake.models import Case
from notifications import outbox
from notifications.models import Notice


@dataclass(frozen=True)
class Team:
    """Who works at the secretariat today."""

    members: Mapping[int, User]
    heads: Sequence[User]

    @classmethod
    def today(cls) -> Team:
        """The running memberships, read once for a run."""
        rows = (
            Membership.objects.active()
            .filter(organisation__kind=SECRETARIAT, user__is_active=True)
            .select_related("user")
            .order_by("pk")
        )
        found = list(rows)
        heads = {row.user_id: row.user for row in found if row.role == MANAGER}
        return cls({row.user_id: row.user for row in found}, list(heads.values()))

    def in_charge(self, case: Case) -> list[User]:
        """The officer of a case; where there is none now, the managers, or everybody."""
        person = self.members.get(case.assignee_id or 0)
        if person is not None:
            return [person]
        return list(self.heads) or self.everybody

    @property
    def everybody(self) -> list[User]:
        """All of them: an unclaimed case waits in everybody's queue."""
        return list(self.members.values())


@dataclass
class Late:
    """What one officer is told in one mail."""

    soon: list[Case] = field(default_factory=list)
    over: list[tuple[Case, int]] = field(default_factory=list)


def cases_due(person: User, found: Late, team: Team) -> Notice:
    """An officer reads in one mail which own cases are due, and which are overdue."""
    soon = sorted(found.soon, key=_by_date)
    over = sorted(found.over, key=lambda one: _by_date(one[0]))
    unnamed = max(0, len(soon) - NAMED_AT_MOST) + max(0, len(over) - NAMED_AT_MOST)
    return outbox.notice(
        "cases_due",
        context={
            "count": len(soon) + len(over),
            "soon": [_row(case) for case in soon[:NAMED_AT_MOST]],
            "over": [_row(case, days) for case, days in over[:NAMED_AT_MOST]],
            "more": unnamed,
            "link": links.mine_path(),
            "call": _whom_to_call(team, person),
        },
        **_to(person),
    )


def cases_untaken(person: User, found: Sequence[Case], team: Team) -> Notice:
    """Everybody at the secretariat reads which cases nobody has taken up."""
    rows = sorted(found, key=_by_date)
    return outbox.notice(
        "cases_untaken",
        context={
            "count": len(rows),
            "cases": [_row(case) for case in rows[:NAMED_AT_MOST]],
            "more": max(0, len(rows) - NAMED_AT_MOST),
            "link": links.untaken_path(),
            "call": _whom_to_call(team, person),
        },
        **_to(person),
    )


def cases_late(person: User, found: Sequence[tuple[Case, int]]) -> Notice:
    """A manager reads once which cases are seriously late, and who has them."""
    rows = sorted(found, key=lambda one: _by_date(one[0]))
    return outbox.notice(
        "cases_late",
        context={
            "count": len(rows),
            "cases": [_row(case, days) for case, days in rows[:NAMED_AT_MOST]],
            "more": max(0, len(rows) - NAMED_AT_MOST),
            "link": links.overdue_path(),
        },
        **_to(person),
    )


def _to(person: User) -> dict[str, Any]:
    """The reader of a mail about several cases, which is about none of them alone."""
    return {
        "to": person.email,
        "subject_key": "",
        "language": person.language,
        "recipient": person,
    }


def _whom_to_call(team: Team, person: User) -> dict[str, str]:
    """Who helps when it cannot be done in time: a manager, or the service's own number."""
    head = next((one for one in team.heads if one.pk != person.pk), None)
    return {
        "name": head.name if head else "",
        "phone": (head.phone if head else "") or settings.SERVICE_PHONE,
    }


def border_waiting(person: User, case: Case, *, over: bool) -> Notice:
    """At once, by day or night: goods stand at a border and the case waits."""
    with translation.override(person.language):
        return outbox.notice(
            "border_waiting",
            to=person.email,
            context=facts(
                case,
                link=links.desk_path(case),
                country=case.country.name,
                over=over,
                taken=case.assignee_id is not None,
            ),
            subject_key=case.number,
            language=person.language,
            recipient=person,
            thread=case.number,
            urgent=True,
        )


def _by_date(case: Case) -> tuple[dt.datetime, int]:
    return case.due_at or case.received_at, case.pk


def _row(case: Case, days: int = 0) -> dict[str, Any]:
    return {
        "number": case.number,
        "due": iso(case.due_at),
        "received": iso(case.received_at),
        "days": days,
        "officer": case.assignee.name if case.assignee else "",
    }
