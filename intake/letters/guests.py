"""What somebody whom a company lets see its case is told."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from intake.letters.parts import iso
from intake.models import CaseGuest
from notifications import outbox


def guest_invited(guest: CaseGuest, *, language: str, by: User) -> None:
    """Whom the company lets in learns until when, and how to come in with a code by mail."""
    case = guest.case
    with translation.override(language):
        outbox.enqueue(
            "guest_invited",
            to=guest.email,
            context={
                "number": case.number,
                "name": guest.name,
                "company": case.company_name,
                "by": by.name or case.contact_name,
                "until": iso(guest.until),
                "may_reply": guest.may_reply,
                "link": reverse("intake:company-case", args=[case.number]),
                "email": guest.email,
            },
            subject_key=case.number,
            language=language,
        )
