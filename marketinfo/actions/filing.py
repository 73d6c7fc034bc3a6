"""Pictures inside an entry's text and files attached to it."""

from __future__ import annotations

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from files import checking, storing
from marketinfo import pictures
from marketinfo.actions import keeping
from marketinfo.actions.refusal import RefusedError
from marketinfo.entry import Entry
from marketinfo.models import EntryFile
from marketinfo.models.kept import ATTACHMENT, PICTURE

# Of one entry; a page with more is better split.
AT_MOST = 40


def add_picture(
    entry: Entry, *, upload: File, alt: str, caption: str, by: User | None
) -> EntryFile:
    """Keep a picture for the entry's text, encoded anew; it is shown where the text names it.

    Raises RefusedError without a caption or without the words that stand in its place, FileRefused
    for what is no picture.
    """
    if not alt.strip() or not caption.strip():
        raise RefusedError(_("A picture needs a caption and words for those who do not see it."))
    _has_room(entry)
    fresh = pictures.written_anew(upload)
    with transaction.atomic():
        stored = storing.store(fresh.file)
        storing.claim([stored])
        return EntryFile.objects.create(
            **EntryFile.naming(entry),
            role=PICTURE,
            stored=stored,
            alt=alt.strip(),
            caption=caption.strip(),
            width=fresh.width,
            height=fresh.height,
            added_by=by,
        )


def attach(entry: Entry, *, upload: File, caption: str, by: User | None) -> EntryFile:
    """Attach a file under a name for readers; its words are read for search a little later.

    Raises RefusedError without a name, FileRefused for what cannot be kept.
    """
    if not caption.strip():
        raise RefusedError(_("Write under which name readers find the file."))
    _has_room(entry)
    if checking.check(upload).content_type.startswith("image/"):
        raise RefusedError(_("Put pictures into the text, with a caption."))
    upload.seek(0)
    with transaction.atomic():
        stored = storing.store(upload)
        storing.claim([stored])
        return EntryFile.objects.create(
            **EntryFile.naming(entry),
            role=ATTACHMENT,
            stored=stored,
            caption=caption.strip(),
            added_by=by,
        )


def remove_file(file: EntryFile, *, by: User | None) -> None:
    """Take a file off its entry; its bytes go with the next sweep.

    Raises RefusedError while the entry's text shows the picture.
    """
    entry: Entry | None = file.entry
    shown = entry is not None and str(file.stored.public_id) in entry.running_text()
    if file.role == PICTURE and shown:
        raise RefusedError(_("The text shows this picture. Take it out of the text first."))
    with transaction.atomic():
        stored, role = file.stored, file.role
        file.delete()
        storing.release([stored])
        if entry is not None and role == ATTACHMENT:
            keeping.reindex(entry)


def take_text(file: EntryFile, *, text: str, problem: str = "") -> None:
    """Keep the words of an attachment, and make its entry findable by them.

    `problem` says why they are not all there are (files.reading.PROBLEMS).
    """
    with transaction.atomic():
        EntryFile.objects.filter(pk=file.pk).update(
            text=text, text_problem=problem, text_read_at=timezone.now()
        )
        entry = file.entry
        if entry is not None and text:
            keeping.reindex(entry)


def _has_room(entry: Entry) -> None:
    if EntryFile.objects.of(entry).count() >= AT_MOST:
        raise RefusedError(_("An entry takes at most %(most)d files.") % {"most": AT_MOST})
