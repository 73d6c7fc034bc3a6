"""Reminding companies of what waits for their word: a supplement, an answer, how it ended."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from intake import deadline, reminding, workflow
from intake.actions.claiming import ABOUT_THE_CASE, Claim, hold_all, is_news, said_about, write
from intake.letters import waiting as letters
from intake.letters.waiting import COMPANY, FILER
from intake.models import Case, SupplementItem
from intake.models.case import NO_LONGER_NEEDED, SOLVED
from intake.models.event import TO_SUBMITTER
from intake.reminding import Occasion
from intake.timeline import SYSTEM, draw, write_many
from notifications import outbox
from notifications.models import DECLINED, Notice

# After one of these nobody asks a company a second time.
FINAL = (SOLVED, NO_LONGER_NEEDED)
Told = list[tuple[Case, list[Notice]]]


@dataclass(frozen=True)
class About:
    """One thing that waits: in which state, when it is said, and which verb the timeline shows.

    `day` is the day that the words name; `sentence` what whoever filed is told of it.
    """

    kind: str
    verb: str
    state: str
    occasion: Callable[[Case, dt.date], Occasion | None]
    day: Callable[[Case], dt.date]
    sentence: Callable[[Case, dt.date], str]
    always_to_filer: bool = True

    def subject(self, case: Case) -> str:
        """What the row of the reminder is about: each request for a supplement is another one."""
        return f"supplement:{case.supplements}" if self is SUPPLEMENT else ABOUT_THE_CASE

    def claim(self, case: Case, side: str, today: dt.date) -> Claim | None:
        """The reason to tell one side of a case something today."""
        if case.state != self.state or not self._reaches(case, side):
            return None
        found = self.occasion(case, today)
        if found is None:
            return None
        kind = self.kind if side == COMPANY else f"{self.kind}_filer"
        return Claim(case, kind, found, self.subject(case))

    def _reaches(self, case: Case, side: str) -> bool:
        if side == COMPANY:
            return bool(case.contact_email)
        filed = case.filer_organisation_id is not None or case.filed_by_id is not None
        return filed and (self.always_to_filer or not case.contact_email)


def _supplement(case: Case, today: dt.date) -> Occasion | None:
    return reminding.of_supplement(
        asked=timezone.localdate(case.state_since),
        due=_supplement_due(case),
        today=today,
        calendar=deadline.korea(),
    )


def _supplement_due(case: Case) -> dt.date:
    if case.supplement_due is None:
        raise ValueError("a supplement that is awaited has a date")
    return case.supplement_due


def closes_on(case: Case) -> dt.date:
    """The day on which an answered case is closed when its company stays silent."""
    if case.answered_at is None:
        raise ValueError("a case that was not answered is not closed by silence")
    return timezone.localdate(case.answered_at + dt.timedelta(days=settings.SILENT_CLOSE_DAYS))


def _answer(case: Case, today: dt.date) -> Occasion | None:
    return reminding.of_answer(closes=closes_on(case), today=today, calendar=deadline.korea())


def _ended_on(case: Case) -> dt.date:
    if case.ended_at is None:
        raise ValueError("a closed case has an end")
    return timezone.localdate(case.ended_at)


def _outcome(case: Case, today: dt.date) -> Occasion | None:
    """Asked after 30 and after 90 days, and never again what was told for good.

    What the company said with the closing is asked once more, for an answer is not a solution;
    what it said later only where it may still change.
    """
    found = reminding.of_outcome(ended=_ended_on(case), today=today)
    if found is None or case.outcome_settled:
        return None
    later = case.outcome_at is not None and case.outcome_at > (case.ended_at or case.outcome_at)
    if (found.rank == 0 and later) or (found.rank == 1 and case.outcome in FINAL):
        return None
    return found


SUPPLEMENT = About(
    "supplement_soon",
    "remind_company",
    workflow.SUPPLEMENT,
    _supplement,
    _supplement_due,
    letters.supplement_runs_out,
)
ANSWER = About(
    "answer_waiting",
    "remind_company",
    workflow.ANSWERED,
    _answer,
    closes_on,
    letters.answer_waits,
)
OUTCOME = About(
    "outcome_ask",
    "ask_outcome",
    workflow.CLOSED,
    _outcome,
    _ended_on,
    letters.outcome_is_asked,
    always_to_filer=False,
)


def kinds(about: About) -> tuple[str, str]:
    """The names under which the reminders of both sides are kept."""
    return about.kind, f"{about.kind}_filer"


@transaction.atomic
def remind(*, about: About, side: str, keys: Sequence[int]) -> int:
    """Tell one side of these cases what waits for the company's word; how many were told.

    In a few statements however many there are. What somebody told before, or what has moved on
    meanwhile, is passed over.
    """
    today = timezone.localdate()
    cases = hold_all(keys)
    said = said_about([case.pk for case in cases], kinds(about))
    wanted = [claim for case in cases if (claim := about.claim(case, side, today))]
    fresh = [claim for claim in wanted if is_news(said, claim)]
    if not fresh:
        return 0
    write(fresh)
    told = _letters(about, side, [(one.case, about.day(one.case)) for one in fresh])
    outbox.enqueue_many(notice for _case, notices in told for notice in notices)
    # Who wants no such mail was not asked, and the timeline does not say so.
    reached = [
        case for case, notices in told if any(notice.state != DECLINED for notice in notices)
    ]
    _draw(about, side, {one.case.pk: one for one in fresh}, reached)
    return len(reached)


def _letters(about: About, side: str, cases: list[tuple[Case, dt.date]]) -> Told:
    if side == FILER:
        return letters.filers_told(cases, about.sentence)
    if about is SUPPLEMENT:
        return letters.supplement_soon(cases, _missing([case.pk for case, _day in cases]))
    return letters.answer_waiting(cases) if about is ANSWER else letters.outcome_ask(cases)


def _missing(keys: list[int]) -> Mapping[int, Sequence[str]]:
    """What each case still lacks, by the labels of its last request."""
    rows = SupplementItem.objects.filter(
        case__in=keys, round=F("case__supplements"), given_at__isnull=True
    )
    found: dict[int, list[str]] = defaultdict(list)
    for case, label in rows.values_list("case_id", "label"):
        found[case].append(label)
    return found


def _draw(about: About, side: str, claims: Mapping[int, Claim], reached: list[Case]) -> None:
    """The timeline tells it once: with the company's mail, or the filer's where it has none."""
    events = [
        draw(
            case,
            about.verb,
            by=SYSTEM,
            from_state=case.state,
            to_state=case.state,
            audience=TO_SUBMITTER,
            facts={"about": about.kind, "occasion": claims[case.pk].occasion.key},
        )
        for case in reached
        if side == COMPANY or not case.contact_email
    ]
    write_many(events)
