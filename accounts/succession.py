"""Organisations come and go: one is renamed, several become one, one ends.

Rows are dated and never rewritten. What a predecessor filed and was asked stays where it is, and
is reached from the successor (`OrganisationQuerySet.reached_from`); people and directories move.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import leaving, letters, roles
from accounts.models import (
    MANAGER,
    OFFICER,
    PARTNERS,
    SECRETARIAT,
    Invitation,
    Member,
    Membership,
    Organisation,
    User,
)
from accounts.rights import RefusedError, give_desk, held, record, take_desk
from reference import cached
from reference.models import Category

# What a new row takes over from the (first) one before it; lists are put together.
COPIED = (
    "kind",
    "council_member",
    "email",
    "phone",
    "time_zone",
    "country",
    "city",
    "covers",
    "holiday_country",
)
JOINED = ("provinces", "jurisdiction", "weekend", "languages")


@dataclass(frozen=True)
class New:
    """How a succeeding organisation is called."""

    code: str
    name_ko: str
    name_en: str


@transaction.atomic
def succeed(
    *, predecessors: Sequence[Organisation], into: New | Organisation, day: dt.date, by: User
) -> Organisation:
    """One or more organisations are followed by a new one, or by one that exists, from a day on.

    Their rows end the day before; their people, open invitations and directories move at once.
    """
    rows = [held(one) for one in sorted(predecessors, key=lambda one: one.pk)]
    if not rows:
        raise RefusedError(_("Choose which organisation is succeeded."))
    for row in rows:
        _can_end(row, day, by=by)
    if isinstance(into, New):
        target = _begin(into, list(predecessors), day)
    else:
        target = held(into)
        _can_take_over(target, rows)
    for row in rows:
        Organisation.objects.filter(pk=row.pk).update(
            valid_to=day - dt.timedelta(days=1), successor=target, edited_at=timezone.now()
        )
        record("succeeded", by=by, organisation=row, before=row.code, after=target.code)
    for row in rows:
        _move_people(row, target, keep_roles=isinstance(into, New), by=by)
        _move_invitations(row, target, by=by)
        _move_directory(row, target)
    _rewrite_categories([row.code for row in rows], target.code)
    transaction.on_commit(cached.clear)
    return target


@transaction.atomic
def dissolve(*, organisation: Organisation, last_day: dt.date, by: User) -> None:
    """An organisation ends and nobody follows it: only once nothing of it is open any more."""
    row = held(organisation)
    _can_end(row, last_day + dt.timedelta(days=1), by=by)
    left = leaving.of_organisation(row)
    if left:
        raise RefusedError(
            _("There is open work (%(work)s). Name the organisation that takes it over.")
            % {"work": ", ".join(f"{one.label} {one.count}" for one in left)}
        )
    Organisation.objects.filter(pk=row.pk).update(valid_to=last_day, edited_at=timezone.now())
    record("dissolved", by=by, organisation=row, before=row.code)
    now = timezone.now()
    for member in _people(row):
        Membership.objects.filter(pk=member.pk).update(ended_at=now)
        record("removed", by=by, user=member.user, organisation=row, before=member.role)
        take_desk(member.user, row, by=by)
        letters.removed(member, by=by, heir=None)
    for invitation in Invitation.objects.open().filter(organisation=row):
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=now)
        record("withdrawn", by=by, organisation=row, before=invitation.email)
    transaction.on_commit(cached.clear)


def line(organisation: Organisation) -> list[tuple[int, Organisation]]:
    """The whole family: what came before and after, oldest first, with how far away each is."""
    found: dict[int, tuple[int, Organisation]] = {organisation.pk: (0, organisation)}
    newest, away = [organisation], 0
    while newest:
        away -= 1
        before = Organisation.objects.filter(successor__in=newest).exclude(pk__in=found)
        newest = list(before.order_by("valid_to", "code"))
        found |= {one.pk: (away, one) for one in newest}
    here, away = organisation.successor, 0
    while here is not None and here.pk not in found:
        away += 1
        found[here.pk] = (away, here)
        here = here.successor
    return sorted(found.values(), key=lambda one: (one[0], one[1].code))


def may_change(by: Any, organisation: Organisation) -> bool:
    """The secretariat and the platform administrator; a secretariat itself only the latter."""
    if roles.is_platform_admin(by):
        return True
    return roles.is_secretary(by) and organisation.kind != SECRETARIAT


def _can_end(row: Organisation, first_day_without: dt.date, *, by: User) -> None:
    if not may_change(by, row):
        raise RefusedError(_("You may not change this organisation."))
    today = timezone.localdate()
    if row.successor_id is not None or (row.valid_to is not None and row.valid_to < today):
        raise RefusedError(_("%(name)s has ended already.") % {"name": row.name})
    if first_day_without > today:
        raise RefusedError(
            _("The day lies ahead. Do this on the day itself: people's rights move at once.")
        )
    if row.valid_from is not None and first_day_without <= row.valid_from:
        raise RefusedError(
            _("%(name)s began only on %(day)s. Choose a later day.")
            % {"name": row.name, "day": row.valid_from.isoformat()}
        )


def _begin(new: New, rows: Sequence[Organisation], day: dt.date) -> Organisation:
    """The row of the new organisation."""
    if len({row.kind for row in rows}) > 1:
        raise RefusedError(_("Only organisations of the same kind become one."))
    if Organisation.objects.filter(code__iexact=new.code).exists():
        raise RefusedError(_("The code %(code)s is taken. Choose another.") % {"code": new.code})
    first = rows[0]
    towns = [row.municipalities for row in rows]
    return Organisation.objects.create(
        code=new.code,
        name_ko=new.name_ko,
        name_en=new.name_en,
        valid_from=day,
        edited_at=timezone.now(),
        # Where one covers whole provinces, so does what follows.
        municipalities=_together(towns) if all(isinstance(one, list) for one in towns) else None,
        **{name: getattr(first, name) for name in COPIED},
        **{name: _together([getattr(row, name) for row in rows]) for name in JOINED},
    )


def _together(lists: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(item for one in lists for item in one or []))


def _can_take_over(target: Organisation, rows: Sequence[Organisation]) -> None:
    """Only what exists, is not one of those that end, and is of their side of the table."""
    exists = Organisation.objects.current().filter(pk=target.pk, successor__isnull=True).exists()
    if not exists or target.pk in {row.pk for row in rows}:
        raise RefusedError(_("Choose an organisation that exists today."))
    fixed = {SECRETARIAT, *PARTNERS}
    for row in rows:
        if row.kind != target.kind and fixed & {row.kind, target.kind}:
            raise RefusedError(_("Only an organisation of the same kind can take over."))


def _people(row: Organisation) -> list[Membership]:
    rows = Membership.objects.active().filter(organisation=row)
    return list(rows.select_related("user", "organisation").order_by("pk"))


def _move_people(row: Organisation, target: Organisation, *, keep_roles: bool, by: User) -> None:
    """Running memberships end here and begin there.

    Whoever comes into an organisation that exists comes as an officer: its managers decide.
    """
    now = timezone.now()
    there = {one.user_id: one for one in _people(target)}
    leaderless = not any(one.role == MANAGER for one in there.values())
    for member in _people(row):
        Membership.objects.filter(pk=member.pk).update(ended_at=now)
        role = member.role if keep_roles or leaderless else OFFICER
        known = there.get(member.user_id)
        if known is None:
            known = Membership.objects.create(
                user=member.user, organisation=target, role=role, unit=member.unit, started_at=now
            )
        elif role == MANAGER and known.role != MANAGER:
            # Two become one: whoever led either leads both.
            Membership.objects.filter(pk=known.pk).update(role=MANAGER)
            known.role = MANAGER
        record(
            "moved",
            by=by,
            user=member.user,
            organisation=target,
            before=f"{row.code} {member.role}",
            after=f"{target.code} {known.role}",
        )
        give_desk(member.user, target, by=by)
        letters.moved(member, known)


def _move_invitations(row: Organisation, target: Organisation, *, by: User) -> None:
    """Open invitations lead to the successor; a second one to the same address ends."""
    for invitation in Invitation.objects.open().filter(organisation=row):
        twice = Invitation.objects.open().filter(
            organisation=target, email__iexact=invitation.email
        )
        if twice.exists():
            Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
            record("withdrawn", by=by, organisation=row, before=invitation.email)
        else:
            Invitation.objects.filter(pk=invitation.pk).update(organisation=target)


def _move_directory(row: Organisation, target: Organisation) -> None:
    """The directory moves; of a company that both kept, the successor's row stays, with both notes.

    The other row stays with the predecessor, so that nothing that was written is lost.
    """
    there = Member.objects.filter(organisation=target)
    twice = Member.objects.filter(organisation=row, company__in=there.values("company"))
    for member in list(twice):
        if member.note:
            kept = there.get(company=member.company_id)
            note = "\n\n".join(part for part in (kept.note, f"[{row.code}] {member.note}") if part)
            there.filter(pk=kept.pk).update(
                note=note, version=F("version") + 1, updated_at=timezone.now()
            )
    kept_back = [member.pk for member in twice]
    Member.objects.filter(organisation=row).exclude(pk__in=kept_back).update(organisation=target)


def _rewrite_categories(codes: Sequence[str], into: str) -> None:
    """The taxonomy proposes the successor from now on."""
    for category in Category.objects.all():
        lead = into if category.primary_body in codes else category.primary_body
        support = list(
            dict.fromkeys(into if code in codes else code for code in category.support_bodies)
        )
        if (lead, support) != (category.primary_body, category.support_bodies):
            Category.objects.filter(pk=category.pk).update(
                primary_body=lead, support_bodies=support, edited_at=timezone.now()
            )
