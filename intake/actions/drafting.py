"""Keeping what is being written: drafts, their files, and the link that resumes them."""

from __future__ import annotations

import datetime as dt
import uuid
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
from intake.models.draft import FILING
from intake.timeline import COMPANY, Actor


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
    letters.draft_link(key=draft.key, to=to, language=draft.language)


def expire_drafts(*, now: dt.datetime | None = None) -> int:
    """Delete drafts that nobody touched for settings.DRAFT_DAYS; filed ones lose the draft too."""
    limit = (now or timezone.now()) - dt.timedelta(days=settings.DRAFT_DAYS)
    with transaction.atomic():
        over = Draft.objects.filter(updated_at__lt=limit)
        unfiled = DraftFile.objects.filter(draft__in=over, draft__case__isnull=True)
        storing.release([row.file for row in unfiled.select_related("file")])
        deleted, per_model = over.delete()
    return per_model.get("intake.Draft", 0) if deleted else 0
