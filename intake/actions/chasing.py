"""Telling the secretariat's officers of dates that come or have gone, and of untaken cases."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from intake import deadline, reminding, triage, workflow
from intake.actions.claiming import Claim, hold_all, is_news, said_about, write
from intake.letters import chasing as letters
from intake.letters.chasing import Late, Team
from intake.models import Case
from notifications import outbox
from notifications.models import Notice

log = logging.getLogger(__name__)

DUE, HEAD, UNTAKEN, BORDER = "due", "due_head", "untaken", "border"
KINDS = (DUE, HEAD, UNTAKEN, BORDER)


def claims(case: Case, now: dt.datetime, *, awake: bool) -> list[Claim]:
    """What is to be said of a case at a moment, whether or not it was said before.

    Goods at the border wait for no morning; everything else is said by day (`awake`).
    """
    if case.state not in triage.RUNNING:
        return []
    calendar = deadline.korea()
    if case.at_border and case.due_at is not None:
        return _of_border(case, now)
    if not awake:
        return []
    today = timezone.localdate(now)
    found = []
    if is_untaken(case):
        since = timezone.localdate(case.state_since)
        occasion = reminding.of_untaken(since=since, today=today, calendar=calendar)
        found.append((UNTAKEN, occasion))
    if case.due_at is not None:
        due = timezone.localdate(case.due_at)
        if not is_untaken(case):
            known = timezone.localdate(case.claimed_at or case.state_since)
            occasion = reminding.of_case(since=known, due=due, today=today, calendar=calendar)
            found.append((DUE, occasion))
        found.append((HEAD, reminding.of_head(due=due, today=today, calendar=calendar)))
    return [Claim(case, kind, occasion) for kind, occasion in found if occasion is not None]


def _of_border(case: Case, now: dt.datetime) -> list[Claim]:
    assert case.due_at is not None  # noqa: S101 (the caller has looked)
    due, since = deadline.local(case.due_at), deadline.local(case.state_since)
    calendar, here = deadline.korea(), deadline.local(now)
    found = []
    occasion = reminding.of_border(since=since, due=due, now=here, calendar=calendar)
    if occasion is not None:
        found.append(Claim(case, BORDER, occasion))
    elif is_untaken(case) and here - since >= reminding.UNTAKEN_FOR:
        waits = reminding.Occasion(f"{since:%Y-%m-%dT%H:%M}", 0, "untaken")
        found.append(Claim(case, BORDER, waits))
    return found


def is_untaken(case: Case) -> bool:
    """Received, and nobody has it."""
    return case.state == workflow.RECEIVED and case.assignee_id is None


def late_days(case: Case, today: dt.date) -> int:
    """The working days since the due day."""
    if case.due_at is None:
        return 0
    return reminding.late_by(timezone.localdate(case.due_at), today, deadline.korea())


@transaction.atomic
def tell_officers(*, keys: Sequence[int], awake: bool) -> int:
    """Tell officers of these cases, in one mail for each reader; how many mails were written.

    In a few statements however many cases there are; what was told before is passed over.
    """
    now = timezone.now()
    cases = hold_all(keys)
    said = said_about([case.pk for case in cases], KINDS)
    fresh = [
        claim for case in cases for claim in claims(case, now, awake=awake) if is_news(said, claim)
    ]
    if not fresh:
        return 0
    write(fresh)
    team = Team.today()
    notices = [*_of_the_border(fresh, team), *_lists(fresh, team, timezone.localdate(now))]
    outbox.enqueue_many(notices)
    return len(notices)


def _of_the_border(fresh: Iterable[Claim], team: Team) -> list[Notice]:
    notices: list[Notice] = []
    for claim in fresh:
        if claim.kind != BORDER:
            continue
        case, over = claim.case, claim.occasion.name == "over"
        people = team.everybody if is_untaken(case) else team.in_charge(case)
        if over and claim.occasion.rank == 1:
            people = [*people, *team.heads]
        for person in {one.pk: one for one in people}.values():
            notices += _written(letters.border_waiting, person, case, over=over)
    return notices


def _lists(fresh: Iterable[Claim], team: Team, today: dt.date) -> list[Notice]:
    """One mail for each reader and matter, in the order of the people."""
    own: dict[int, Late] = defaultdict(Late)
    untaken: list[Case] = []
    late: list[tuple[Case, int]] = []
    people: dict[int, User] = {}
    for claim in fresh:
        case = claim.case
        if claim.kind == UNTAKEN:
            untaken.append(case)
        elif claim.kind == HEAD:
            late.append((case, late_days(case, today)))
        elif claim.kind == DUE:
            for person in team.in_charge(case):
                people[person.pk] = person
                if days := late_days(case, today):
                    own[person.pk].over.append((case, days))
                else:
                    own[person.pk].soon.append(case)
    notices: list[Notice] = []
    for pk, found in sorted(own.items()):
        notices += _written(letters.cases_due, people[pk], found, team)
    for person in team.everybody if untaken else ():
        notices += _written(letters.cases_untaken, person, untaken, team)
    for person in team.heads if late else ():
        notices += _written(letters.cases_late, person, late)
    return notices


def _written(letter: Callable[..., Notice], person: User, *about: Any, **more: Any) -> list[Notice]:
    try:
        return [letter(person, *about, **more)]
    except outbox.BadAddressError:
        # One address that nobody can write to must not keep the others waiting.
        log.warning("user %s could not be addressed", person.pk)
        return []
