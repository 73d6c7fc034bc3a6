"""How the reader of an address leaves what is not part of the proceedings, with one click.

The signed address in a mail names the notice, never the reader: nothing personal stands in it,
and nothing but our own mail can make one. It does not expire.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications import addresses, catalog, replying
from notifications.incoming.hooks import Letter, Word
from notifications.models import DECLINED, HELD, MAIL, QUEUED, Notice, Unsubscription
from notifications.models.incoming import IGNORED, TAKEN

PREFIX = "leave"

_SIGNER = signing.Signer(salt="notifications.leaving")


class BadTokenError(Exception):
    """The address was cut off or changed on its way, or its notice is gone."""


def may_be_left(kind: str) -> bool:
    """Whether a notice of this kind is no part of the proceedings and opens no door."""
    found = catalog.of(kind)
    return not found.proceedings and found.topic != catalog.ACCOUNT


def topics() -> list[str]:
    """Every topic of which something can be left, in the catalog's order."""
    free = {kind.topic for kind in catalog.every() if may_be_left(kind.name)}
    return [topic for topic in catalog.TOPICS if topic in free]


def left_with(topic: str, audience: str) -> list[catalog.Kind]:
    """What a reader of this kind no longer gets once the topic is left."""
    return [
        kind
        for kind in catalog.every()
        if kind.topic == topic and kind.audience == audience and may_be_left(kind.name)
    ]


# --- The address in a mail ------------------------------------------------------------------
def token(row: Notice) -> str:
    """The same for a notice whenever it is sent."""
    return _SIGNER.sign_object(row.pk)


def read(text: str) -> Notice:
    """The notice of a token; raises BadTokenError."""
    try:
        pk = _SIGNER.unsign_object(text)
    except (signing.BadSignature, ValueError) as error:
        raise BadTokenError from error
    row = Notice.objects.filter(pk=pk).first()
    if row is None or not may_be_left(row.kind):
        raise BadTokenError
    return row


def path(row: Notice) -> str:
    """The page on which the reader of a notice leaves its topic."""
    return reverse("notices:leave", args=[token(row)])


def headers(row: Notice) -> dict[str, str]:
    """The List-Unsubscribe headers (RFC 8058) of a notice that may be left; none otherwise."""
    if not _offers(row):
        return {}
    ways = [f"<{settings.PUBLIC_URL}{path(row)}>"]
    if there := mail_address(row):
        ways.append(f"<mailto:{there}?subject=unsubscribe&body=unsubscribe>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def facts(row: Notice) -> dict[str, Any]:
    """What the footer of such a mail says: the page on which it is left."""
    return {"leave": path(row)} if _offers(row) else {}


def _offers(row: Notice) -> bool:
    return row.pk is not None and row.channel == MAIL and may_be_left(row.kind)


# --- Leaving and coming back ----------------------------------------------------------------
def has_left(email: str, topic: str) -> bool:
    """Whether the reader of an address left a topic."""
    return Unsubscription.objects.filter(email=addresses.folded(email), topic=topic).exists()


def leave(email: str, *topics: str) -> None:
    """Leave topics; whoever has left them already has left them once."""
    Unsubscription.objects.bulk_create(
        [Unsubscription(email=addresses.folded(email), topic=topic) for topic in topics],
        ignore_conflicts=True,
    )


def come_back(email: str, topic: str) -> None:
    """Want a topic again."""
    Unsubscription.objects.filter(email=addresses.folded(email), topic=topic).delete()


def decline(rows: Sequence[Notice]) -> None:
    """Set down as not wanted what the readers of these notices have left; they are kept.

    One statement, and none where every notice belongs to the proceedings.
    """
    asked = [
        row
        for row in rows
        if row.channel == MAIL and row.state in (QUEUED, HELD) and may_be_left(row.kind)
    ]
    if not asked:
        return
    left = set(
        Unsubscription.objects.filter(
            email__in={addresses.folded(row.to_address) for row in asked}
        ).values_list("email", "topic")
    )
    for row in asked:
        if (addresses.folded(row.to_address), catalog.of(row.kind).topic) in left:
            row.state, row.held_until, row.rhythm = DECLINED, None, ""


# --- By a mail, for programs that know no other way ------------------------------------------
def mail_address(row: Notice) -> str:
    """Where a mail leaves the topic of a notice; empty where no mail comes in."""
    return replying.address(PREFIX, replying.token(row.pk, PREFIX)) if replying.is_on() else ""


class ByMail:
    """Takes mail at `leave+<code>@REPLY_DOMAIN`; the code is what shows that it is the reader."""

    def knows(self, code: str) -> bool:
        """Whether we gave this code out."""
        return replying.is_signed(code, PREFIX)

    def judge(self, code: str, sender: str) -> Word:
        """Whoever has the code may leave, as with the link."""
        row = self._row(code)
        return Word(TAKEN, "", row.subject_key) if row else Word(IGNORED, "gone")

    def take(self, letter: Letter) -> Word:
        """Leave; whatever else the mail says."""
        row = self._row(letter.code)
        if row is None:
            return Word(IGNORED, "gone")
        leave(row.to_address, catalog.of(row.kind).topic)
        return Word(TAKEN, "", row.subject_key)

    def held(self, letter: Letter, word: Word) -> None:
        """Nobody has to decide about a farewell."""

    def _row(self, code: str) -> Notice | None:
        key = replying.key_of(code)
        row = Notice.objects.filter(pk=key).first() if key is not None else None
        return row if row is not None and may_be_left(row.kind) else None
