"""What every form that keeps a draft shares: its key, what was typed, and the files that came."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from files import names
from intake.actions import drafting
from intake.models import Draft
from privacy import warning


def key_of(request: HttpRequest) -> uuid.UUID:
    """The form's key; a new one where none or nonsense came along."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def typed(request: HttpRequest, ours: Collection[str]) -> dict[str, list[str]]:
    """What was typed, as the draft keeps it. NUL cannot be stored and means nothing.

    What the person decided of a number (privacy.warning) is done here: whatever reads the draft
    afterwards finds the text as it was wanted.
    """
    return {
        name: [warning.decided(value.replace("\x00", ""), request.POST, name) for value in values]
        for name, values in request.POST.lists()
        if name in ours
    }


def as_post(data: dict[str, list[str]]) -> QueryDict:
    """What a draft keeps, as if it had been posted."""
    post = QueryDict(mutable=True)
    for name, values in data.items():
        post.setlist(name, values)
    return post


def take_files(request: HttpRequest, draft: Draft) -> list[ValidationError]:
    """Store the uploaded files with the draft; what is refused says why, by name."""
    refused: list[ValidationError] = []
    for upload in request.FILES.getlist("files"):
        if draft.files.count() >= settings.MAX_FILES_PER_MESSAGE:
            refused.append(
                ValidationError(
                    _(
                        "At most %(count)d files can be attached. “%(name)s” was left out: "
                        "remove another one first."
                    )
                    % {"name": _shown(upload.name), "count": settings.MAX_FILES_PER_MESSAGE},
                    code="many",
                )
            )
            continue
        try:
            drafting.add_file(draft=draft, upload=upload)
        except ValidationError as error:
            refused.append(error)
    return refused


def _shown(name: str | None) -> str:
    """The name of an upload as it would be kept; its own text where it is unfit."""
    try:
        return names.clean(name or "")
    except ValidationError:
        return _("a file")
