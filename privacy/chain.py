"""One chain of seals over the access log: what was changed, removed or slipped in is found.

Looking at a page stays one INSERT; the seals are set behind it, in the order of arrival, by the
beat (`seal`). A seal is SHA-256 over the seal before and the digest of its line, so that whoever
changes a line would have to set every later seal anew, and with them the heads that were mailed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from privacy.models import Chain, Download, Head, LogEvent, Reading, Seal

READING, DOWNLOAD, EVENT = "reading", "download", "event"
MODELS: dict[str, Any] = {READING: Reading, DOWNLOAD: Download, EVENT: LogEvent}
_COLUMNS: dict[str, tuple[str, ...]] = {
    READING: ("subject", "day", "at", "reader_id", "way", "organisation", "what", "place"),
    DOWNLOAD: (
        "at",
        "user_id",
        "organisation",
        "what",
        "query",
        "format",
        "rows",
        "reason",
        "place",
    ),
    EVENT: ("at", "what", "by_id", "facts"),
}
# What events are called.
PURGED, REDACTED = "purged", "redacted"
# Two years (DOMAIN 3.4); 731 days, since a year may have 366.
KEPT = dt.timedelta(days=731)
AT_ONCE = 2000
# A line that waited longer than this for its seal was out of the chain's sight.
LATE = dt.timedelta(hours=1)
# A worker that was away for a week seals a week late.
_SLACK = dt.timedelta(days=7)
# What went wrong at a line.
CHANGED, REMOVED, BROKEN, GAP, SLIPPED_IN, CUT, OTHER_HEAD, EARLY = (
    "changed",
    "removed",
    "broken",
    "gap",
    "slipped in",
    "cut off",
    "another head",
    "purged too early",
)
MOST_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """A place at which the log does not agree with its chain."""

    what: str
    seq: int
    kind: str = ""
    row: int = 0

    def __str__(self) -> str:
        return f"{self.what}: seal {self.seq} {self.kind} {self.row or ''}".rstrip()


@dataclass
class Checked:
    """What a walk along the chain found."""

    seals: int = 0
    seq: int = 0
    hash: str = ""
    waiting: int = 0
    late: int = 0
    redacted: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.faults


def digest(kind: str, row: Any) -> str:
    """SHA-256 over every fact of a line, in one spelling for every database."""
    facts = [_plain(getattr(row, name)) for name in _COLUMNS[kind]]
    text = json.dumps(
        [kind, row.pk, *facts], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def link(before: str, seq: int, kind: str, row: int, digest: str) -> str:
    """The seal of a line: over the seal before it and the line's own digest."""
    return hashlib.sha256(f"{before}|{seq}|{kind}|{row}|{digest}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, dt.date) else value


def seal(*, most: int = AT_ONCE) -> int:
    """Seal lines that have no seal yet, oldest first, and say how many.

    Whoever seals at the same time waits for the row of the chain; a line that is committed late
    is found by its own mark, not by its number.
    """
    with transaction.atomic():
        chain = _locked()
        waiting: list[tuple[str, Any]] = []
        for kind, model in MODELS.items():
            rows = model.objects.filter(sealed=False).order_by("pk")[:most]
            waiting += [(kind, row) for row in rows]
        waiting.sort(key=lambda one: (one[1].at, one[0], one[1].pk))
        waiting = waiting[:most]
        if not waiting:
            return 0
        now = timezone.now()
        seals = []
        for kind, row in waiting:
            chain.seq += 1
            own = digest(kind, row)
            chain.hash = link(chain.hash, chain.seq, kind, row.pk, own)
            seals.append(
                Seal(seq=chain.seq, kind=kind, row=row.pk, digest=own, hash=chain.hash, at=now)
            )
        Seal.objects.bulk_create(seals, batch_size=500)
        for kind, model in MODELS.items():
            keys = [row.pk for of, row in waiting if of == kind]
            for start in range(0, len(keys), 500):
                model.objects.filter(pk__in=keys[start : start + 500]).update(sealed=True)
        Chain.objects.filter(pk=1).update(seq=chain.seq, hash=chain.hash)
    return len(waiting)


def _locked() -> Chain:
    Chain.objects.get_or_create(pk=1)
    return Chain.objects.select_for_update().get(pk=1)


def note(what: str, facts: dict[str, Any], *, by: Any = None) -> LogEvent:
    """Keep that something was done with the log; it is sealed like every other line."""
    return LogEvent.objects.create(what=what, facts=facts, by=by)


def verify(*, head: tuple[int, str] | None = None) -> Checked:
    """Walk along the whole chain; `head` is a seal's number and hash from a mail, to be met.

    Memory stays flat. Lines that wait for their seal are counted and not judged.
    """
    begun = _anchor()
    found = _along(begun, head)
    # Lines whose time was over may have gone while we walked.
    now = _anchor()
    return found if found.whole or now == begun else _along(now, head)


def _along(anchor: dict[str, Any], head: tuple[int, str] | None) -> Checked:
    found = Checked()
    chain = Chain.objects.filter(pk=1).first() or Chain()
    heads = list(Head.objects.filter(seq__gt=anchor["seq"]).values_list("seq", "hash"))
    wanted: dict[int, set[str]] = {}
    for seq, mailed in [*heads, *([head] if head else [])]:
        wanted.setdefault(seq, set()).add(mailed)
    redacted = _redacted()
    found.seq, found.hash = anchor["seq"], anchor["hash"]
    if anchor.get("early"):
        found.faults.append(Fault(EARLY, anchor["seq"]))
    if head and head[0] <= anchor["seq"]:
        # Its lines are gone by their time; the anchor itself may still be met.
        known = wanted.pop(head[0], set())
        if head[0] == anchor["seq"] and known - {anchor["hash"]}:
            found.faults.append(Fault(OTHER_HEAD, head[0]))
    seals = Seal.objects.filter(seq__lte=chain.seq).order_by("seq")
    for some in _parts(seals.iterator(chunk_size=AT_ONCE)):
        _walk(some, found, wanted, redacted)
        if len(found.faults) >= MOST_FAULTS:
            break
    else:
        _ends(found, chain, cut=bool(wanted))
    del found.faults[MOST_FAULTS:]
    return found


def _walk(
    seals: Sequence[Seal],
    found: Checked,
    wanted: dict[int, set[str]],
    redacted: set[tuple[str, int]],
) -> None:
    rows = {
        kind: model.objects.in_bulk([one.row for one in seals if one.kind == kind])
        for kind, model in MODELS.items()
    }
    for one in seals:
        place = (one.seq, one.kind, one.row)
        if one.seq != found.seq + 1:
            found.faults.append(Fault(GAP, *place))
        elif link(found.hash, *place, one.digest) != one.hash:
            found.faults.append(Fault(BROKEN, *place))
        row = rows.get(one.kind, {}).get(one.row)
        if row is None:
            found.faults.append(Fault(REMOVED, *place))
        elif (one.kind, one.row) in redacted:
            found.redacted += 1
        elif digest(one.kind, row) != one.digest:
            found.faults.append(Fault(CHANGED, *place))
        elif one.kind != EVENT and one.at - row.at > LATE:
            found.late += 1
        if wanted.pop(one.seq, {one.hash}) != {one.hash}:
            found.faults.append(Fault(OTHER_HEAD, *place))
        found.seals += 1
        found.seq, found.hash = one.seq, one.hash


def _ends(found: Checked, chain: Chain, *, cut: bool) -> None:
    """What the walk itself cannot see: a tail that is gone, lines that never had a seal."""
    if (chain.seq, chain.hash) != (found.seq, found.hash) or cut:
        found.faults.append(Fault(CUT, found.seq))
    for kind, model in MODELS.items():
        found.waiting += model.objects.filter(sealed=False).count()
        own = Seal.objects.filter(kind=kind, row=OuterRef("pk"))
        slipped = model.objects.filter(sealed=True).exclude(Exists(own)).order_by("pk")
        for key in slipped.values_list("pk", flat=True)[:MOST_FAULTS]:
            found.faults.append(Fault(SLIPPED_IN, 0, kind, key))


def _parts(seals: Iterator[Seal]) -> Iterator[list[Seal]]:
    some: list[Seal] = []
    for one in seals:
        some.append(one)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _anchor() -> dict[str, Any]:
    """Where the chain begins: after the lines whose time was over, else at its first seal."""
    last = LogEvent.objects.filter(what=PURGED).order_by("-pk").first()
    if last is None:
        return {"seq": 0, "hash": ""}
    through = dt.datetime.fromisoformat(last.facts["through"])
    # A head that was kept well after the last line that went, and had lines behind it that went.
    younger = Head.objects.filter(seq__lt=last.facts["seq"], at__gt=through + _SLACK)
    return {**last.facts, "early": last.at - through < KEPT or younger.exists()}


def _redacted() -> set[tuple[str, int]]:
    """Lines out of which somebody's words were taken, as sealed events say."""
    events = LogEvent.objects.filter(what=REDACTED).values_list("facts", flat=True)
    return {(facts["kind"], row) for facts in events for row in facts["rows"]}


def purge(*, now: dt.datetime | None = None, most: int = AT_ONCE) -> int:
    """Take away the lines that are older than two years, and say how many.

    Only from the beginning of the chain, so that it stays one; the place up to which it was cut
    is a line of the log itself. Events stay.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        _locked()
        seals = list(Seal.objects.order_by("seq")[:most])
        rows = {
            kind: model.objects.in_bulk([one.row for one in seals if one.kind == kind])
            for kind, model in MODELS.items()
        }
        gone: list[Seal] = []
        through = None
        for one in seals:
            row = rows[one.kind].get(one.row)
            if row is None or moment - row.at < KEPT:
                # A line that is missing is a finding; it is not tidied away.
                break
            through = max(through or row.at, row.at)
            gone.append(one)
        if through is None:
            return 0
        for kind in (READING, DOWNLOAD):
            keys = [one.row for one in gone if one.kind == kind]
            MODELS[kind].objects.filter(pk__in=keys).delete()
        # Events have lost their seal and stay to be read: they get a new one.
        keys = [one.row for one in gone if one.kind == EVENT]
        LogEvent.objects.filter(pk__in=keys).update(sealed=False)
        Seal.objects.filter(seq__lte=gone[-1].seq).delete()
        facts = {
            "seq": gone[-1].seq,
            "hash": gone[-1].hash,
            "through": through.isoformat(),
            "lines": len(gone),
        }
        LogEvent.objects.create(at=moment, what=PURGED, facts=facts)
    return len(gone)


def has_head(day: dt.date) -> bool:
    """Whether the day's place is noted already."""
    return Head.objects.filter(day=day).exists()


def keep_head(found: Checked, *, day: dt.date) -> Head | None:
    """Note where the chain stood when all of it was looked at; None when somebody was first."""
    head, new = Head.objects.get_or_create(
        day=day,
        defaults={
            "seq": found.seq,
            "hash": found.hash,
            "whole": found.whole,
            "finding": "; ".join(str(fault) for fault in found.faults[:3])[:200],
        },
    )
    return head if new else None
