"""The people of an organisation: what their managers may change, one verb for each.

Each verb keeps the organisation's row while it decides, so that two managers at once cannot
leave it without any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import leaving, letters
from accounts.invitations import accept, invite, invite_again, withdraw_invitation
from accounts.models import MANAGER, ROLE_LABELS, Membership, User
from accounts.rights import (
    RefusedError,
    held,
    managers,
    only_a_manager,
    record,
    take_desk,
    withdraw_those_of,
)

__all__ = [
    "RefusedError",
    "Removal",
    "accept",
    "change_role",
    "change_unit",
    "invite",
    "invite_again",
    "remove",
    "withdraw_invitation",
]


@dataclass(frozen=True)
class Removal:
    """What became of the work and of the invitations of somebody who was removed."""

    heir: User | None  # who goes on with the open work; nobody when there was none
    left: Sequence[leaving.Left] = field(default=())
    withdrawn: Sequence[str] = field(default=())  # names of those whose invitation ended too


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """Make somebody an officer or a manager; the person is told."""
    row = _held(membership, by=by)
    if role not in ROLE_LABELS:
        raise RefusedError(_("There is no such role."))
    if role == row.role:
        return
    if row.role == MANAGER:
        _not_the_last(row)
    before = row.role
    Membership.objects.filter(pk=row.pk).update(role=role)
    row.role = membership.role = role
    record("role", by=by, user=row.user, organisation=row.organisation, before=before, after=role)
    if before == MANAGER:
        withdraw_those_of(row.user, row.organisation, by=by)
    if row.user != by:
        letters.role_changed(row, before=before, by=by)


@transaction.atomic
def change_unit(*, membership: Membership, unit: str, by: User) -> None:
    """Say in which unit somebody works; the person is told."""
    row = _held(membership, by=by)
    if unit == row.unit:
        return
    before = row.unit
    Membership.objects.filter(pk=row.pk).update(unit=unit)
    row.unit = membership.unit = unit
    record("unit", by=by, user=row.user, organisation=row.organisation, before=before, after=unit)
    if row.user != by:
        letters.unit_changed(row, before=before, by=by)


@transaction.atomic
def remove(*, membership: Membership, by: User) -> Removal:
    """End a membership at once. Open work is no reason to wait: it goes to the manager."""
    row = _held(membership, by=by)
    if row.role == MANAGER:
        _not_the_last(row)
    left = leaving.of_person(row.user, row.organisation)
    heir = None
    if left:
        # Whoever removes it; who leaves by themselves leaves it to the longest-serving manager.
        others = (one.user for one in managers(row.organisation) if one.user != row.user)
        heir = by if by != row.user else next(others)
        leaving.pass_on(leaver=row.user, successor=heir, organisation=row.organisation, by=by)
    Membership.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    record("removed", by=by, user=row.user, organisation=row.organisation, before=row.role)
    withdrawn = withdraw_those_of(row.user, row.organisation, by=by)
    take_desk(row.user, row.organisation, by=by)
    if row.user != by:
        letters.removed(row, by=by, heir=heir)
    return Removal(heir, left, withdrawn)


def _held(membership: Membership, *, by: User) -> Membership:
    """The membership as it is now, if whoever acts is a manager there and it still runs."""
    organisation = held(membership.organisation_id)
    only_a_manager(by, organisation)
    row = (
        Membership.objects.active()
        .select_related("user", "organisation")
        .filter(pk=membership.pk, organisation=organisation)
        .first()
    )
    if row is None:
        raise RefusedError(_("This person does not act for the organisation any more."))
    return row


def _not_the_last(row: Membership) -> None:
    if all(other.pk == row.pk for other in managers(row.organisation)):
        raise RefusedError(
            _(
                "This is the only manager of the organisation. Make somebody else a manager "
                "first, then try again."
            )
        )
