"""Who has an active hook, known to a process for some seconds: most steps ask nothing."""

from __future__ import annotations

import time

from notifications.models import Hook

# Seconds. A first hook may miss what happens in other processes for so long.
KNOWN_FOR = 10.0

_known: tuple[float, frozenset[str]] = (0.0, frozenset())


def owners() -> frozenset[str]:
    """The codes of organisations that have an active hook."""
    global _known  # noqa: PLW0603 - one small fact of the process
    until, found = _known
    if time.monotonic() < until:
        return found
    found = frozenset(Hook.objects.active().values_list("owner", flat=True).distinct())
    _known = (time.monotonic() + KNOWN_FOR, found)
    return found


def assume(found: frozenset[str], seconds: float = KNOWN_FOR) -> None:
    """Take this for true without asking the table."""
    global _known  # noqa: PLW0603
    _known = (time.monotonic() + seconds, found)


def forget() -> None:
    """Ask the table again."""
    global _known  # noqa: PLW0603
    _known = (0.0, frozenset())
