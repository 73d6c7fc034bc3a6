"""Who sees every case of a company: asked for, granted or refused, ended.

A business number is public, so it opens nothing by itself: somebody who is in already, or the
secretariat, says yes.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import Company, CompanyMembership, RightsChange, User
from accounts.rights import RefusedError, record
from notifications import outbox

# Requests of one person that may wait at once: each writes to somebody.
ASKED_AT_MOST = 5


def may_decide(by: User, company: Company | int) -> bool:
    """The secretariat, and whoever was let in to this very company."""
    pk = company if isinstance(company, int) else company.pk
    return roles.is_secretary(by) or pk in roles.companies_of(by)


@transaction.atomic
def ask(*, user: User, company: Company, note: str) -> CompanyMembership:
    """Ask to see every case of the company; those who are in already are told, else we are."""
    if roles.is_officer(user):
        raise RefusedError(_("Officers work at the desk of their organisation."))
    if user.companies.asked().count() >= ASKED_AT_MOST:
        raise RefusedError(_("Several of your requests still wait for an answer."))
    try:
        with transaction.atomic():
            row = CompanyMembership.objects.create(user=user, company=company, asked_note=note)
    except IntegrityError:
        raise RefusedError(_("You have asked for this company already.")) from None
    record("company_asked", by=user, user=user, after=about(company))
    colleagues = [
        one.user
        for one in company.people.granted().select_related("user").order_by("pk")
        if one.user.is_active
    ]
    for person in colleagues:
        _tell("company_access_asked", person, row, note=note, asker=_who(user))
    if not colleagues:
        with translation.override(settings.LANGUAGE_CODE):
            outbox.enqueue(
                "company_access_asked",
                to=settings.SERVICE_EMAIL,
                context={
                    "company": company.name,
                    "asker": _who(user),
                    "note": note,
                    "link": reverse("admin:accounts_companymembership_change", args=[row.pk]),
                },
                subject_key=about(company),
            )
    return row


@transaction.atomic
def ask_by_number(*, user: User, number: str, note: str) -> None:
    """The same for a number that anybody may know: nothing tells whether we know it too.

    Every try counts, known or not; what is refused about a known one is refused in silence.
    """
    day = timezone.now() - dt.timedelta(days=1)
    tries = RightsChange.objects.filter(by=user, what="company_asked", at__gt=day)
    if tries.count() >= ASKED_AT_MOST:
        raise RefusedError(_("Several of your requests still wait for an answer."))
    company = Company.objects.filter(business_number=number).first()
    if company is not None:
        try:
            with transaction.atomic():
                ask(user=user, company=company, note=note)
        except RefusedError:
            pass
        else:
            return
    record("company_asked", by=user, user=user)


@transaction.atomic
def grant(*, row: CompanyMembership, by: User) -> None:
    """Let the person in. Nobody says yes to their own request."""
    _entitled(row, by)
    if row.user_id == by.pk:
        raise RefusedError(_("Somebody else has to decide on your own request."))
    now = timezone.now()
    _swap(row, CompanyMembership.objects.asked(), granted_at=now, granted_by=by)
    record("company_granted", by=by, user=row.user, after=about(row.company))
    _tell("company_access_granted", row.user, row, by=_decider(by))


@transaction.atomic
def refuse(*, row: CompanyMembership, reason: str, by: User) -> None:
    """Do not let the person in, and say why."""
    _entitled(row, by)
    now = timezone.now()
    _swap(row, CompanyMembership.objects.asked(), ended_at=now, ended_by=by)
    record("company_refused", by=by, user=row.user, before=about(row.company), after=reason)
    _tell("company_access_refused", row.user, row, by=_decider(by), reason=reason)


@transaction.atomic
def end(*, row: CompanyMembership, by: User) -> None:
    """The person sees the company's cases no more, from this moment on; they may end it too."""
    if row.user_id != by.pk:
        _entitled(row, by)
    _swap(row, CompanyMembership.objects.granted(), ended_at=timezone.now(), ended_by=by)
    record("company_ended", by=by, user=row.user, before=about(row.company))
    if row.user_id != by.pk:
        _tell("company_access_ended", row.user, row, by=_decider(by))


def _entitled(row: CompanyMembership, by: User) -> None:
    if not may_decide(by, row.company_id):
        raise RefusedError(_("Only somebody who was let in to this company can do that."))


def _swap(row: CompanyMembership, standing: object, **changes: object) -> None:
    """Compare and swap: of two people at once, one decides."""
    done = standing.filter(pk=row.pk).update(**changes)  # type: ignore[attr-defined]
    if not done:
        raise RefusedError(_("Somebody has decided this meanwhile. Look at it as it is now."))
    row.refresh_from_db()


def _who(person: User) -> str:
    return f"{person.name} ({person.email})" if person.name else person.email


def _decider(by: User) -> str:
    """To the person: the secretariat, or a colleague by name."""
    if roles.is_secretary(by):
        return _("One-Team Council Secretariat")
    return by.name or by.email


def _tell(kind: str, person: User, row: CompanyMembership, **context: str) -> None:
    with translation.override(person.language):
        outbox.enqueue(
            kind,
            to=person.email,
            context={
                "company": row.company.name,
                "link": reverse("intake:company-home"),
                **context,
            },
            subject_key=about(row.company),
            language=person.language,
            recipient=person,
        )


def about(company: Company) -> str:
    """What notices about a company's people are filed under."""
    return f"company/{company.pk}"
