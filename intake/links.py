"""Signed links in mails: one case, draft or referral, one purpose, an end date.

They open a page only.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts import roles
from accounts.models import PARTNERS, User
from intake.models import Case, Referral
from notifications import addresses

FOLLOW, RECEIPT, DRAFT, BODY, CONFIRM, OUTCOME = (
    "follow",
    "receipt",
    "draft",
    "body",
    "confirm",
    "outcome",
)
LIFETIME = {
    FOLLOW: dt.timedelta(days=120),
    RECEIPT: dt.timedelta(hours=12),
    DRAFT: dt.timedelta(days=settings.DRAFT_DAYS),
    BODY: dt.timedelta(days=60),
    CONFIRM: dt.timedelta(days=30),
    OUTCOME: dt.timedelta(days=60),
}


class BadLinkError(Exception):
    """The link was cut off or changed on its way."""


class ExpiredLinkError(BadLinkError):
    """The link was good once."""


def make(purpose: str, target: str) -> str:
    """A token for a purpose and a target (a receipt number, a draft's key or a referral)."""
    return signing.dumps(target, salt=f"intake.links.{purpose}")


def read(purpose: str, token: str) -> str:
    """The target of a token; raises BadLinkError or ExpiredLinkError."""
    try:
        target = signing.loads(token, salt=f"intake.links.{purpose}", max_age=LIFETIME[purpose])
    except signing.SignatureExpired as error:
        raise ExpiredLinkError(purpose) from error
    except (signing.BadSignature, ValueError) as error:
        raise BadLinkError(purpose) from error
    return str(target).partition(" ")[0]


def stale(purpose: str, token: str) -> str:
    """The target of a token however old it is; raises BadLinkError for one that is not ours."""
    return stale_whole(purpose, token).partition(" ")[0]


def stale_whole(purpose: str, token: str) -> str:
    """The same with the mark of the address that it was mailed to."""
    try:
        return str(signing.loads(token, salt=f"intake.links.{purpose}"))
    except (signing.BadSignature, ValueError) as error:
        raise BadLinkError(purpose) from error


def mailed(purpose: str, target: str, to: str) -> str:
    """A token that goes out by mail, and remembers to which address without naming it."""
    return make(purpose, f"{target} {addresses.fingerprint(to)}")


def came_through(purpose: str, token: str, email: str) -> bool:
    """Whether this good token was mailed to this very address: its holder reads that mail."""
    _target, _gap, mark = stale_whole(purpose, token).partition(" ")
    return bool(mark) and mark == addresses.fingerprint(email)


def follow_path(case: Case, *, to: str = "") -> str:
    """The path of the page that lets the company follow its case; `to`: mailed there."""
    token = mailed(FOLLOW, case.number, to) if to else make(FOLLOW, case.number)
    return reverse("intake:open-link", args=[token])


def confirm_path(case: Case, *, to: str = "") -> str:
    """The path of the page on which the company confirms what was filed for it."""
    token = mailed(CONFIRM, case.number, to) if to else make(CONFIRM, case.number)
    return reverse("intake:confirm", args=[token])


def outcome_path(case: Case) -> str:
    """The path of the page on which the company tells how its case ended."""
    return reverse("intake:tell-outcome", args=[make(OUTCOME, case.number)])


def receipt_path(case: Case) -> str:
    """The path of the completion page, shown once more to who has just filed."""
    return reverse("intake:receipt", args=[make(RECEIPT, case.number)])


def draft_path(key: uuid.UUID, *, to: str = "") -> str:
    """The path that resumes a draft; `to`: mailed there."""
    token = mailed(DRAFT, str(key), to) if to else make(DRAFT, str(key))
    return reverse("intake:resume", args=[token])


def body_path(referral: Referral) -> str:
    """The path of the page on which a body answers one question without an account."""
    token = make(BODY, f"{referral.case.number}/{referral.pk}")
    return reverse("intake:body-link", args=[token])


def body_desk_path(referral: Referral) -> str:
    """The path of a question at the body's own desk, for officers with an account."""
    return reverse("intake:body-referral", args=[referral.case.number, referral.pk])


def filed_path(case: Case, person: User) -> str:
    """The path of a case for whoever filed it: at the desk of their organisation."""
    body = case.filer_organisation
    if body is None:
        return desk_path(case) if roles.is_secretary(person) else follow_path(case)
    code = body.code
    if body.successor_id is not None:
        # Who goes on with what a renamed organisation filed sits at the desk of its successor.
        desks = person.memberships.active().filter(organisation__kind__in=PARTNERS)
        codes = list(desks.order_by("pk").values_list("organisation__code", flat=True))
        code = code if code in codes else next(iter(codes), code)
    return reverse("partner:case", args=[code, case.number])


def desk_path(case: Case) -> str:
    """The path of the case page at the secretariat's desk."""
    return reverse("admin:intake_case_change", args=[case.pk])


def untaken_path() -> str:
    """The path of the queue of cases that nobody has taken up."""
    return f"{reverse('admin:intake_triagecase_changelist')}?who=none"


def overdue_path() -> str:
    """The path of the queue of cases past their date."""
    return f"{reverse('admin:intake_triagecase_changelist')}?overdue=yes"


def mine_path() -> str:
    """The path of the queue of an officer's own cases."""
    return f"{reverse('admin:intake_triagecase_changelist')}?who=mine"
