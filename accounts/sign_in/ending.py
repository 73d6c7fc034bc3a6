"""Ending every session of a person at once, wherever they are signed in."""

from __future__ import annotations

from accounts.models import User
from accounts.sign_in import browsers


def end_sessions(user: User) -> int:
    """Delete every running session of the person; how many there were."""
    return browsers.end_elsewhere(user, None)
