"""Keeping what is being written: drafts, their files, and the link that resumes them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from files import storing
from intake import letters
from intake.actions import access
from intake.models import Draft, DraftFile
from intake.models.draft import FILING, DraftQuerySet
from intake.timeline import COMPANY, Actor
from privacy import warning


class OthersDraftError(Exception):
    """The key is taken by a draft of somebody else's desk: what was typed needs another one."""


@transaction.atomic
def keep_draft(
    *,
    key: uuid.UUID,
    data: Mapping[str, Any],
    language: str,
    by: Actor = COMPANY,
    purpose: str = FILING,
) -> Draft:
    """Store what was typed under the form's key; a draft that was filed stays as it is.

    At a desk (`by` with an organisation) the draft is that organisation's. Raises
    OthersDraftError where the key leads to a draft that was written elsewhere.
    """
    # A draft is storage too: what no form would take is not kept on the way there.
    data = warning.without_forbidden_anywhere(data)
    where = {"organisation": by.organisation, "purpose": purpose}
    officer = by.user if by.organisation is not None else None
    draft, created = Draft.objects.get_or_create(
        key=key,
        defaults={"data": dict(data), "language": language, "officer": officer, **where},
    )
    if any(getattr(draft, name) != value for name, value in where.items()):
        raise OthersDraftError
    if not created:
        # By compare and swap: filed a moment ago in another tab, its text is no longer a draft.
        Draft.objects.unfinished().filter(pk=draft.pk).update(
            data=dict(data), language=language, updated_at=timezone.now()
        )
        draft.refresh_from_db()
    return draft


def add_file(*, draft: Draft, upload: UploadedFile) -> DraftFile:
    """Check and store one uploaded file; raises FileRefused with the reason for the person.

    The same file under the same name is kept once: a page that is sent again sends it again.
    """
    stored = storing.store(upload)
    with transaction.atomic():
        # One at a time per draft, so that two tabs do not both find nothing.
        Draft.objects.select_for_update().get(pk=draft.pk)
        known = draft.files.filter(
            file__sha256=stored.sha256, file__original_name=stored.original_name
        ).first()
        if known is not None:
            return known
        storing.claim([stored])
        return DraftFile.objects.create(draft=draft, file=stored)


@transaction.atomic
def remove_file(*, draft: Draft, pk: int) -> bool:
    """Take a file out of a draft that was not filed; the sweeper removes it from the disk."""
    row = draft.files.filter(pk=pk, draft__case__isnull=True).select_related("file").first()
    if row is None:
        return False
    storing.release([row.file])
    row.delete()
    return True


@transaction.atomic
def forget_draft(*, key: uuid.UUID, by: Actor = COMPANY) -> None:
    """Throw away what was typed and attached; a draft that was filed stays as it is."""
    draft = Draft.objects.unfinished().filter(key=key, organisation=by.organisation).first()
    if draft is not None:
        storing.release([row.file for row in draft.files.select_related("file")])
        draft.delete()


@transaction.atomic
def mail_draft_link(*, draft: Draft, to: str, address: str) -> None:
    """Send the link that resumes a draft, to the address that its writer gave.

    Raises TooManyTriesError when that address was written to often, or this visitor had many
    mails sent: nobody confirmed that the address is theirs.
    """
    access.count_mail(to=to, address=address)
    Draft.objects.filter(pk=draft.pk).update(mail_to=to)
    letters.draft_link(key=draft.key, to=to, language=draft.language)


# --- As time goes by ----------------------------------------------------------------------
# So many drafts are told of, or deleted, in one transaction.
_BATCH = 200


def remind_after() -> dt.timedelta:
    """How long a draft lies untouched before its writer is reminded: half of its time."""
    return dt.timedelta(days=settings.DRAFT_DAYS) / 2


def to_be_reminded(now: dt.datetime) -> DraftQuerySet:
    """Drafts that lie untouched, and whose writer asked for the link and was not reminded yet."""
    over = now - dt.timedelta(days=settings.DRAFT_DAYS)
    lying = Draft.objects.unfinished().untouched_since(now - remind_after())
    waiting = lying.filter(updated_at__gte=over, reminded_at__isnull=True, settled_at__isnull=True)
    return waiting.exclude(mail_to="")


@transaction.atomic
def remind_drafts() -> int:
    """Remind writers once of drafts that lie untouched, a handful at a time; how many."""
    now = timezone.now()
    lying = list(to_be_reminded(now).select_for_update().order_by("pk")[:_BATCH])
    keys = [draft.pk for draft in lying]
    # By compare and swap: whoever comes at the same moment finds them reminded.
    if not keys or not to_be_reminded(now).filter(pk__in=keys).update(reminded_at=now):
        return 0
    letters.draft_reminders(lying)
    return len(keys)


def expire_drafts(*, now: dt.datetime | None = None) -> int:
    """Delete drafts that nobody touched for settings.DRAFT_DAYS; filed ones lose the draft too.

    Who asked for the link is told, by day, what was deleted and how to begin anew.
    """
    limit = (now or timezone.now()) - dt.timedelta(days=settings.DRAFT_DAYS)
    expired = 0
    while found := _expire(limit):
        expired += found
    return expired


@transaction.atomic
def _expire(limit: dt.datetime) -> int:
    """A handful; each is held first, so that of two workers one deletes it and tells of it."""
    over = Draft.objects.untouched_since(limit).order_by("pk")
    held = list(over.select_for_update()[:_BATCH])
    unfiled = [draft for draft in held if draft.case_id is None]
    files = list(DraftFile.objects.filter(draft__in=unfiled).select_related("file"))
    storing.release([row.file for row in files])
    letters.drafts_expired(
        [draft for draft in unfiled if draft.mail_to and draft.settled_at is None],
        Counter(row.draft_id for row in files),
    )
    _deleted, rows = Draft.objects.filter(pk__in=[draft.pk for draft in held]).delete()
    return rows.get("intake.Draft", 0)
