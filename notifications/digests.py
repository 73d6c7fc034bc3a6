"""What the beat does with notices that wait for their hour: lets them go, or folds them into one.

Every step swaps HELD rows for something else and looks how many it got, so two runs at once, a
run killed half-way and a beat that was away for days leave each notice told exactly once.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from notifications import catalog, outbox, readers, texts, waking
from notifications.models import DECLINED, FOLDED, HELD, QUEUED, Notice, NoticeQuerySet
from notifications.readers import STRANGER, Reader

log = logging.getLogger(__name__)

DIGEST = "digest"
# A digest names so many notices; the rest is a number and stands in the inbox.
NAMED_AT_MOST = 30
BATCH = 500
NO_LONGER_READS = gettext_noop("Its reader may no longer read about this.")
_NUMBERED = re.compile(r"\A\[[^\]]*\]\s*")


class RacedError(Exception):
    """Somebody was first with one of the rows: nothing was done, the next run looks again."""


def run() -> int:
    """Let go what may leave by now; how many notices were told, folded or declined."""
    now = timezone.now()
    done = _free_after_night(now)
    people = held(now).exclude(rhythm="").order_by().values_list("recipient", flat=True).distinct()
    for pk in list(people):
        try:
            with transaction.atomic():
                done += _fold(pk, now)
        except RacedError:
            log.info("another run gathers for user %s", pk)
        except Exception:
            # One reader's trouble must not keep the others' digests back.
            log.exception("no digest could be made for user %s", pk)
    return done


def held(now: dt.datetime) -> NoticeQuerySet:
    """Rows whose hour has come."""
    return Notice.objects.filter(state=HELD, held_until__lte=now)


def _free_after_night(now: dt.datetime) -> int:
    done = 0
    while True:
        with transaction.atomic():
            rows = list(
                held(now)
                .filter(rhythm="")
                .order_by("held_until", "pk")
                .select_for_update(skip_locked=True)[:BATCH]
            )
            if not rows:
                return done
            done += let_go(_still_read(rows))


def let_go(rows: Sequence[Notice]) -> int:
    """Queue held rows as the mails that they are; in the caller's transaction."""
    now = timezone.now()
    gone = Notice.objects.filter(pk__in=[row.pk for row in rows], state=HELD).update(
        state=QUEUED, held_until=None, rhythm="", next_try_at=now
    )
    if gone:
        transaction.on_commit(waking.wake, robust=True)
    return gone


def _still_read(rows: Iterable[Notice]) -> list[Notice]:
    """Those whose reader may still read about them; the others are declined at once.

    Between the evening and nine o'clock somebody leaves, or an organisation loses a case.
    """
    kept: list[Notice] = []
    by_reader: dict[int | None, list[Notice]] = defaultdict(list)
    for row in rows:
        by_reader[row.recipient_id].append(row)
    for pk, own in by_reader.items():
        # Written to an address, not to a person: the address stands for itself.
        open_keys = None if pk is None else readers.may_read(pk, {row.subject_key for row in own})
        kept += [row for row in own if open_keys is None or row.subject_key in open_keys]
    lost = {row.pk for row in rows} - {row.pk for row in kept}
    if lost:
        Notice.objects.filter(pk__in=lost, state=HELD).update(
            state=DECLINED, held_until=None, answer=NO_LONGER_READS
        )
    return kept


def _fold(pk: int, now: dt.datetime) -> int:
    """One mail of everything that waits for one person, whatever its rhythm; one goes as it is."""
    # A second run waits for the first and finds nothing left: skipping what is locked, the two
    # would share the rows between them and make a digest each.
    rows = list(
        held(now).filter(recipient=pk).exclude(rhythm="").order_by("pk").select_for_update()
    )
    kept = _still_read(rows)
    if len(kept) < 2:
        let_go(kept)
        return len(rows)
    reader = readers.of([pk]).get(pk, STRANGER)
    digest = _digest(kept, reader, now)
    if digest is None:
        let_go(kept)
        return len(rows)
    folded = Notice.objects.filter(pk__in=[row.pk for row in kept], state=HELD).update(
        state=FOLDED, folded_into=digest, held_until=None
    )
    if folded != len(kept):
        raise RacedError(pk)
    return len(rows)


def _digest(rows: Sequence[Notice], reader: Reader, now: dt.datetime) -> Notice | None:
    """The mail that tells these rows; None when it cannot be addressed or was written before."""
    newest = rows[-1]
    language = reader.language or newest.language
    day = now.astimezone(reader.zone).date()
    try:
        wish = outbox.notice(
            DIGEST,
            to=reader.address or newest.to_address,
            context=told(rows, language),
            subject_key="",
            language=language,
            recipient=newest.recipient,
            # The first row tells the digest of a late-comer from the one that left at nine.
            dedupe=f"{newest.recipient_id}:{day}:{rows[0].pk}",
        )
    except outbox.BadAddressError:
        log.warning("user %s has no address that a digest could go to", newest.recipient_id)
        return None
    [written] = outbox.enqueue_many([wish])
    return written if written.message_id == wish.message_id else None


def told(rows: Sequence[Notice], language: str) -> dict[str, Any]:
    """What a digest says of notices: case by case, first those that ask something of the reader."""
    cases: dict[str, list[Notice]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.pk, reverse=True):
        cases[row.subject_key].append(row)
    first = sorted(cases.values(), key=lambda own: not any(map(_asks, own)))
    asked: list[dict[str, Any]] = []
    news: list[dict[str, Any]] = []
    left = NAMED_AT_MOST
    for own in first:
        named, left = own[:left], max(0, left - len(own))
        if named:
            (asked if any(map(_asks, own)) else news).append(
                {
                    "number": own[0].subject_key,
                    "link": _link(own[0]),
                    "lines": [
                        {"what": _line(row, language), "at": row.created_at.isoformat()}
                        for row in named
                    ],
                }
            )
    return {
        "count": len(rows),
        "asking": sum(map(_asks, rows)),
        "asked": asked,
        "news": news,
        "more": max(0, len(rows) - NAMED_AT_MOST),
        "inbox": reverse("inbox:list"),
        "choices": reverse("inbox:choices"),
    }


def _asks(row: Notice) -> bool:
    """Whether the reader is to do something: always with this kind, or in this very notice."""
    return catalog.of(row.kind).asks or row.context.get("asks") is True


def _link(row: Notice) -> str:
    link = str(row.context.get("link") or "")
    return link if link.startswith(("/", "https://", "http://")) else ""


def subject(row: Notice, language: str = "") -> str:
    """The subject of a notice without its number; the name of its kind where there is none."""
    try:
        found = texts.subject(row.kind, language or row.language, row.context)
    except Exception:
        log.exception("notice %s has no subject", row.pk)
        return row.kind
    return unnumbered(found)


def unnumbered(subject_: str) -> str:
    """A subject without the receipt number before it."""
    return _NUMBERED.sub("", subject_)


def _line(row: Notice, language: str) -> str:
    """What happened, in one line: the subject of the notice without its number."""
    happened = row.context.get("happened")
    return str(happened) if happened else subject(row, language)
