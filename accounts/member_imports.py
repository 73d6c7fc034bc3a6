"""What a spreadsheet would do to a directory, row by row; and doing it in one step.

What a sheet says is kept and compared with the directory each time it is looked at, so that what
is shown is what would happen. Rows are told apart by the business number, without one by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import company_names
from accounts.desk import Desk
from accounts.member_sheets import LEFT, NUMBER, Fault, Said
from accounts.members import FACTS, companies_of
from accounts.models import Company, Member, MemberSheet, Organisation, User

NEW, CHANGED, SAME, WRONG = "new", "changed", "same", "wrong"
# What goes with the business number.
_OF_NUMBER = ("company", "by_name", "tax_state", "tax_checked_at")
KINDS = (WRONG, CHANGED, NEW, SAME)


class StaleSheetError(Exception):
    """The directory is no longer as the person saw it; nothing was written."""


@dataclass(frozen=True)
class Change:
    """One field that a row would change."""

    name: str
    before: Any
    after: Any


@dataclass
class Row:
    """What one row of the sheet would do."""

    line: int
    kind: str
    name: str
    number: str
    facts: dict[str, Any]
    member: Member | None = None
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Comparison:
    """A sheet beside the directory as it is now."""

    rows: list[Row]

    def of(self, kind: str) -> list[Row]:
        """The rows of one kind."""
        return [row for row in self.rows if row.kind == kind]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {kind: sum(1 for row in self.rows if row.kind == kind) for kind in KINDS}

    @property
    def seen(self) -> str:
        """What a person saw, in short: another text means that the directory has changed."""
        parts = (
            f"{row.line}:{row.kind}:{row.member.pk}.{row.member.version}"
            if row.member
            else f"{row.line}:{row.kind}"
            for row in self.rows
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def keep(
    *, organisation: Organisation, file_name: str, rows: Sequence[Said], by: User
) -> MemberSheet:
    """Keep what a sheet says until it is applied; what this person uploaded before goes."""
    with transaction.atomic():
        MemberSheet.objects.filter(
            organisation=organisation, uploaded_by=by, applied_at__isnull=True
        ).delete()
        return MemberSheet.objects.create(
            organisation=organisation,
            uploaded_by=by,
            file_name=file_name[:200],
            rows=[row.stored() for row in rows],
            total=len(rows),
            wrong=sum(1 for row in rows if row.faults),
        )


def compare(sheet: MemberSheet, desk: Desk) -> Comparison:
    """Each row of the sheet beside the row of the directory that it means."""
    return Comparison(_compared(map(Said.read, sheet.rows), desk.reach))


class _Directory:
    """Every row of a directory, found by number or by name: one statement for all."""

    def __init__(self, reach: Iterable[int]) -> None:
        self.by_number: dict[str, Member] = {}
        self.nameless: dict[str, Member] = {}
        self.by_key: dict[str, list[Member]] = {}
        for member in Member.objects.reached(reach).select_related("company"):
            number = member.company.business_number
            if number:
                self.by_number[number] = member
                self.by_key.setdefault(member.name_key, []).append(member)
            else:
                self.nameless[member.name_key] = member

    def find(self, number: str, name: str) -> Member | None:
        """By number; a row without a number of its own, or a sheet without one, by name."""
        key = company_names.key(name) if name else ""
        if number:
            return self.by_number.get(number) or (self.nameless.get(key) if key else None)
        same = self.by_key.get(key, [])
        return self.nameless.get(key) or (same[0] if len(same) == 1 else None)


def _compared(rows: Iterable[Said], reach: Iterable[int]) -> list[Row]:
    directory = _Directory(reach)
    taken: dict[int, int] = {}
    found = []
    for said in rows:
        number, name = said.facts.get(NUMBER) or "", said.facts.get("name") or ""
        row = Row(said.line, SAME, name, number, said.facts, faults=list(said.faults))
        found.append(row)
        if row.faults:
            row.kind = WRONG
            continue
        row.member = directory.find(number, name)
        if row.member is None:
            row.kind = NEW
            if not name:
                row.kind = WRONG
                row.faults.append(
                    Fault(
                        str(said.line),
                        "name",
                        "",
                        _("This company is new to your directory: write its name as well."),
                    )
                )
            continue
        row.name = name or row.member.name
        if row.member.pk in taken:
            row.kind = WRONG
            first = {"line": taken[row.member.pk]}
            row.faults.append(
                Fault(
                    str(said.line),
                    "name",
                    name,
                    _("The same company stands in row %(line)s. Delete one of the two rows.")
                    % first,
                )
            )
            row.member = None
            continue
        taken[row.member.pk] = said.line
        row.changes = _changes(row.member, said.facts)
        row.kind = CHANGED if row.changes else SAME
    return found


def _changes(member: Member, facts: dict[str, Any]) -> list[Change]:
    found = []
    for name, after in facts.items():
        before = member.company.business_number if name == NUMBER else getattr(member, name)
        if (before or "") != (after or ""):
            found.append(Change(name, before, after))
    return found


def apply(*, sheet: MemberSheet, desk: Desk, seen: str) -> dict[str, int]:
    """Write every good row in one step; wrong ones are left out. How many were of each kind.

    Raises StaleSheetError when the directory is not as it was shown, or a sheet was applied
    already; then nothing is written.
    """
    try:
        with transaction.atomic():
            return _apply(sheet, desk, seen)
    except IntegrityError:
        # A colleague added one of the companies in this very moment.
        raise StaleSheetError(sheet.pk) from None


def _apply(sheet: MemberSheet, desk: Desk, seen: str) -> dict[str, int]:
    # Where rows can be held, nobody changes one between comparing and writing.
    list(Member.objects.select_for_update().reached(desk.reach).values_list("pk", flat=True))
    comparison = compare(sheet, desk)
    if comparison.seen != seen:
        raise StaleSheetError(sheet.pk)
    now = timezone.now()
    counts = comparison.counts
    done = MemberSheet.objects.filter(pk=sheet.pk, applied_at__isnull=True).update(
        applied_at=now, rows=[], added=counts[NEW], changed=counts[CHANGED], wrong=counts[WRONG]
    )
    if not done:
        raise StaleSheetError(sheet.pk)
    new, changed = comparison.of(NEW), comparison.of(CHANGED)
    companies = companies_of({row.number: row.name for row in (*new, *changed) if row.number})
    _add(new, companies, desk)
    _change(changed, companies, desk.user)
    return counts


def _add(rows: Sequence[Row], companies: dict[str, Company], desk: Desk) -> None:
    nameless = [row for row in rows if not row.number]
    made = Company.objects.bulk_create([Company(name=row.name) for row in nameless])
    own = {row.line: company for row, company in zip(nameless, made, strict=True)}
    Member.objects.bulk_create(
        [
            Member(
                organisation=desk.organisation,
                company=own.get(row.line) or companies[row.number],
                name_key=company_names.key(row.name),
                by_name=not row.number,
                updated_by=desk.user,
                **{name: value for name, value in row.facts.items() if name != NUMBER},
            )
            for row in rows
        ],
        batch_size=500,
    )


def _change(rows: Sequence[Row], companies: dict[str, Company], by: User) -> None:
    now = timezone.now()
    kept, moved = [], []
    for row in rows:
        member = row.member
        assert member is not None  # noqa: S101 - what is changed exists
        for change in row.changes:
            if change.name != NUMBER:
                setattr(member, change.name, change.after)
        member.name_key = company_names.key(member.name)
        member.version += 1
        member.updated_at, member.updated_by = now, by
        if row.number and row.number != member.company.business_number:
            member.company, member.by_name = companies[row.number], False
            member.tax_state, member.tax_checked_at = "", None
            moved.append(member)
        else:
            kept.append(member)
    written = [*FACTS, LEFT, "name_key", "version", "updated_at", "updated_by"]
    Member.objects.bulk_create(
        kept,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=written,
    )
    for member in moved:
        member.save(update_fields=[*written, *_OF_NUMBER])
