"""What somebody sent after the session had ended: put aside until they have signed in again."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

KEY = "kept_form"
# Sent again by the page that shows what was kept.
MARK = "_sent_again"
MINUTES = 60
# A reply with all its fields is far smaller; a session must not become a store.
MOST = 256 * 1024


@dataclass(frozen=True)
class Kept:
    """A form as it was sent."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool


def put_aside(
    request: HttpRequest, user_pk: str, fields: Sequence[tuple[str, str]], *, had_files: bool
) -> bool:
    """Keep the form of this request for the person whose session ended; whether it could be."""
    form = {
        "user": user_pk,
        "until": time.time() + MINUTES * 60,
        "path": request.get_full_path(),
        "fields": [list(pair) for pair in fields],
        "files": had_files,
    }
    if not user_pk or not fields or len(json.dumps(form)) > MOST:
        return False
    request.session[KEY] = form
    return True


def find(request: HttpRequest) -> Kept | None:
    """What was put aside for the person who is signed in now."""
    form = request.session.get(KEY)
    if not isinstance(form, dict) or form["until"] < time.time():
        return None
    if form["user"] != str(request.user.pk):
        return None
    fields = tuple((str(name), str(value)) for name, value in form["fields"])
    return Kept(path=form["path"], fields=fields, had_files=form["files"])


def sent_again(request: HttpRequest) -> None:
    """Forget what was put aside, once it is on its way."""
    if request.user.is_authenticated and KEY in request.session and MARK in request.POST:
        forget(request)


def forget(request: HttpRequest) -> None:
    """Throw away what was put aside."""
    request.session.pop(KEY, None)
