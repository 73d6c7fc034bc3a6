"""Whom each step tells and which facts the notice carries; the words are in templates/notices.

Every notice names the officer's unit, name and contact (Decree 31). Subjects carry the receipt
number and nothing that tells who or what it is about.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import SECRETARIAT, Membership, Organisation, User
from intake import links, unnamed, workflow
from intake.models import Case, Referral
from intake.models.case import NAMED
from intake.models.event import TO_BODIES, TO_SUBMITTER
from intake.timeline import Actor
from notifications import outbox
from notifications.models import Notice


def _iso(moment: dt.date | dt.datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def officer(case: Case) -> dict[str, str]:
    """The officer in charge as every notice shows them; before that, the secretariat itself."""
    person = case.assignee
    if person is None:
        return {
            "unit": _("One-Team Council Secretariat"),
            "name": _("Officer on duty"),
            "phone": settings.SERVICE_PHONE,
            "email": settings.SERVICE_EMAIL,
        }
    unit = (
        person.memberships.active()
        .filter(organisation__kind=SECRETARIAT)
        .values_list("unit", flat=True)
        .first()
    )
    return {
        "unit": unit or _("One-Team Council Secretariat"),
        "name": person.name,
        "phone": person.phone or settings.SERVICE_PHONE,
        "email": settings.SERVICE_EMAIL,
    }


def _facts(case: Case, **more: Any) -> dict[str, Any]:
    """What every notice about a case may say, in the language that is active."""
    return {
        "number": case.number,
        "state": case.state_label,
        "due": _iso(case.due_at),
        "officer": officer(case),
        **more,
    }


def _for_company(kind: str, case: Case, **more: Any) -> list[Notice]:
    """The notice to the contact person and, in words of its own, to whoever filed for them."""
    with translation.override(case.language):
        facts = _facts(case, title=case.title, link=links.follow_path(case), **more)
        notices = [
            outbox.notice(
                kind,
                to=case.contact_email,
                context=facts,
                subject_key=case.number,
                language=case.language,
                thread=case.number,
            )
        ]
    filer = case.filed_by
    if filer is not None and filer.email != case.contact_email:
        with translation.override(filer.language):
            notices.append(
                outbox.notice(
                    "filer_update",
                    to=filer.email,
                    context=_facts(case, company=case.company_name, happened=_(_happened(kind))),
                    subject_key=case.number,
                    language=filer.language,
                    recipient=filer,
                    thread=case.number,
                )
            )
    return notices


# What a filer reads about each notice that the company got.
_HAPPENED = {
    "receipt": workflow.STEPS["submit"].done,
    "new_date": workflow.STEPS["new_deadline"].done,
    "supplement_request": workflow.STEPS["request_supplement"].done,
    "referred": workflow.STEPS["refer"].done,
    "extended": workflow.STEPS["extend"].done,
    "answer": workflow.STEPS["answer"].done,
    "rejected": workflow.STEPS["reject"].done,
    "duplicate": workflow.STEPS["mark_duplicate"].done,
    "transferred": workflow.STEPS["transfer_out"].done,
    "reopened": workflow.STEPS["reopen"].done,
    "closed": workflow.STEPS["close"].done,
    "lapsed": workflow.STEPS["lapse"].done,
    "withdrawn": workflow.STEPS["withdraw"].done,
    "message": workflow.STEPS["send_message"].done,
}


def _happened(kind: str) -> str:
    return _HAPPENED[kind]


def _for_officer(kind: str, case: Case, *, to: User | None = None, **more: Any) -> list[Notice]:
    """The notice to the officer in charge; an unclaimed case waits in everybody's queue."""
    person = to or case.assignee
    if person is None:
        return []
    with translation.override(person.language):
        return [
            outbox.notice(
                kind,
                to=person.email,
                context=_facts(case, link=links.desk_path(case), **more),
                subject_key=case.number,
                language=person.language,
                recipient=person,
                thread=case.number,
            )
        ]


def unreachable(bodies: Iterable[Organisation]) -> list[Organisation]:
    """Bodies that no mail can reach: without an address for referrals and without officers."""
    silent = [body for body in bodies if not body.email]
    reached = set(
        Membership.objects.active()
        .filter(organisation__in=silent, user__is_active=True)
        .values_list("organisation_id", flat=True)
    )
    return [body for body in silent if body.pk not in reached]


def _for_body(kind: str, case: Case, body: Organisation, **more: Any) -> list[Notice]:
    """The notice to a body's referral address, or to each of its officers where it has none."""
    people: list[tuple[str, str, User | None]] = [(body.email, "ko", None)] if body.email else []
    if not people:
        people = [
            (member.user.email, member.user.language, member.user)
            for member in body.memberships.active()
            .filter(user__is_active=True)
            .select_related("user")
        ]
    notices = []
    for address, language, person in people:
        with translation.override(language):
            notices.append(
                outbox.notice(
                    kind,
                    to=address,
                    context=_facts(case, body=body.name, **more),
                    subject_key=case.number,
                    language=language,
                    recipient=person,
                    thread=f"{case.number}/{body.code}",
                )
            )
    return notices


def without_names(case: Case, **texts: str) -> dict[str, str]:
    """What a body reads: a company that is not to be named is not named in its own words either."""
    if case.visibility == NAMED:
        return texts
    details = [case.contact_phone, case.contact_email, case.company.business_number or ""]
    return {
        name: unnamed.hide(
            text, company=case.company_name, person=case.contact_name, details=details
        )
        for name, text in texts.items()
    }


def receipt(case: Case) -> None:
    """The company learns that its difficulty was received, by whom and until when."""
    outbox.enqueue_many(_for_company("receipt", case))


