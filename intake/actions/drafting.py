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
from intake.models import Draft, DraftFile


@transaction.atomic
def keep_draft(*, key: uuid.UUID, data: Mapping[str, Any], language: str) -> Draft:
    """Store what was typed under the form's key; a draft that was filed stays as it is."""
    draft, created = Draft.objects.get_or_create(
        key=key, defaults={"data": dict(data), "language": language}
    )
    if not created and draft.case_id is None:
        draft.data = dict(data)
        draft.language = language
        draft.updated_at = timezone.now()
        draft.save(update_fields=["data", "language", "updated_at"])
    return draft


def add_file(*, draft: Draft, upload: UploadedFile) -> DraftFile:
    """Check and store one uploaded file; raises FileRefused with the reason for the person."""
    stored = storing.store(upload)
    return DraftFile.objects.create(draft=draft, file=stored)


@transaction.atomic
def remove_file(*, draft: Draft, pk: int) -> bool:
    """Take a file out of a draft; the sweeper removes it from the disk."""
    deleted, _rows = draft.files.filter(pk=pk).delete()
    return bool(deleted)


@transaction.atomic
def mail_draft_link(*, draft: Draft, to: str) -> None:
    """Send the link that resumes a draft, to the address that its writer gave."""
    letters.draft_link(key=draft.key, to=to, language=draft.language)


def expire_drafts(*, now: dt.datetime | None = None) -> int:
    """Delete drafts that nobody touched for settings.DRAFT_DAYS; filed ones lose the draft too."""
    limit = (now or timezone.now()) - dt.timedelta(days=settings.DRAFT_DAYS)
    deleted, per_model = Draft.objects.filter(updated_at__lt=limit).delete()
    return per_model.get("intake.Draft", 0) if deleted else 0
