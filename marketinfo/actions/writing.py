"""Writing an entry, checking its facts again, deleting a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from files import storing
from marketinfo import changes
from marketinfo.actions import keeping
from marketinfo.actions.refusal import OvertakenError, RefusedError
from marketinfo.entry import (
    DRAFT,
    PUBLISHED,
    READABLE,
    REVIEW,
    SCHEDULED,
    STATE_LABELS,
    WITHDRAWN,
    Entry,
)
from marketinfo.facts import changed, facts_of
from marketinfo.models import (
    EntryFile,
    EntryLink,
    EntryProposal,
    EntryReport,
    EntryRevision,
    Requirement,
)
from search import index

AnyEntry = TypeVar("AnyEntry", bound=Entry)
Many = Mapping[str, Iterable[Any]]

# One person may say on a published entry that its facts were checked, and until when it holds.
SHELF_LIFE = frozenset({"last_verified", "next_check", "verified_by", "confidence", "expires_on"})
# How long facts count as checked where nobody has said.
_USUAL_SHELF_LIFE = dt.timedelta(days=180)


def save(
    entry: AnyEntry,
    *,
    by: User | None,
    fields: Iterable[str] | None = None,
    many: Many | None = None,
    remark: str = "",
) -> AnyEntry:
    """Write a new entry, or the named fields of a known one (all when None), index and keep it.

    `by` is None where a programme writes; `many` names lists of other rows that are set with it.
    An entry in review then answers to who saved it; a scheduled one goes back to review. Raises
    RefusedError when somebody else saved first, and when a person changes the text of a published
    entry (`propose` does that) or of one that was taken down.
    """
    with transaction.atomic():
        if entry._state.adding:
            entry.updated_at, entry.updated_by = timezone.now(), by
            entry.save(force_insert=True)
            _set_many(entry, many)
            keeping.keep(entry, verb="write", by=by, remark=remark)
            keeping.reindex(entry)
        else:
            _rewrite(entry, by=by, fields=fields, many=many, remark=remark)
    return entry


def _rewrite(
    entry: Entry, *, by: User | None, fields: Iterable[str] | None, many: Many | None, remark: str
) -> None:
    stands = type(entry)._default_manager.filter(pk=entry.pk).first()
    if stands is None:
        raise OvertakenError
    before = facts_of(stands)
    keeping.keep_first(stands, before)
    wanted = {name: getattr(entry, name) for name in _written(entry, fields)}
    if by is not None:
        _may_write(stands, by, [n for n, a in wanted.items() if getattr(stands, n) != a], many)
    keeping.swap(entry, by=by, seen=STATE_LABELS, **wanted, **_answers_to(stands, by))
    _set_many(entry, many)
    # Columns that were not named stay what they are in the database.
    for name, value in _others(stands, wanted).items():
        setattr(entry, name, value)
    keeping.keep(entry, verb="write", by=by, remark=remark)
    keeping.reindex(entry)
    after = facts_of(entry)
    if entry.state in READABLE and changed(before, after):
        changes.tell(changes.Change(entry, changes.CHANGED, before, after, by))


def _others(stands: Entry, wanted: Mapping[str, Any]) -> dict[str, Any]:
    left_out = {*wanted, "id", "version", "updated_at", "updated_by_id"} | {
        "state",
        "submitted_by_id",
        "submitted_at",
        "publish_at",
        "published_by_id",
    }
    columns = [field.attname for field in stands._meta.concrete_fields]
    return {name: getattr(stands, name) for name in columns if name not in left_out}


def _written(entry: Entry, fields: Iterable[str] | None) -> list[str]:
    known = [f for f in entry._meta.concrete_fields if f.name not in entry.life_fields]
    if fields is not None:
        named = set(fields)
        known = [field for field in known if field.name in named]
    return [field.attname for field in known]


def _may_write(stands: Entry, by: User, names: Iterable[str], many: Many | None) -> None:
    if stands.state == WITHDRAWN:
        raise RefusedError(_("This entry was taken down. Take it back to a draft first."))
    if stands.state not in READABLE:
        return
    beyond = {name.removesuffix("_id") for name in names} - SHELF_LIFE
    for name, rows in (many or {}).items():
        there = set(getattr(stands, name).values_list("pk", flat=True))
        if {getattr(row, "pk", row) for row in rows} != there:
            beyond.add(name)
    if beyond:
        raise RefusedError(
            _("Readers see this text. Propose the change; another person puts it in its place.")
        )


def _answers_to(stands: Entry, by: User | None) -> dict[str, Any]:
    """In review an entry answers to its last writer, so that another person reads every word."""
    if by is None or stands.state not in {REVIEW, SCHEDULED}:
        return {}
    return {
        "state": REVIEW,
        "submitted_by": by,
        "submitted_at": timezone.now(),
        "publish_at": None,
        "published_by": None,
    }


def _set_many(entry: Entry, many: Many | None) -> None:
    for name, rows in (many or {}).items():
        getattr(entry, name).set(rows)


def reverify(record: Requirement, *, by: User) -> Requirement:
    """The organisation that keeps a record says that its source still says the same today.

    The next check is due after as long a time as the last one was. Raises RefusedError for people
    of any other organisation, and when somebody was first.
    """
    if not roles.is_officer_of(by, record.owner_id):
        raise RefusedError(_("Another organisation keeps this record up to date."))
    today = timezone.localdate()
    seen, until = record.last_verified, record.next_check
    if seen is not None and seen >= today:
        raise RefusedError(_("This record was checked today already."))
    shelf_life = until - seen if seen and until and until > seen else _USUAL_SHELF_LIFE
    with transaction.atomic():
        before = facts_of(record)
        keeping.keep_first(record, before)
        keeping.swap(
            record,
            by=by,
            seen=[PUBLISHED],
            last_verified=today,
            next_check=today + shelf_life,
            verified_by=by,
        )
        keeping.keep(record, verb="reverify", by=by)
        changes.tell(changes.Change(record, changes.CHECKED, before, facts_of(record), by))
    return record


def delete(entry: Entry, *, by: User | None) -> None:
    """Remove a draft for good, with what is kept of it and from the index.

    Raises RefusedError for what is or was published: its address must go on saying what became
    of it.
    """
    with transaction.atomic():
        rows = type(entry)._default_manager.filter(
            pk=entry.pk, state=DRAFT, first_published_at__isnull=True
        )
        files = list(EntryFile.objects.of(entry).select_related("stored"))
        pk = entry.pk
        if not rows.exists():
            raise RefusedError(
                _("A published entry cannot be deleted. Take it down; its address then says so.")
            )
        for kept in (EntryRevision, EntryProposal, EntryFile, EntryReport, EntryLink):
            kept.objects.of(entry).delete()
        # Their bytes go with the next sweep.
        storing.release(file.stored for file in files)
        rows.delete()
        index.remove(type(entry), pk)
