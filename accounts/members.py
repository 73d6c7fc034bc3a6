"""What an organisation does with its directory: add, change, leave, take back.

One shared `Company` row per business number, never renamed from here; a `Member` row per
organisation with its own name, facts and notes. Nothing here reads a neighbour's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts import company_names
from accounts.models import Company, Member, Organisation, User

# What an organisation writes about a member; the number is the company's.
FACTS = (
    "name",
    "reference",
    "province",
    "municipality",
    "sector",
    "size_class",
    "export_band",
    "product",
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "language",
    "note",
    "joined_on",
)


class AlreadyMemberError(Exception):
    """The directory has this company already; `member` is the row that stands."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.pk)
        self.member = member


class ChangedMeanwhileError(Exception):
    """Somebody saved first; `member` is the row as it stands now. Nothing was overwritten."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.pk)
        self.member = member


def find(reach: Iterable[int], *, business_number: str, name: str) -> Member | None:
    """The row of this company in a directory: by its number, without one by its name."""
    rows = Member.objects.reached(reach).select_related("company")
    if business_number:
        return rows.filter(company__business_number=business_number).first()
    return rows.filter(by_name=True, name_key=company_names.key(name)).first()


def companies_of(numbers: Mapping[str, str]) -> dict[str, Company]:
    """The shared rows of business numbers; those that are missing are made with the given names."""
    known = Company.objects.in_bulk(numbers, field_name="business_number")
    missing = [number for number in numbers if number not in known]
    if missing:
        # Two first mentions of one company may meet here: the second takes the first's row.
        Company.objects.bulk_create(
            [Company(business_number=number, name=numbers[number]) for number in missing],
            ignore_conflicts=True,
        )
        known |= Company.objects.in_bulk(missing, field_name="business_number")
    return known


def _company(business_number: str, name: str) -> Company:
    if business_number:
        return companies_of({business_number: name})[business_number]
    return Company.objects.create(name=name)


def add(
    *,
    organisation: Organisation,
    reach: Iterable[int],
    business_number: str,
    facts: Mapping[str, Any],
    by: User,
) -> Member:
    """A new row. Raises AlreadyMemberError when the directory has the company."""
    name = facts["name"]
    reach = list(reach)
    known = find(reach, business_number=business_number, name=name)
    if known is None:
        try:
            with transaction.atomic():
                return Member.objects.create(
                    organisation=organisation,
                    company=_company(business_number, name),
                    name_key=company_names.key(name),
                    by_name=not business_number,
                    updated_by=by,
                    **facts,
                )
        except IntegrityError:
            # A colleague added it in the same moment; anything else is a fault of ours.
            known = find(reach, business_number=business_number, name=name)
            if known is None:
                raise
    raise AlreadyMemberError(known)


def change(
    *, member: Member, seen: int, business_number: str, facts: Mapping[str, Any], by: User
) -> Member:
    """Save what a person changed, unless somebody else did since version `seen`.

    Raises ChangedMeanwhileError then, and AlreadyMemberError when the number or the name is
    that of another row of the directory.
    """
    changes = dict(facts) | {
        "name_key": company_names.key(facts["name"]),
        "by_name": not business_number,
    }
    try:
        with transaction.atomic():
            before = member.company.business_number or ""
            if business_number != before:
                changes["company"] = _company(business_number, facts["name"])
                changes |= {"tax_state": "", "tax_checked_at": None}
            _write(member, seen, by=by, **changes)
    except IntegrityError:
        other = Member.objects.filter(organisation=member.organisation_id).exclude(pk=member.pk)
        known = (
            other.filter(company__business_number=business_number).first()
            if business_number
            else other.filter(by_name=True, name_key=changes["name_key"]).first()
        )
        if known is None:
            raise
        raise AlreadyMemberError(known) from None
    return member


def leave(*, member: Member, seen: int, on: dt.date, by: User) -> None:
    """The company is no longer a member; its row, its notes and its cases stay."""
    _write(member, seen, by=by, left_on=on)


def rejoin(*, member: Member, seen: int, by: User) -> None:
    """The company is a member again."""
    _write(member, seen, by=by, left_on=None)


def _write(member: Member, seen: int, *, by: User, **changes: Any) -> None:
    """Compare and swap: the row changes only when it is as the person saw it."""
    changes |= {"updated_at": timezone.now(), "updated_by": by}
    done = Member.objects.filter(pk=member.pk, version=seen).update(
        version=F("version") + 1, **changes
    )
    if not done:
        now = Member.objects.select_related("company", "updated_by").get(pk=member.pk)
        raise ChangedMeanwhileError(now)
    member.refresh_from_db()
