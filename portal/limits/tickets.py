"""A place in the queue, and the work that lets one pass it: signed, short-lived, used once.

The work is to find a number that makes SHA-256 of the ticket begin with so many zero bits. It
costs a browser a second, names nobody and needs no other service. Whoever has no scripts waits
instead: the same ticket lets through once its time has come.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass, replace

from django.core import signing

from portal.limits.counting import first_time

_SALT = "portal.limits.tickets"
# How long a ticket is good, in seconds: somebody may read the page twice before going on.
LIFETIME = 3600
# A telephone tries some 100,000 numbers a second, so 16 bits take it about a second.
FEWEST_BITS, MOST_BITS = 16, 20
FIRST_WAIT, NEXT_WAIT, LONGEST_WAIT = 20, 3, 600


@dataclass(frozen=True)
class Ticket:
    """What the page hands back: for which group, how much work, from when it lets through."""

    group: str
    mark: str
    bits: int
    since: int
    due: int
    text: str = ""

    @property
    def wait(self) -> int:
        """Seconds until it lets through without any work."""
        return max(0, self.due - int(time.time()))


def bits_for(times: float) -> int:
    """How much work when there were so many times what the mark allows: a bit per doubling."""
    more = max(0, int(times).bit_length() - 1)
    return min(MOST_BITS, FEWEST_BITS + more)


def issue(group: str, *, times: float, before: int) -> Ticket:
    """A ticket behind `before` others of the same block."""
    now = int(time.time())
    wait = min(LONGEST_WAIT, FIRST_WAIT + NEXT_WAIT * max(0, before))
    ticket = Ticket(group, secrets.token_urlsafe(12), bits_for(times), now, now + wait)
    facts = [ticket.group, ticket.mark, ticket.bits, ticket.since, ticket.due]
    return replace(ticket, text=signing.dumps(facts, salt=_SALT))


def read(text: str, group: str) -> Ticket | None:
    """The ticket that was handed back; None when it is not ours, not for this, or too old."""
    try:
        of, mark, bits, since, due = signing.loads(text, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    return Ticket(of, mark, bits, since, due, text) if of == group else None


def has_zeros(text: str, proof: str, bits: int) -> bool:
    """Whether the number was found: SHA-256 of ticket, colon, number begins with zero bits."""
    if not (proof.isascii() and proof.isdigit() and len(proof) <= 16):
        return False
    digest = hashlib.sha256(f"{text}:{proof}".encode()).digest()
    return int.from_bytes(digest) >> (256 - bits) == 0


def is_done(ticket: Ticket, proof: str) -> bool:
    """Whether the work, or else the waiting, is done."""
    return has_zeros(ticket.text, proof, ticket.bits) or ticket.wait == 0


def spend(ticket: Ticket) -> bool:
    """Whether it lets through, which it does once."""
    return first_time(ticket.mark, LIFETIME)
