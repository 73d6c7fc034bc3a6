"""Errors that readers report, and what became of them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from marketinfo.actions.refusal import OvertakenError, RefusedError
from marketinfo.entry import Entry
from marketinfo.models import EntryReport, Requirement

# Of one entry at one time; who finds so many waiting can be sure that it is known.
OPEN_AT_MOST = 100


def report(entry: Entry, *, text: str) -> EntryReport | None:
    """Keep what a reader says is wrong; the same words twice are kept once.

    None when so many reports of this entry wait already that one more tells nobody anything.
    """
    with transaction.atomic():
        waiting = EntryReport.objects.of(entry).filter(settled_at__isnull=True)
        same = waiting.filter(text=text.strip()).first()
        if same is not None:
            return same
        if waiting.count() >= OPEN_AT_MOST:
            return None
        return EntryReport.objects.create(
            **EntryReport.naming(entry),
            text=text.strip(),
            language=(translation.get_language() or "ko")[:2],
            version=entry.version,
        )


def may_settle(user: User, entry: Entry | None) -> bool:
    """Whether a person answers for the entry: the secretariat, or who keeps the record."""
    if roles.is_secretary(user):
        return True
    return (
        isinstance(entry, Requirement)
        and entry.owner_id is not None
        and roles.is_officer_of(user, entry.owner_id)
    )


def settle(found: EntryReport, *, settlement: str, by: User) -> EntryReport:
    """Say what was done about a report. Raises RefusedError without words and for outsiders."""
    if not settlement.strip():
        raise RefusedError(_("Write what was done."))
    if not may_settle(by, found.entry):
        raise RefusedError(_("Another organisation keeps this record up to date."))
    facts = {
        "settled_at": timezone.now(),
        "settled_by": by,
        "settlement": settlement.strip()[:500],
    }
    with transaction.atomic():
        rows = EntryReport.objects.filter(pk=found.pk, settled_at__isnull=True)
        if rows.update(**facts) != 1:
            raise OvertakenError
    for name, value in facts.items():
        setattr(found, name, value)
    return found
