"""Files of a message: stored when they come, kept over a refused form, and handed to the verb."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from files import storing
from files.models import StoredFile
from intake.forms.following import MessageForm
from intake.models import Case

_SALT = "intake.message-files"
# As long as a page may stay open; an unclaimed file lives for a day.
_SECONDS = 12 * 3600


def _kept(request: HttpRequest, case: Case, name: str) -> list[StoredFile]:
    """The files that an earlier, refused post of this form brought."""
    try:
        case_pk, ids = signing.loads(request.POST.get(name, ""), salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return []
    if case_pk != case.pk:
        return []
    wanted = [uuid.UUID(one) for one in ids]
    return list(StoredFile.objects.unclaimed().filter(public_id__in=wanted).order_by("pk"))


def take(request: HttpRequest, case: Case, form: MessageForm) -> list[StoredFile]:
    """Store the files of a message; what is refused puts its reason on the form.

    The form remembers what was stored, so that nobody attaches it again after an error.
    """
    stored = _kept(request, case, form.kept_name)
    known = {(file.sha256, file.original_name) for file in stored}
    for upload in request.FILES.getlist(form.add_prefix("files")):
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
            stored.append(file)
    form.kept_files = stored
    form.kept_token = signing.dumps((case.pk, [str(file.public_id) for file in stored]), salt=_SALT)
    return stored
