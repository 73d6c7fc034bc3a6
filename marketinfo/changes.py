"""Telling other parts that what readers see has changed: alerts, figures, drift of cases.

A listener is called inside the verb's transaction, after row, index and revision are written;
what it raises undoes the verb.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from marketinfo import facts
from marketinfo.entry import Entry
from marketinfo.facts import Facts

PUBLISHED = "publish"
CHANGED = "change"
CHECKED = "reverify"
EXPIRED = "expire"
WITHDRAWN = "withdraw"
TAKEN_BACK = "unpublish"


@dataclass(frozen=True)
class Change:
    """One step after which readers see something else."""

    entry: Entry
    # One of the words above.
    what: str
    # What stood there before and stands there now; the same for steps that leave the text.
    before: Facts
    after: Facts
    # Empty where a programme acted.
    by: User | None

    @property
    def names(self) -> list[str]:
        """The columns that differ."""
        return facts.changed(self.before, self.after)


Listener = Callable[[Change], None]
_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Call `listener` for every change from now on; registering again changes nothing."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(change: Change) -> None:
    """Call every listener, in the order of registration."""
    for listener in _listeners:
        listener(change)
