"""Signed links in mails: one case (or draft), one purpose, an end date. They open a page only."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse

from intake.models import Case

FOLLOW, RECEIPT, DRAFT = "follow", "receipt", "draft"
LIFETIME = {
    FOLLOW: dt.timedelta(days=120),
    RECEIPT: dt.timedelta(hours=12),
    DRAFT: dt.timedelta(days=settings.DRAFT_DAYS),
}


class BadLinkError(Exception):
    """The link was cut off or changed on its way."""


class ExpiredLinkError(BadLinkError):
    """The link was good once."""


def make(purpose: str, target: str) -> str:
    """A token for a purpose and a target (a receipt number, or a draft's key)."""
    return signing.dumps(target, salt=f"intake.links.{purpose}")


def read(purpose: str, token: str) -> str:
    """The target of a token; raises BadLinkError or ExpiredLinkError."""
    try:
        target = signing.loads(token, salt=f"intake.links.{purpose}", max_age=LIFETIME[purpose])
    except signing.SignatureExpired as error:
        raise ExpiredLinkError(purpose) from error
    except (signing.BadSignature, ValueError) as error:
        raise BadLinkError(purpose) from error
    return str(target)


def follow_path(case: Case) -> str:
    """The path of the page that lets the company follow its case."""
    return reverse("intake:open-link", args=[make(FOLLOW, case.number)])


def receipt_path(case: Case) -> str:
    """The path of the completion page, shown once more to who has just filed."""
    return reverse("intake:receipt", args=[make(RECEIPT, case.number)])


def draft_path(key: uuid.UUID) -> str:
    """The path that resumes a draft."""
    return reverse("intake:resume", args=[make(DRAFT, str(key))])


def desk_path(case: Case) -> str:
    """The path of the case page at the secretariat's desk."""
    return reverse("admin:intake_case_change", args=[case.pk])
