"""Who hears of the access log: registered by what knows people and mails, which is further up."""

from __future__ import annotations

from typing import Protocol

from privacy.models import Head, Review


class Teller(Protocol):
    """Writes to the auditors."""

    def head(self, head: Head) -> None:
        """Where the chain stands today, and whether it is whole."""

    def review(self, review: Review) -> None:
        """The review of a month waits to be read."""


_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Say who writes to the auditors; the last one counts."""
    _tellers[:] = [teller]


def tell_head(head: Head) -> None:
    """Mail the day's seal, so that it stands where nobody of the database reaches."""
    for teller in _tellers:
        teller.head(head)


def tell_review(review: Review) -> None:
    """Say that a month was counted."""
    for teller in _tellers:
        teller.review(review)
