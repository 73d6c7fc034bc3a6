"""What the letters share: the officer's line, the facts, and a notice for each kind of reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import MANAGER, SECRETARIAT, Membership, Organisation, User
from intake import links, naming, workflow
from intake.models import Case
from intake.models.gate import DISMISSED
from notifications import catalog, gateway, outbox
from notifications.gateway import phones
from notifications.models import Notice


def iso(moment: dt.date | dt.datetime | None) -> str:
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


# Every notice names the officer's unit, name and contact (Decree 31). Subjects carry the receipt
# number and nothing that tells who or what it is about.
def facts(case: Case, **more: Any) -> dict[str, Any]:
    """What every notice about a case may say, in the language that is active."""
    return {
        "number": case.number,
        "state": case.state_label,
        "due": iso(case.due_at),
        "officer": more.get("officer") or officer(case),
        **more,
    }


def for_company(kind: str, case: Case, **more: Any) -> list[Notice]:
    """The notice to the contact person and, in words of its own, to whoever filed for them."""
    notices = to_company(kind, case, **more)
    for filer in filers(case):
        if filer.email != case.contact_email:
            with translation.override(filer.language):
                happened = _(_happened(kind))
            asks = {"asks": True} if kind in _ASKS_FILER else {}
            notices += to_filer("filer_update", case, filer, happened=happened, **asks)
    return notices


def to_company(kind: str, case: Case, **more: Any) -> list[Notice]:
    """The notice to the contact person alone; none where a company without e-mail was filed for.

    Where the contact person asked for it, a short text message stands beside it.
    """
    return [*_mail_to_company(kind, case, **more), *text_to_company(kind, case, **more)]


def text_to_company(kind: str, case: Case, **more: Any) -> list[Notice]:
    """The text message to the contact person who asked for one, if this kind makes one.

    Its address opens nothing by itself: locked screens show it.
    """
    if not (case.by_text and gateway.is_on() and catalog.of(kind).text):
        return []
    phone = phones.mobile(case.contact_phone)
    if not phone:
        return []
    link = reverse("intake:case", args=[case.number])
    return [
        outbox.text_message(
            kind,
            to=phone,
            context={**more, "number": case.number, "link": link},
            subject_key=case.number,
            language=case.language,
            thread=case.number,
            urgent=case.at_border,
        )
    ]


def _mail_to_company(kind: str, case: Case, **more: Any) -> list[Notice]:
    if not case.contact_email:
        return []
    with translation.override(case.language):
        return [
            outbox.notice(
                kind,
                to=case.contact_email,
                context=facts(
                    case,
                    **{
                        "title": case.title,
                        "link": links.follow_path(case, to=case.contact_email),
                        **more,
                    },
                ),
                subject_key=case.number,
                language=case.language,
                thread=case.number,
                urgent=case.at_border,
            )
        ]


def filers(case: Case) -> list[User]:
    """Who is told as the one who filed: of an organisation, whoever looks after the case now.

    Where that officer left it, its managers; nobody once the company has ended the proxy.
    """
    if case.filer_organisation_id is None:
        return [case.filed_by] if case.filed_by is not None else []
    if case.proxy == DISMISSED:
        return []
    keeper = case.keeper
    if keeper is not None and case.filer_organisation_id in roles.organisations_of(keeper):
        return [keeper]
    heads = (
        Membership.objects.active()
        .filter(organisation=case.filer_organisation_id, user__is_active=True, role=MANAGER)
        .select_related("user")
        .order_by("pk")
    )
    return [member.user for member in heads]


def to_filer(kind: str, case: Case, filer: User, **more: Any) -> list[Notice]:
    """The notice to one officer of the organisation that filed."""
    with translation.override(filer.language):
        return [
            outbox.notice(
                kind,
                to=filer.email,
                context=facts(
                    case,
                    **{
                        "company": case.company_name,
                        "link": links.filed_path(case, filer),
                        **more,
                    },
                ),
                subject_key=case.number,
                language=filer.language,
                recipient=filer,
                thread=case.number,
                urgent=case.at_border,
            )
        ]


# What a filer reads about each notice that the company got.
_HAPPENED = {
    "receipt": workflow.STEPS["submit"].done,
    "filed_for_you": workflow.STEPS["submit"].done,
    "confirmed": workflow.STEPS["confirm"].done,
    "new_date": workflow.STEPS["new_deadline"].done,
    "supplement_request": workflow.STEPS["request_supplement"].done,
    "referred": workflow.STEPS["refer"].done,
    "extended": workflow.STEPS["extend"].done,
    "extension_asked": workflow.STEPS["ask_extension"].done,
    "progress": workflow.STEPS["say_progress"].done,
    "answer": workflow.STEPS["answer"].done,
    "rejected": workflow.STEPS["reject"].done,
    "duplicate": workflow.STEPS["mark_duplicate"].done,
    "transferred": workflow.STEPS["transfer_out"].done,
    "reopened": workflow.STEPS["reopen"].done,
    "closed": workflow.STEPS["close"].done,
    "lapsed": workflow.STEPS["lapse"].done,
    "supplement_recorded": workflow.STEPS["supplement"].done,
    "withdrawn": workflow.STEPS["withdraw"].done,
    "message": workflow.STEPS["send_message"].done,
}

# Where the filer can do what the company is asked for: a digest says these first.
_ASKS_FILER = frozenset({"supplement_request", "extension_asked"})


def _happened(kind: str) -> str:
    return _HAPPENED[kind]


def for_officer(kind: str, case: Case, *, to: User | None = None, **more: Any) -> list[Notice]:
    """The notice to the officer in charge; an unclaimed case waits in everybody's queue.

    Where that officer left the secretariat, to those who stand in (`in_charge`).
    """
    people = [] if to is None else [to]
    if to is None and case.assignee is not None:
        people = in_charge(case)
    notices = []
    for person in people:
        with translation.override(person.language):
            notices.append(
                outbox.notice(
                    kind,
                    to=person.email,
                    context=facts(case, link=links.desk_path(case), **naming.outside(case, more)),
                    subject_key=case.number,
                    language=person.language,
                    recipient=person,
                    thread=case.number,
                    urgent=case.at_border,
                )
            )
    return notices


def in_charge(case: Case) -> list[User]:
    """The officer in charge; where there is none now, the secretariat's managers, or everybody."""
    if case.assignee is not None and roles.is_secretary(case.assignee):
        return [case.assignee]
    members = (
        Membership.objects.active()
        .filter(organisation__kind=SECRETARIAT, user__is_active=True)
        .select_related("user")
        .order_by("pk")
    )
    heads = [member.user for member in members if member.role == MANAGER]
    return heads or [member.user for member in members]


