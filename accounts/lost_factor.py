"""A lost second factor is taken away by somebody who is entitled, so that a new one can be set up.

Nobody resets their own: whoever holds a stolen password would do just that.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import SECRETARIAT, Organisation, User
from accounts.rights import RefusedError, record
from accounts.sign_in import ending, letters


def may_reset(by: User, person: User) -> bool:
    """A manager of the person's organisation; the platform administrator for everybody.

    Whoever enters the desk of the secretariat is more than the officer of a partner: of these,
    only the secretariat's manager. Who audits or administers: only another administrator.
    """
    if by.pk == person.pk or not by.is_active:
        return False
    if roles.is_platform_admin(by):
        return True
    if person.is_auditor or person.is_platform_admin:
        return False
    shared = person.memberships.active().select_related("organisation")
    if person.is_staff:
        shared = shared.filter(organisation__kind=SECRETARIAT)
    return any(roles.is_manager_of(by, row.organisation_id) for row in shared)


@transaction.atomic
def reset(*, person: User, by: User, organisation: Organisation | None = None) -> None:
    """Take every factor away, end every session, tell the person; the record keeps who did it."""
    person = User.objects.select_for_update().get(pk=person.pk)
    if not may_reset(by, person):
        raise RefusedError(_("Only a manager of this organisation can do that."))
    rows = Authenticator.objects.filter(user=person)
    had = sorted(set(rows.values_list("type", flat=True)))
    if not had:
        raise RefusedError(_("This person has no second factor. It is set up at the next sign-in."))
    rows.delete()
    record("factor_reset", by=by, user=person, organisation=organisation, before=", ".join(had))
    letters.factor_reset(person, by=by.name)
    ending.end_sessions(person)
