"""What the company is told about its case and its draft."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings

from intake import links
from intake.letters.parts import for_company, iso
from intake.models import Case, SupplementItem
from notifications import outbox


def receipt(case: Case) -> None:
    """The company learns that its difficulty was received, by whom and until when."""
    outbox.enqueue_many(for_company("receipt", case))


def new_date(case: Case, reason: str = "") -> None:
    """The company learns its new date: from the kind of its case, or for the reason given."""
    outbox.enqueue_many(for_company("new_date", case, reason=reason))


def supplement_request(
    case: Case, text: str, items: Iterable[SupplementItem], *, files: int = 0
) -> None:
    """The company learns item by item what is missing, until when, and that files wait for it."""
    outbox.enqueue_many(
        for_company(
            "supplement_request",
            case,
            text=text,
            items=[{"label": item.label, "hint": item.hint} for item in items],
            until=iso(case.supplement_due),
            files=files,
        )
    )


def extended(case: Case, reason: str, *, agreed: bool = False) -> None:
    """The company learns why it takes longer and until when; `agreed`: it said yes to it."""
    outbox.enqueue_many(for_company("extended", case, reason=reason, agreed=agreed))


def extension_asked(case: Case, reason: str, *, would_be: dt.datetime | None) -> None:
    """The company is asked for more time, and learns which date that would give."""
    outbox.enqueue_many(for_company("extension_asked", case, reason=reason, would_be=iso(would_be)))


def progress(case: Case, *, done: str, text: str) -> None:
    """The company learns what was done so far; `text` is what the officer adds."""
    outbox.enqueue_many(for_company("progress", case, done=done, text=text))


def answer(case: Case, *, files: int = 0) -> None:
    """The company gets the answer, learns of its files, and is asked whether it helped."""
    outbox.enqueue_many(
        for_company(
            "answer",
            case,
            text=case.answer,
            files=files,
            silent_days=settings.SILENT_CLOSE_DAYS,
        )
    )


def rejected(case: Case, *, reason: str, place: str) -> None:
    """The company learns why the case was returned and where it can turn, its own words ready."""
    outbox.enqueue_many(
        for_company(
            "rejected",
            case,
            reason=reason,
            place=place,
            situation=case.situation,
            problem=case.problem,
            request=case.request,
        )
    )


def duplicate(case: Case) -> None:
    """The company learns that its matter goes on together with an earlier one."""
    outbox.enqueue_many(for_company("duplicate", case))


def transferred(case: Case) -> None:
    """The company gets the new place and its own words, ready to send there."""
    outbox.enqueue_many(
        for_company(
            "transferred",
            case,
            place=case.transferred_to,
            reason=case.end_reason,
            situation=case.situation,
            problem=case.problem,
            request=case.request,
        )
    )


def reopened(case: Case, reason: str) -> None:
    """The company learns that its case is taken up again."""
    outbox.enqueue_many(for_company("reopened", case, reason=reason))


def closed(case: Case) -> None:
    """The company gets the closing notice."""
    outbox.enqueue_many(for_company("closed", case, outcome=case.outcome_label))


def supplement_recorded(case: Case, items: Iterable[SupplementItem]) -> None:
    """The company learns what was recorded of what it said by phone, and that the clock runs."""
    outbox.enqueue_many(
        for_company(
            "supplement_recorded",
            case,
            items=[{"label": item.label, "said": item.given_text} for item in items],
        )
    )


def lapsed(case: Case) -> None:
    """The company learns that the case rests until the papers come."""
    outbox.enqueue_many(for_company("lapsed", case))


def one_time_code(case: Case, code: str, minutes: int) -> None:
    """The contact gets the six digits that open the case for a while."""
    outbox.enqueue(
        "one_time_code",
        to=case.contact_email,
        context={"number": case.number, "code": code, "minutes": minutes},
        subject_key=case.number,
        language=case.language,
    )


def draft_link(*, key: uuid.UUID, to: str, language: str) -> None:
    """The writer of a draft gets the link that resumes it."""
    outbox.enqueue(
        "draft_link",
        to=to,
        context={"link": links.draft_path(key), "days": settings.DRAFT_DAYS},
        subject_key="draft",
        language=language,
    )
