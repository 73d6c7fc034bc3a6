"""Handing out a file of an entry: to whoever may read the entry, and only while it is out."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase

from files import serving
from marketinfo import kinds
from marketinfo.models import EntryFile
from marketinfo.models.kept import PICTURE


def hand_out(public_id: uuid.UUID, *, to: Any) -> HttpResponseBase:
    """A picture to be shown, an attachment to be kept. Raises Http404 for everything else."""
    files = EntryFile.objects.select_related("stored")
    file = files.filter(stored__public_id=public_id).first()
    model = kinds.of_label(file.entry_kind) if file is not None else None
    if file is None or model is None:
        raise Http404
    rows: Any = model._default_manager.all()
    if not rows.readable_by(to).filter(pk=file.entry_id).exists():
        raise Http404
    response = serving.download(file.stored)
    if file.role == PICTURE and response.status_code == 200:
        # It was encoded by us, so that it is a picture and nothing else.
        response["Content-Disposition"] = "inline"
        response["Cache-Control"] = "private, max-age=300"
    return response
