"""Whose address is known from cases: they may sign in by a code from a mail."""

from __future__ import annotations

from intake.models import Case, CaseGuest


def by_case(email: str) -> bool:
    """Whether a case names this address as its contact, or a company has let it in as a guest."""
    return (
        Case.objects.filter(contact_address=email).exists()
        or CaseGuest.objects.present().filter(email__iexact=email).exists()
    )
