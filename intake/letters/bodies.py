"""What the bodies are told, alone or together with the company and the officer."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation

from accounts.models import Organisation
from intake import links, release, workflow
from intake.letters.parts import (
    facts,
    for_body,
    for_company,
    for_officer,
    in_charge,
    iso,
)
from intake.models import Case, Referral
from intake.models.event import TO_BODIES, TO_SUBMITTER
from intake.release import without_names
from intake.timeline import Actor
from notifications import outbox


def message(case: Case, *, by: Actor, audience: str) -> None:
    """The other side of the conversation learns that there is something to read."""
    if by.role == workflow.SUBMITTER:
        outbox.enqueue_many(
            for_officer(
                "message_to_officer",
                case,
                awaited=case.state == workflow.SUPPLEMENT,
                ended=case.state in workflow.ENDED,
            )
        )
    elif audience == TO_SUBMITTER:
        outbox.enqueue_many(for_company("message", case))
    elif audience == TO_BODIES:
        outbox.enqueue_many(
            notice
            for row in case.referrals.open().select_related("organisation")
            for notice in for_body(
                "message_to_body",
                case,
                row.organisation,
                until=iso(row.due_at),
                link=links.body_path(row),
            )
        )


# How a body is spoken to, by what it is to the council (accounts.models.KIND_LABELS).
_TONES = {
    "ministry": "state",
    "agency": "state",
    "mission": "mission",
    "association": "association",
    "council-assoc": "association",
    "council-bank": "bank",
    "council-law": "expert",
    "council-acct": "expert",
}


def _there(referral: Referral) -> str:
    """The due moment on the clock of a body that sits elsewhere; empty in Seoul."""
    zone = referral.organisation.time_zone
    if zone == settings.TIME_ZONE:
        return ""
    return f"{timezone.localtime(referral.due_at, ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def referral(case: Case, referrals: Iterable[Referral]) -> None:
    """Each body learns its question and date; the company learns who was asked."""
    notices = []
    asked = list(referrals)
    # Country and amounts read as the bodies do, whatever language the officer works in.
    with translation.override(settings.LANGUAGE_CODE):
        for row in asked:
            seen = release.seen(row)
            notices += for_body(
                "referral",
                case,
                row.organisation,
                tone=_TONES.get(row.organisation.kind, "public"),
                until=iso(row.due_at),
                there=_there(row),
                designated=row.designated,
                country=case.country.name,
                company=case.company_name if release.COMPANY in seen.facts else "",
                question=seen.words["question"],
                hs_code=seen.hs_code,
                product=seen.words.get(release.PRODUCT, ""),
                situation=seen.words.get(release.SITUATION, ""),
                problem=seen.words.get(release.PROBLEM, ""),
                request=seen.words.get(release.REQUEST, ""),
                counterpart=seen.words.get(release.COUNTERPART, ""),
                value=seen.value,
                named=seen.named,
                files=release.shown_files(row).count(),
                link=links.body_path(row),
            )
    with translation.override(case.language):
        names = [row.organisation.name for row in asked]
    notices += for_company("referred", case, bodies=names)
    outbox.enqueue_many(notices)


def referral_released(referral: Referral) -> None:
    """The body learns that it can see more of the case now."""
    outbox.enqueue_many(
        for_body(
            "referral_released",
            referral.case,
            referral.organisation,
            also=referral.handler,
            until=iso(referral.due_at),
            link=links.body_path(referral),
        )
    )


def referral_link(referral: Referral) -> None:
    """The body gets a link that works again."""
    outbox.enqueue_many(
        for_body(
            "referral_link",
            referral.case,
            referral.organisation,
            also=referral.handler,
            until=iso(referral.due_at),
            link=links.body_path(referral),
        )
    )


def referral_reminder(referral: Referral, text: str) -> None:
    """The body, and whoever there has the question, learn that it still waits."""
    case = referral.case
    outbox.enqueue_many(
        for_body(
            "referral_reminder",
            case,
            referral.organisation,
            also=referral.handler,
            until=iso(referral.due_at),
            there=_there(referral),
            overdue=referral.is_overdue,
            designated=referral.designated,
            **without_names(case, question=referral.question, words=text),
            link=links.body_path(referral),
        )
    )


def referral_escalated(referral: Referral, *, days: int) -> None:
    """The heads of a body and the secretariat learn that an answer is late."""
    case = referral.case
    notices = for_body(
        "referral_escalated",
        case,
        referral.organisation,
        heads=True,
        handler=referral.handler.name if referral.handler else "",
        until=iso(referral.due_at),
        there=_there(referral),
        days=days,
        **without_names(case, question=referral.question),
        link=links.body_path(referral),
    )
    for person in in_charge(case):
        notices += for_officer(
            "referral_overdue",
            case,
            to=person,
            body=referral.organisation.name,
            until=iso(referral.due_at),
            days=days,
            phone=referral.organisation.phone,
        )
    outbox.enqueue_many(notices)


def referral_forwarded(referral: Referral, *, by: Actor) -> None:
    """The colleague inside the body learns what waits for them, and from whom."""
    person = referral.handler
    if person is None:
        return
    with translation.override(person.language):
        outbox.enqueue(
            "referral_forwarded",
            to=person.email,
            context=facts(
                referral.case,
                body=referral.organisation.name,
                by=str(by.user or ""),
                until=iso(referral.due_at),
                link=links.body_desk_path(referral),
            ),
            subject_key=referral.case.number,
            language=person.language,
            recipient=person,
            thread=f"{referral.case.number}/{referral.organisation.code}",
        )


def referral_recalled(referral: Referral, reason: str) -> None:
    """The body learns that it need not answer any more."""
    case = referral.case
    outbox.enqueue_many(
        for_body(
            "referral_recalled",
            case,
            referral.organisation,
            **without_names(case, reason=reason),
        )
    )


def withdrawn(case: Case, bodies: Iterable[Organisation]) -> None:
    """Company, officer and the bodies still asked learn that the case was taken back."""
    notices = for_company("withdrawn", case)
    notices += for_officer("withdrawn_to_officer", case)
    for body in bodies:
        notices += for_body("withdrawn_to_body", case, body)
    outbox.enqueue_many(notices)
