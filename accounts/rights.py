"""What every change of rights shares: who may decide, and the line that it leaves in the record."""

from __future__ import annotations

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import roles
from accounts.models import (
    MANAGER,
    SECRETARIAT,
    Invitation,
    Membership,
    Organisation,
    RightsChange,
    User,
)

# The words of `RightsChange.what`, as people read them.
WHAT_LABELS: dict[str, Promise] = {
    "invited": gettext_lazy("Invited"),
    "invited_again": gettext_lazy("Invited again"),
    "withdrawn": gettext_lazy("Invitation withdrawn"),
    "joined": gettext_lazy("Joined"),
    "role": gettext_lazy("Role changed"),
    "unit": gettext_lazy("Unit changed"),
    "removed": gettext_lazy("Removed"),
    "moved": gettext_lazy("Moved to the succeeding organisation"),
    "desk": gettext_lazy("Access to the secretariat's desk"),
    "flags": gettext_lazy("Rights of the account"),
    "dates": gettext_lazy("Dates of the membership"),
    "factor_reset": gettext_lazy("Lost second factor reset"),
    "address": gettext_lazy("E-mail address of the account"),
    "password": gettext_lazy("Password set by an administrator"),
    "succeeded": pgettext_lazy("organisation", "Succeeded"),
    "dissolved": pgettext_lazy("organisation", "Dissolved"),
    "company_asked": gettext_lazy("Asked for the cases of a company"),
    "company_granted": gettext_lazy("Let in to the cases of a company"),
    "company_refused": gettext_lazy("Refused the cases of a company"),
    "company_ended": gettext_lazy("Access to the cases of a company ended"),
    "guest_invited": gettext_lazy("Guest of a case invited"),
    "guest_ended": gettext_lazy("Guest of a case sent away"),
}
LONGEST = 200


class RefusedError(Exception):
    """The change is not possible now; the text says why and how to mend it."""


def record(
    what: str,
    *,
    by: User | None,
    user: User | None = None,
    organisation: Organisation | None = None,
    before: str = "",
    after: str = "",
) -> None:
    """Write one line of the record of rights."""
    RightsChange.objects.create(
        what=what,
        by=by,
        user=user,
        organisation=organisation,
        before=before[:LONGEST],
        after=after[:LONGEST],
    )


def held(organisation: Organisation | int) -> Organisation:
    """The organisation, its people kept from others' changes until the transaction ends."""
    pk = organisation if isinstance(organisation, int) else organisation.pk
    return Organisation.objects.select_for_update().get(pk=pk)


def may_invite(by: User, organisation: Organisation) -> bool:
    """A manager of it; the platform administrator, so that a new one gets its first manager."""
    return roles.is_manager_of(by, organisation.pk) or roles.is_platform_admin(by)


def only_a_manager(by: User, organisation: Organisation) -> None:
    """Refuse everybody who is not, at this moment, a manager of this very organisation."""
    if not roles.is_manager_of(by, organisation.pk):
        raise RefusedError(_("Only a manager of this organisation can do that."))


def managers(organisation: Organisation) -> list[Membership]:
    """Those who can act as managers now, the longest-serving first."""
    return list(
        Membership.objects.active()
        .filter(organisation=organisation, role=MANAGER, user__is_active=True)
        .select_related("user")
        .order_by("started_at", "pk")
    )


def withdraw_those_of(user: User, organisation: Organisation, *, by: User | None) -> list[str]:
    """Open invitations by somebody who may invite no more lead nowhere; whom they were for.

    Otherwise who is removed for cause could have let themselves in again beforehand.
    """
    rows = list(
        Invitation.objects.open()
        .select_for_update()
        .filter(organisation=organisation, invited_by=user)
    )
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
    for row in rows:
        record("withdrawn", by=by, organisation=organisation, before=row.email)
    return [row.name for row in rows]


def give_desk(user: User, organisation: Organisation, *, by: User | None) -> None:
    """The secretariat works in the admin: who joins it may enter there."""
    if organisation.kind == SECRETARIAT and not user.is_staff:
        User.objects.filter(pk=user.pk).update(is_staff=True)
        user.is_staff = True
        record("desk", by=by, user=user, organisation=organisation, before="no", after="yes")


def take_desk(user: User, organisation: Organisation, *, by: User | None) -> None:
    """Who left the secretariat enters the admin no more, unless another office leads there."""
    if organisation.kind != SECRETARIAT or not user.is_staff:
        return
    still = user.memberships.active().filter(organisation__kind=SECRETARIAT).exists()
    if still or user.is_auditor or user.is_platform_admin:
        return
    User.objects.filter(pk=user.pk).update(is_staff=False)
    user.is_staff = False
    record("desk", by=by, user=user, organisation=organisation, before="yes", after="no")
