"""Ending every session of a person at once, wherever they are signed in."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User


def end_sessions(user: User) -> int:
    """Delete every running session of the person; how many there were.

    Sessions last a working day at most, so the table is short enough to be read through.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    running = Session.objects.filter(expire_date__gt=timezone.now())
    for row in running.iterator(chunk_size=500):
        if row.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(session_key=row.session_key).delete()
            ended += 1
    return ended