def assigned(case: Case, *, by: Actor) -> None:
    """The officer learns that a case was given to them; who takes one themselves knows."""
    if by.user != case.assignee:
        outbox.enqueue_many(_for_officer("assigned", case, by=str(by.user or "")))


def new_date(case: Case, reason: str = "") -> None:
    """The company learns its new date: from the kind of its case, or for the reason given."""
    outbox.enqueue_many(_for_company("new_date", case, reason=reason))


def supplement_request(case: Case, text: str) -> None:
    """The company learns what is missing and until when."""
    outbox.enqueue_many(
        _for_company("supplement_request", case, text=text, until=_iso(case.supplement_due))
    )


def supplement_arrived(case: Case) -> None:
    """The officer learns that the case can go on."""
    outbox.enqueue_many(_for_officer("supplement_arrived", case))


def message(case: Case, *, by: Actor, audience: str) -> None:
    """The other side of the conversation learns that there is something to read."""
    if by.role == workflow.SUBMITTER:
        outbox.enqueue_many(_for_officer("message_to_officer", case))
    elif audience == TO_SUBMITTER:
        outbox.enqueue_many(_for_company("message", case))
    elif audience == TO_BODIES:
        outbox.enqueue_many(
            notice
            for row in case.referrals.open().select_related("organisation")
            for notice in _for_body(
                "message_to_body",
                case,
                row.organisation,
                until=_iso(row.due_at),
                link=links.body_path(row),
            )
        )


def referral(case: Case, referrals: Iterable[Referral]) -> None:
    """Each body learns its question and date; the company learns who was asked."""
    notices = []
    asked = list(referrals)
    for row in asked:
        notices += _for_body(
            "referral",
            case,
            row.organisation,
            until=_iso(row.due_at),
            designated=row.designated,
            country=case.country.name,
            hs_code=case.hs_code,
            company=case.company_name if case.visibility == NAMED else "",
            **without_names(
                case,
                question=row.question,
                product=case.product,
                situation=case.situation,
                problem=case.problem,
                request=case.request,
            ),
            link=links.body_path(row),
        )
    with translation.override(case.language):
        names = [row.organisation.name for row in asked]
    notices += _for_company("referred", case, bodies=names)
    outbox.enqueue_many(notices)


def referral_ended(referral: Referral) -> None:
    """The officer learns that a body answered or declined."""
    outbox.enqueue_many(
        _for_officer(
            "referral_ended",
            referral.case,
            body=referral.organisation.name,
            declined=referral.state == workflow.DECLINED,
            text=referral.decline_reason or referral.answer,
            all_in=referral.case.state == workflow.REVIEWING,
        )
    )


def referral_asked_back(referral: Referral, text: str) -> None:
    """The officer learns what a body asks before it answers."""
    outbox.enqueue_many(
        _for_officer(
            "referral_asked_back", referral.case, body=referral.organisation.name, text=text
        )
    )


def referral_extended(referral: Referral) -> None:
    """The officer learns that a body takes longer, why and until when."""
    outbox.enqueue_many(
        _for_officer(
            "referral_extended",
            referral.case,
            body=referral.organisation.name,
            until=_iso(referral.due_at),
            reason=referral.extension_reason,
        )
    )


def referral_forwarded(referral: Referral, *, by: Actor) -> None:
    """The colleague inside the body learns what waits for them, and from whom."""
    person = referral.handler
    if person is None:
        return
    with translation.override(person.language):
        outbox.enqueue(
            "referral_forwarded",
            to=person.email,
            context=_facts(
                referral.case,
                body=referral.organisation.name,
                by=str(by.user or ""),
                until=_iso(referral.due_at),
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
        _for_body(
            "referral_recalled",
            case,
            referral.organisation,
            **without_names(case, reason=reason),
        )
    )


def extended(case: Case, reason: str) -> None:
    """The company learns why it takes longer and until when."""
    outbox.enqueue_many(_for_company("extended", case, reason=reason))


def answer(case: Case) -> None:
    """The company gets the answer, and is asked whether it solved the difficulty."""
    outbox.enqueue_many(
        _for_company("answer", case, text=case.answer, silent_days=settings.SILENT_CLOSE_DAYS)
    )


def rejected(case: Case) -> None:
    """The company learns why the case was returned and where it can turn."""
    outbox.enqueue_many(_for_company("rejected", case, reason=case.end_reason))


def duplicate(case: Case) -> None:
    """The company learns that its matter goes on together with an earlier one."""
    outbox.enqueue_many(_for_company("duplicate", case))


def transferred(case: Case) -> None:
    """The company gets the new place and its own words, ready to send there."""
    outbox.enqueue_many(
        _for_company(
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
    outbox.enqueue_many(_for_company("reopened", case, reason=reason))


def closed(case: Case) -> None:
    """The company gets the closing notice."""
    outbox.enqueue_many(_for_company("closed", case, outcome=case.outcome_label))


def lapsed(case: Case) -> None:
    """The company learns that the case rests until the papers come."""
    outbox.enqueue_many(_for_company("lapsed", case))


def disputed(case: Case) -> None:
    """The officer learns that the answer did not help."""
    outbox.enqueue_many(_for_officer("disputed", case))


def withdrawn(case: Case, bodies: Iterable[Organisation]) -> None:
    """Company, officer and the bodies still asked learn that the case was taken back."""
    notices = _for_company("withdrawn", case)
    notices += _for_officer("withdrawn_to_officer", case)
    for body in bodies:
        notices += _for_body("withdrawn_to_body", case, body)
    outbox.enqueue_many(notices)


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
