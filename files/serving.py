"""Handing a stored file out: always as a download, never as a page of ours.

The caller has decided that this person may have it.
"""

import logging

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from files.folder import storage
from files.models import State, StoredFile
from files.storing import sha256_of

log = logging.getLogger(__name__)

# A browser or phone may open these by itself; everything else is just bytes to it.
_NAMED_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"})
_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def download(stored: StoredFile) -> HttpResponseBase:
    """The file as an attachment; a plain page when it waits, is infected, gone or damaged.

    The bytes are compared with the hash of what came before any of them is sent.
    """
    if not stored.is_ready:
        return _held(stored.state)
    try:
        content = storage().open(stored.storage_name, "rb")
    except OSError:
        log.error("file %s has no bytes", stored.public_id)
        return _held(State.MISSING)
    if sha256_of(content) != stored.sha256:
        content.close()
        log.error("file %s is damaged: its hash differs", stored.public_id)
        return _held(State.MISSING)
    content.seek(0)
    named = stored.content_type in _NAMED_TYPES
    response = FileResponse(
        content,
        as_attachment=True,
        filename=stored.original_name,
        content_type=stored.content_type if named else "application/octet-stream",
    )
    return _sealed(response)


def _held(state: str) -> HttpResponseBase:
    """Why the file is not handed out: 409 while it waits, 410 when it never will be."""
    status, heading, text = {
        State.SCAN_PENDING: (
            409,
            _("This file is still being checked"),
            _("It can be downloaded once the virus check is done. Try again in a few minutes."),
        ),
        State.INFECTED: (
            410,
            _("A virus was found in this file"),
            _("It is kept apart and is not handed out. Ask the sender for a clean file."),
        ),
    }.get(
        State(state),
        (
            410,
            _("This file is missing or damaged"),
            _("The stored copy is not what was sent. Ask the sender to attach the file again."),
        ),
    )
    page = render_to_string("files/held.html", {"heading": heading, "text": text})
    return _sealed(HttpResponse(page, status=status))


def _sealed(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing in it runs, loads or is kept; the site-wide policy gives way to a stricter one."""
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    # django-csp leaves a response alone that says so; without it a later version might merge.
    response._csp_exempt = True  # type: ignore[attr-defined]
    return response
