"""Putting back what an entry said once; what came between stays in its list of revisions."""

from __future__ import annotations

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from marketinfo.actions.proposing import propose
from marketinfo.actions.refusal import RefusedError
from marketinfo.actions.writing import save
from marketinfo.entry import READABLE, Entry
from marketinfo.facts import put_back
from marketinfo.models import EntryRevision

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def restore(entry: AnyEntry, *, number: int, by: User) -> AnyEntry:
    """Make the entry say again what it said at a revision, as a new one.

    Of a published entry it becomes a proposed change, as every other change does. Raises
    RefusedError when there is no such revision, when it names rows that are gone, and when
    somebody else was first.
    """
    revision = EntryRevision.objects.of(entry).filter(number=number).first()
    if revision is None:
        raise RefusedError(_("There is no such revision."))
    remark = _("Revision %(number)d put back") % {"number": number}
    if entry.state in READABLE:
        propose(entry, facts=revision.facts, remark=remark, by=by)
        return entry
    try:
        with transaction.atomic():
            many = put_back(entry, revision.facts)
            return save(entry, by=by, many=many, remark=remark)
    except IntegrityError as error:
        raise RefusedError(
            _("This revision names something that is no longer there; it cannot be put back.")
        ) from error