def unreachable(bodies: Iterable[Organisation]) -> list[Organisation]:
    """Bodies that no mail can reach: without an address for referrals and without officers."""
    silent = [body for body in bodies if not body.email]
    reached = set(
        Membership.objects.active()
        .filter(organisation__in=silent, user__is_active=True)
        .values_list("organisation_id", flat=True)
    )
    return [body for body in silent if body.pk not in reached]


def _members(body: Organisation, **which: Any) -> list[tuple[str, str, User | None]]:
    """Address, language and person of a body's officers."""
    here = body.today.memberships.active()
    found = here.filter(user__is_active=True, **which).select_related("user")
    return [(member.user.email, member.user.language, member.user) for member in found]


def _acts_for(person: User, body: Organisation) -> bool:
    """Whether a person is still an officer of a body: who moved on learns nothing more."""
    return person.is_active and body.today.memberships.active().filter(user=person).exists()


def for_body(
    kind: str,
    case: Case,
    body: Organisation,
    *,
    heads: bool = False,
    also: User | None = None,
    **more: Any,
) -> list[Notice]:
    """The notice to a body's referral address, or to each of its officers where it has none.

    `heads` asks for its managers instead, where it has any; `also` for one officer besides.
    """
    people = _members(body, role=MANAGER) if heads else []
    if not people:
        address = body.today.email  # of what succeeded it, where something did
        people = [(address, "ko", None)] if address else _members(body)
    if also is not None and _acts_for(also, body) and also.email not in {one[0] for one in people}:
        people.append((also.email, also.language, also))
    notices = []
    for address, language, person in people:
        with translation.override(language):
            notices.append(
                outbox.notice(
                    kind,
                    to=address,
                    context=facts(case, body=body.name, **naming.outside(case, more)),
                    subject_key=case.number,
                    language=language,
                    recipient=person,
                    thread=f"{case.number}/{body.code}",
                    urgent=case.at_border,
                )
            )
    return notices
