"""The verbs on library entries: each one transaction of row and search index.

They serve every model that inherits `Entry`, the case archive's too.
"""

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import roles
from accounts.models import User
from marketinfo.entry import DRAFT, PUBLISHED, Entry
from marketinfo.models import Requirement
from search import index

AnyEntry = TypeVar("AnyEntry", bound=Entry)


class RefusedError(Exception):
    """The step cannot be taken now; the message says why, for the person who tried."""


def save(entry: AnyEntry, *, by: User | None, fields: Iterable[str] | None = None) -> AnyEntry:
    """Write a new entry, or the named fields of a known one (all when None), and index it.

    `by` is None where a programme writes. State and publication are left as they are.
    """
    entry.updated_at, entry.updated_by = timezone.now(), by
    with transaction.atomic():
        if entry._state.adding:
            entry.save(force_insert=True)
        else:
            entry.save(update_fields=_written(entry, fields))
        reindex(entry)
    return entry


_NOT_EDITED = {"id", "state", "published_at", "published_by", "created_at"}


def _written(entry: Entry, fields: Iterable[str] | None) -> list[str]:
    known = {field.name for field in entry._meta.concrete_fields} - _NOT_EDITED
    wanted = known if fields is None else known & set(fields)
    return sorted(wanted | {"updated_at", "updated_by"})


def reindex(entry: Entry) -> None:
    """Make the entry findable by what it says now."""
    body = "\n".join((entry.running_text(), *entry.place_words()))
    index.put(type(entry), entry.pk, title=entry.title, body=body)


def publish(entry: AnyEntry, *, by: User | None) -> AnyEntry:
    """Let everybody read the entry.

    Raises RefusedError when nobody has said when its facts were last checked, or when somebody
    else published it first.
    """
    if entry.last_verified is None:
        raise RefusedError(_("Enter the date on which the facts were last checked, then publish."))
    return _move(entry, DRAFT, PUBLISHED, by=by)


def unpublish(entry: AnyEntry, *, by: User | None) -> AnyEntry:
    """Take the entry back to a draft. Raises RefusedError when somebody else did so first."""
    return _move(entry, PUBLISHED, DRAFT, by=by)


def _move(entry: AnyEntry, seen: str, to: str, *, by: User | None) -> AnyEntry:
    now = timezone.now()
    out = to == PUBLISHED
    facts = {
        "state": to,
        "published_at": now if out else None,
        "published_by": by if out else None,
        "updated_at": now,
        "updated_by": by,
    }
    rows = type(entry)._default_manager.filter(pk=entry.pk, state=seen)
    if out:
        rows = rows.filter(last_verified__isnull=False)
    if rows.update(**facts) != 1:
        raise RefusedError(
            _("Somebody else has changed this entry in the meantime. Load it again.")
        )
    for name, value in facts.items():
        setattr(entry, name, value)
    return entry


# How long facts count as checked where nobody has said.
_USUAL_SHELF_LIFE = dt.timedelta(days=180)


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
    facts = {
        "last_verified": today,
        "next_check": today + shelf_life,
        "verified_by": by,
        "updated_at": timezone.now(),
        "updated_by": by,
    }
    rows = Requirement.objects.published().filter(pk=record.pk, last_verified=seen)
    if rows.update(**facts) != 1:
        raise RefusedError(
            _("Somebody else has changed this entry in the meantime. Load it again.")
        )
    for name, value in facts.items():
        setattr(record, name, value)
    return record


def delete(entry: Entry, *, by: User | None) -> None:
    """Remove a draft for good, from the index too. Raises RefusedError for what is published."""
    with transaction.atomic():
        pk = entry.pk
        gone, _rows = type(entry)._default_manager.filter(pk=pk, state=DRAFT).delete()
        if not gone:
            raise RefusedError(_("A published entry cannot be deleted. Take it back first."))
        index.remove(type(entry), pk)
