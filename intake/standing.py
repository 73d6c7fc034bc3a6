"""What a person without an office is to a case: its contact, a colleague, or a guest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from accounts import roles
from accounts.models import User
from intake.models import Case, CaseGuest

CONTACT, COLLEAGUE, GUEST = "contact", "colleague", "guest"
# What a guest who may write can do; never withdraw, close, confirm or agree.
GUESTS_MAY = frozenset({"send_message", "supplement"})


@dataclass(frozen=True)
class Standing:
    """Why somebody sees a case, and what follows from it."""

    kind: str
    may_reply: bool = True
    until: dt.datetime | None = None

    @property
    def is_guest(self) -> bool:
        """Whether the company has let them in for a time."""
        return self.kind == GUEST

    def may(self, verb: str) -> bool:
        """Whether they may take this step of the company."""
        return not self.is_guest or (self.may_reply and verb in GUESTS_MAY)


def of(user: User, cases: Iterable[Case]) -> dict[int, Standing]:
    """Each of these cases that the person sees, with why; one statement for all guests."""
    rows = list(cases)
    proved = roles.addresses_of(user)
    companies = roles.companies_of(user)
    found: dict[int, Standing] = {}
    rest = []
    for case in rows:
        if case.contact_address and case.contact_address in proved:
            found[case.pk] = Standing(CONTACT)
        elif case.company_id in companies:
            found[case.pk] = Standing(COLLEAGUE)
        else:
            rest.append(case.pk)
    if rest and proved:
        guests = CaseGuest.objects.present().known_by(proved).filter(case__in=rest)
        for guest in guests.order_by("may_reply", "pk"):
            found[guest.case_id] = Standing(GUEST, guest.may_reply, guest.until)
    return found
