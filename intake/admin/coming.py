"""What the portal will say by itself about a case, and when: so that nobody reminds beside it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake import clock, deadline, triage, workflow
from intake.actions import chasing, waiting
from intake.letters.waiting import COMPANY
from intake.models import Case

_WORDS: dict[str, Promise] = {
    chasing.DUE: _("The officer in charge is reminded of the date"),
    chasing.HEAD: _("The managers of the secretariat are told that it is late"),
    chasing.UNTAKEN: _("Everybody is told that nobody has taken it up"),
    chasing.BORDER: _("The officers are told at once that goods wait at the border"),
    waiting.SUPPLEMENT.kind: _("The company is reminded of the supplement"),
    waiting.ANSWER.kind: _("The company is told that the case will be closed"),
    waiting.OUTCOME.kind: _("The company is asked how it ended"),
}
_WAITS = (*triage.RUNNING, workflow.SUPPLEMENT, workflow.ANSWERED, workflow.CLOSED)
# So far ahead; what comes later may still change. So many lines at most.
_AHEAD, _LINES = 95, 3


@dataclass(frozen=True)
class Coming:
    """One line: the day, and what is said then."""

    day: dt.date
    words: Promise


def coming(case: Case, now: dt.datetime | None = None) -> list[Coming]:
    """The next reminders of a case as it stands; without asking the database anything."""
    if case.state not in _WAITS:
        return []
    today = timezone.localdate(now or timezone.now())
    calendar = deadline.korea()
    known = _said_on(case, today)
    found: list[Coming] = []
    for ahead in range(1, _AHEAD):
        day = today + dt.timedelta(days=ahead)
        if len(found) >= _LINES or not calendar.works_on(day):
            continue
        fresh = _said_on(case, day) - known
        known |= fresh
        found += [Coming(day, _WORDS[kind]) for kind, _key in sorted(fresh)]
    return found[:_LINES]


def _said_on(case: Case, day: dt.date) -> set[tuple[str, str]]:
    """The reasons that have come by the end of a working day."""
    evening = timezone.make_aware(dt.datetime.combine(day, clock.CLOSES))
    claims = chasing.claims(case, evening, awake=True)
    for about in (waiting.SUPPLEMENT, waiting.ANSWER, waiting.OUTCOME):
        claim = about.claim(case, COMPANY, day)
        claims += [claim] if claim is not None else []
    return {(claim.kind, claim.occasion.key) for claim in claims}
