"""Files that come with a form: stored when they come, kept over a refused form, then claimed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files import storing
from files.checking import ACCEPT
from files.models import StoredFile
from intake.forms.widgets import ManyFilesInput
from intake.models import Case

_SALT = "intake.message-files"
# As long as a page may stay open; an unclaimed file lives for a day.
_SECONDS = 12 * 3600


class WithFiles(forms.Form):
    """A form whose files are stored by whoever takes the request."""

    # Django takes a declared field off the class, so this hides nothing of the form's own.
    files = forms.FileField(  # type: ignore[assignment]
        label=gettext_lazy("Files"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ACCEPT}),
    )
    # Files that came with this or an earlier try of the form, and the signed list of them.
    kept_files: Sequence[StoredFile] = ()
    kept_token = ""

    @property
    def kept_name(self) -> str:
        """The name of the field that brings the list back."""
        return self.add_prefix("kept")


def take(
    posted: QueryDict, uploads: MultiValueDict[str, Any], case: Case, form: Any
) -> list[StoredFile]:
    """Store the files of a form; what is refused puts its reason on the form.

    The form remembers what was stored, so that nobody attaches it again after an error. A kept
    file whose box `drop` is ticked is left out.
    """
    dropped = set(posted.getlist(form.add_prefix("drop")))
    stored = [
        file
        for file in _kept(posted.get(form.kept_name, ""), case)
        if str(file.public_id) not in dropped
    ]
    known = {(file.sha256, file.original_name) for file in stored}
    for upload in uploads.getlist(form.add_prefix("files")):
        if len(stored) >= settings.MAX_FILES_PER_MESSAGE:
            form.add_error(
                "files",
                ValidationError(
                    _("At most %(count)d files can be sent at once; send the others afterwards.")
                    % {"count": settings.MAX_FILES_PER_MESSAGE},
                    code="many",
                ),
            )
            break
        try:
            file = storing.store(upload)
        except ValidationError as error:
            form.add_error("files", error)
            continue
        if (file.sha256, file.original_name) not in known:
            known.add((file.sha256, file.original_name))
            stored.append(file)
    remember(form, case, stored)
    return stored


def remember(form: Any, case: Case, stored: Sequence[StoredFile]) -> None:
    """Put stored files on a form, with the list that brings them back."""
    form.kept_files = list(stored)
    form.kept_token = signing.dumps((case.pk, [str(file.public_id) for file in stored]), salt=_SALT)


def _kept(token: str, case: Case) -> list[StoredFile]:
    """The files that an earlier, refused post of this form brought."""
    try:
        case_pk, ids = signing.loads(token, salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return []
    if case_pk != case.pk:
        return []
    wanted = [uuid.UUID(one) for one in ids]
    return list(StoredFile.objects.unclaimed().filter(public_id__in=wanted).order_by("pk"))
