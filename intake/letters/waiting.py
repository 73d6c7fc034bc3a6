"""What the company, and who filed for it, are told while something waits for its word."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from intake import explain, links
from intake.letters.parts import filers, iso, officer, to_company, to_filer
from intake.models import Case
from notifications.models import Notice
from notifications.outbox import BadAddressError

log = logging.getLogger(__name__)

COMPANY, FILER = "company", "filer"
SIDES = (COMPANY, FILER)
Officers = Mapping[tuple[int | None, str], dict[str, str]]


def officers_of(cases: Iterable[Case]) -> Officers:
    """The line of the officer in charge, once for each officer and language."""
    found: dict[tuple[int | None, str], dict[str, str]] = {}
    for case in cases:
        key = (case.assignee_id, case.language)
        if key not in found:
            with translation.override(case.language):
                found[key] = officer(case)
    return found


def keepers_of(cases: Iterable[Case]) -> Callable[[Case], list[User]]:
    """Who is told as the one who filed, asked once for each officer and organisation."""
    known: dict[tuple[Any, ...], list[User]] = {}
    for case in cases:
        key = _keeping(case)
        if key not in known:
            known[key] = filers(case)
    return lambda case: known[_keeping(case)]


def _keeping(case: Case) -> tuple[Any, ...]:
    return case.filer_organisation_id, case.filed_by_id, case.keeper_id, case.proxy


def supplement_soon(
    cases: Sequence[tuple[Case, dt.date]], missing: Mapping[int, Sequence[str]]
) -> list[tuple[Case, list[Notice]]]:
    """The company learns what is still missing and until when it can send it."""
    known = officers_of(case for case, _day in cases)

    def written(case: Case, until: dt.date) -> list[Notice]:
        return to_company(
            "supplement_soon",
            case,
            officer=known[case.assignee_id, case.language],
            until=iso(until),
            items=list(missing.get(case.pk, ())),
        )

    return [(case, _addressed(case, written, day)) for case, day in cases]


def answer_waiting(cases: Sequence[tuple[Case, dt.date]]) -> list[tuple[Case, list[Notice]]]:
    """The company learns on which day its answered case is closed, and what it can do before."""
    known = officers_of(case for case, _day in cases)

    def written(case: Case, closes: dt.date) -> list[Notice]:
        return to_company(
            "answer_waiting",
            case,
            officer=known[case.assignee_id, case.language],
            answered=iso(case.answered_at),
            closes=iso(closes),
            disputed=case.disputed_at is not None,
        )

    return [(case, _addressed(case, written, day)) for case, day in cases]


def outcome_ask(cases: Sequence[tuple[Case, dt.date]]) -> list[tuple[Case, list[Notice]]]:
    """The company is asked how its case ended, on a page where one button is enough."""
    known = officers_of(case for case, _day in cases)

    def written(case: Case, ended: dt.date) -> list[Notice]:
        with translation.override(case.language):
            told = case.outcome_label
        return to_company(
            "outcome_ask",
            case,
            officer=known[case.assignee_id, case.language],
            answered=iso(case.answered_at),
            ended=iso(ended),
            outcome=told,
            link=links.outcome_path(case),
        )

    return [(case, _addressed(case, written, day)) for case, day in cases]


def _addressed(
    case: Case, write: Callable[[Case, dt.date], list[Notice]], day: dt.date
) -> list[Notice]:
    try:
        return write(case, day)
    except BadAddressError:
        # One address that nobody can write to must not keep the others waiting.
        log.warning("case %s: a reminder could not be addressed", case.pk)
        return []


# What who filed reads: the company's page is not theirs, so the news is one sentence.
def filers_told(
    cases: Sequence[tuple[Case, dt.date]], sentence: Callable[[Case, dt.date], str]
) -> list[tuple[Case, list[Notice]]]:
    """Whoever filed learns what the company was reminded of, in words of their own."""
    keepers = keepers_of(case for case, _day in cases)

    def written(case: Case, day: dt.date) -> list[Notice]:
        notices: list[Notice] = []
        for filer in keepers(case):
            if filer.email != case.contact_email:
                with translation.override(filer.language):
                    happened = sentence(case, day)
                notices += to_filer("filer_update", case, filer, happened=happened)
        return notices

    return [(case, _addressed(case, written, day)) for case, day in cases]


def supplement_runs_out(case: Case, until: dt.date) -> str:
    """That the supplement is still missing."""
    return _("The supplement is still missing; it can be sent until %(day)s") % {
        "day": explain.day(until)
    }


def answer_waits(case: Case, closes: dt.date) -> str:
    """That the company has not said whether the answer helped."""
    return _(
        "The company has not said whether the answer helped; the case is closed on %(day)s"
    ) % {"day": explain.day(closes)}


def outcome_is_asked(case: Case, _ended: dt.date) -> str:
    """That somebody should ask a company that no mail reaches."""
    return _("Please ask the company how it ended, and tell it on the page of the case")
