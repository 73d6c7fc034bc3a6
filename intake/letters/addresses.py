"""What is told when mail to somebody comes back, and to an address that takes its place."""

from __future__ import annotations

import hashlib

from accounts.models import Organisation, User
from intake import naming
from intake.letters.parts import filers, for_officer, to_company, to_filer
from intake.models import Case
from notifications import addresses, outbox
from notifications.models import Notice

COMPANY, BODY, PERSON = "company", "body", "person"
_ABOUT_THIS = ("address_failed", "address_failed_filer")


def address_failed(row: Notice) -> None:
    """The officer in charge and who filed learn, once per address and case, that mail comes back.

    Without the address in subject or link; of an anonymous company not even its domain.
    """
    if row.kind in _ABOUT_THIS:
        return
    case = (
        Case.objects.select_related("assignee", "company", "filer_organisation", "keeper")
        .filter(number=row.subject_key)
        .first()
    )
    if case is None:
        return
    whom, name = _whose(row, case)
    if not whom:
        return
    shown = "" if whom == COMPANY and case.is_anonymous else row.masked_address
    notices = for_officer(
        "address_failed", case, whom=whom, name=name, address=shown, server_said=row.bounce
    )
    if whom == COMPANY:
        told = {notice.recipient_id for notice in notices}
        for filer in filers(case):
            if filer.pk not in told and not _same(filer.email, row.to_address):
                notices += to_filer("address_failed_filer", case, filer, server_said=row.bounce)
    fresh = [notice for notice in notices if not _same(notice.to_address, row.to_address)]
    for notice in fresh:
        mark = hashlib.sha256(addresses.fingerprint(row.to_address).encode()).hexdigest()[:20]
        notice.dedupe = f"{case.number}/{mark}/{notice.recipient_id}"
    if fresh:
        outbox.enqueue_many(fresh)


def _whose(row: Notice, case: Case) -> tuple[str, str]:
    """Whose address it is, and their name; nothing where it is nobody's of this case now."""
    if row.recipient_id is not None:
        person = User.objects.filter(pk=row.recipient_id).first()
        return PERSON, person.name if person else ""
    if naming.is_to_company(row):
        own = _same(row.to_address, case.contact_email)
        return (COMPANY, case.company_name) if own else ("", "")
    body = Organisation.objects.filter(code=row.thread.rpartition("/")[2]).first()
    return BODY, body.name if body else ""


def _same(one: str, other: str) -> bool:
    return addresses.folded(one) == addresses.folded(other)


def contact_given(case: Case) -> None:
    """The new address learns that news of the case goes there, and can prove itself by its link."""
    notices = to_company("contact_given", case)
    if notices:
        outbox.enqueue_many(notices)
