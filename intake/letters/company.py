"""What the company is told about its case and its draft."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from intake import links
from intake.letters.parts import facts, filers, for_company, iso, to_company, to_filer
from intake.models import Case, Draft, SupplementItem
from notifications import outbox
from notifications.models import Notice

log = logging.getLogger(__name__)


def receipt(case: Case) -> None:
    """The company learns that its difficulty was received, by whom and until when.

    Where an officer filed for it, it is asked to confirm what was said in its name.
    """
    if case.confirm_asked_at is None:
        outbox.enqueue_many(for_company("receipt", case))
    else:
        outbox.enqueue_many(for_company("filed_for_you", case, **_for_confirming(case)))


def _for_confirming(case: Case) -> dict[str, Any]:
    """Who filed for the company, and the page on which it confirms."""
    return {
        "organisation": str(case.filer_organisation or ""),
        "person": case.filed_by.name if case.filed_by is not None else "",
        "received": iso(case.received_at),
        "days": links.LIFETIME[links.CONFIRM].days,
        "confirm": links.confirm_path(case, to=case.contact_email),
    }


def confirm_reminder(case: Case) -> None:
    """The company is asked once more to confirm what was filed for it."""
    outbox.enqueue_many(to_company("confirm_reminder", case, **_for_confirming(case)))


def confirmed(case: Case, *, fields: Iterable[str], files: int) -> None:
    """Company and filer learn that it is confirmed; the company reads what it corrected."""
    with translation.override(case.language):
        corrected = [str(case._meta.get_field(name).verbose_name) for name in fields]  # type: ignore[union-attr]
        outbox.enqueue_many(
            for_company(
                "confirmed",
                case,
                corrected=corrected,
                files=files,
                visibility=case.visibility_label,
                organisation=str(case.filer_organisation or ""),
            )
        )


def readdressed(case: Case, *, was: str) -> None:
    """The address that was the contact's until now learns that another one has taken its place.

    Without the new one, which is nobody's business there, and without a link into the case.
    """
    if not was or was.lower() == case.contact_email.lower():
        return
    with translation.override(case.language):
        outbox.enqueue(
            "contact_changed",
            to=was,
            context=facts(case),
            subject_key=case.number,
            language=case.language,
        )


def taken_over(case: Case) -> None:
    """Company and filer learn, each in words of its own, that the company acts for itself."""
    organisation = str(case.filer_organisation or "")
    notices = to_company("taken_over", case, organisation=organisation)
    for filer in filers(case):
        notices += to_filer("taken_over_filer", case, filer, organisation=organisation)
    outbox.enqueue_many(notices)


def proxy_ended(case: Case, told: Iterable[User]) -> None:
    """The same when the proxy ends; whoever looked after the case learns nothing of the case."""
    organisation = str(case.filer_organisation or "")
    notices = to_company("proxy_ended", case, organisation=organisation)
    for filer in told:
        notices += to_filer("proxy_ended_filer", case, filer, organisation=organisation, company="")
    outbox.enqueue_many(notices)


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
    if not case.contact_email:
        return
    outbox.enqueue(
        "one_time_code",
        to=case.contact_email,
        context={"number": case.number, "code": code, "minutes": minutes},
        subject_key=case.number,
        language=case.language,
    )


def draft_reminders(drafts: Iterable[Draft]) -> None:
    """Writers learn once that their draft waits, and when it is deleted."""
    kept = dt.timedelta(days=settings.DRAFT_DAYS)

    def written(draft: Draft) -> Notice:
        return outbox.notice(
            "draft_reminder",
            to=draft.mail_to,
            context={
                "link": links.draft_path(draft.key),
                "begun": iso(draft.created_at),
                "until": iso(draft.updated_at + kept),
            },
            subject_key="draft",
            language=draft.language,
        )

    outbox.enqueue_many(_addressed(drafts, written))


def drafts_expired(drafts: Iterable[Draft], files: Mapping[int, int]) -> None:
    """Writers learn what was deleted, and where to begin anew."""

    def written(draft: Draft) -> Notice:
        return outbox.notice(
            "draft_expired",
            to=draft.mail_to,
            context={
                "link": reverse("intake:file"),
                "begun": iso(draft.created_at),
                "days": settings.DRAFT_DAYS,
                "files": files.get(draft.pk, 0),
            },
            subject_key="draft",
            language=draft.language,
        )

    outbox.enqueue_many(_addressed(drafts, written))


def _addressed(drafts: Iterable[Draft], written: Callable[[Draft], Notice]) -> list[Notice]:
    """A notice for each; an address that nobody can write to keeps no other waiting."""
    notices = []
    for draft in drafts:
        try:
            notices.append(written(draft))
        except outbox.BadAddressError:
            log.warning("draft %s could not be addressed", draft.pk)
    return notices


def draft_link(*, key: uuid.UUID, to: str, language: str) -> None:
    """The writer of a draft gets the link that resumes it."""
    outbox.enqueue(
        "draft_link",
        to=to,
        context={"link": links.draft_path(key, to=to), "days": settings.DRAFT_DAYS},
        subject_key="draft",
        language=language,
    )
