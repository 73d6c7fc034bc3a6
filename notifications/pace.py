"""How fast each mail domain and our own server are served, and what rests after a refusal.

A domain with a pace has a line: each mail of a batch takes the next free place in it, and what has
no place now comes back at its time. So each mail is looked at once, however long the line is.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from notifications.models import QUEUED, RELAY, MailDomain, Notice

# The first rest after a refusal that named the pace; doubled each time, to an hour.
FIRST_REST = 60.0
LONGEST_REST = 3600.0
# A place in the line so near goes at once: the sweep comes every five seconds.
SOON = dt.timedelta(seconds=1)
# A place that was missed by more than this is gone, or hours of them would leave in one burst.
LATE = dt.timedelta(seconds=15)
# Nobody gets a place further away: a clock that was set back must not strand a row (F38).
HORIZON = dt.timedelta(minutes=90)
# Our own server is asked for turns of so many seconds at a time.
TURN = 5.0


@dataclass(frozen=True)
class Place:
    """When a row that may not go now is to be looked at again, and whether it then just goes."""

    at: dt.datetime
    paced: bool = False


@dataclass
class Admission:
    """Which rows of a batch go now; the domains among them that recover from a refusal."""

    now: list[Notice]
    later: dict[int, Place] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)


def admit(rows: Sequence[Notice]) -> Admission:
    """Part a batch by what its domains may have now: one statement, three where one has a pace."""
    names = {row.domain for row in rows if row.domain}
    if not names:
        return Admission(list(rows))
    known = {domain.name: domain for domain in MailDomain.objects.filter(name__in=names)}
    now = timezone.now()
    found = Admission([], struck={name for name, row in known.items() if row.strikes})
    lined: list[Notice] = []
    for row in rows:
        domain = known.get(row.domain)
        rests = domain.rests_until if domain else None
        if rests is not None and now < rests < now + 2 * HORIZON:
            found.later[row.pk] = Place(rests)
        elif _pace(domain) and row.domain and not _has_place(row, now):
            lined.append(row)
        else:
            found.now.append(row)
    if lined:
        _line_up(lined, found, now)
        found.now.sort(key=lambda row: row.pk)
    return found


def _pace(domain: MailDomain | None) -> int:
    """Mails a minute; 0 is no limit."""
    if domain is None or domain.per_minute is None:
        return int(settings.NOTICE_DOMAIN_PACE)
    return domain.per_minute


def _has_place(row: Notice, now: dt.datetime) -> bool:
    return row.paced and row.next_try_at > now - LATE


def _line_up(rows: Iterable[Notice], found: Admission, now: dt.datetime) -> None:
    """Give each row the next free place of its domain; who may not wait goes and is counted."""
    by_domain: dict[str, list[Notice]] = {}
    for row in rows:
        by_domain.setdefault(row.domain, []).append(row)
    with transaction.atomic():
        domains = _locked(by_domain)
        for domain in domains:
            step = dt.timedelta(minutes=1) / _pace(domain)
            free = max(domain.free_at or now, now)
            if free > now + 2 * HORIZON:
                free = now
            for row in by_domain[domain.name]:
                if row.urgent or free <= now + SOON:
                    found.now.append(row)
                elif free > now + HORIZON:
                    found.later[row.pk] = Place(now + HORIZON)
                    continue
                else:
                    found.later[row.pk] = Place(free, paced=True)
                free += step
            domain.free_at = free
        MailDomain.objects.bulk_update(domains, ["free_at"])


def _locked(names: Iterable[str]) -> list[MailDomain]:
    """The rows of domains, made where they are missing, locked in the order of their names."""
    wanted = sorted(names)
    rows = MailDomain.objects.filter(name__in=wanted).order_by("name").select_for_update()
    found = list(rows)
    if len(found) < len(wanted):
        MailDomain.objects.bulk_create(
            [MailDomain(name=name) for name in wanted], ignore_conflicts=True
        )
        found = list(rows.all())
    return found


# --- Rests --------------------------------------------------------------------------------------
def rest(name: str, answer: str, wait: float = 0.0) -> dt.datetime:
    """Let a domain rest that asked us to slow down, with everything queued for it; until when."""
    now = timezone.now()
    with transaction.atomic():
        (domain,) = _locked([name])
        if domain.rests_until is not None and now < domain.rests_until < now + 2 * HORIZON:
            # Another worker heard it first.
            return domain.rests_until
        seconds = max(rest_after(domain.strikes + 1), min(wait, LONGEST_REST))
        until = now + dt.timedelta(seconds=seconds)
        MailDomain.objects.filter(pk=domain.pk).update(
            strikes=F("strikes") + 1, rests_until=until, answer=answer[:500]
        )
        # All at once, so that no claim has to step over them.
        Notice.objects.filter(state=QUEUED, domain=name, next_try_at__lt=until).update(
            next_try_at=until, paced=False
        )
    return until


def rest_after(strikes: int) -> float:
    """Seconds: a minute, two, four … an hour at most, unevenly longer."""
    wait = min(FIRST_REST * 2 ** min(strikes - 1, 10), LONGEST_REST)
    return wait * random.uniform(1.0, 1.2)  # noqa: S311


def recovered(name: str) -> None:
    """The domain took a mail again: the next refusal starts from a short rest."""
    MailDomain.objects.filter(name=name, strikes__gt=0).update(
        strikes=0, rests_until=None, answer=""
    )


# --- Our own server -----------------------------------------------------------------------------
def most_at_once(limit: int) -> int:
    """How many rows a batch may hold, so that waiting for their turns keeps it short."""
    rate = float(settings.NOTICE_RATE)
    return min(limit, max(1, math.floor(rate * TURN))) if rate > 0 else limit


@dataclass
class Turns:
    """The moments at which mails of a batch may leave."""

    next: dt.datetime
    step: dt.timedelta

    def wait(self) -> float:
        """Seconds until the next mail may leave; it takes its turn by this."""
        now = timezone.now()
        # A mail that took longer than its turn makes up for nothing: that would be a burst.
        taken = max(self.next, now)
        self.next = taken + self.step
        return (taken - now).total_seconds()


def turns(count: int) -> Turns | None:
    """Take the next free turns of our own server, shared by all workers; None without a limit."""
    rate = float(settings.NOTICE_RATE)
    if rate <= 0 or not count:
        return None
    now = timezone.now()
    step = dt.timedelta(seconds=1) / rate
    with transaction.atomic():
        (relay,) = _locked([RELAY])
        # A clock that was set back leaves a turn in a false future (F38).
        far = now + dt.timedelta(seconds=TURN * 60)
        free = now if relay.free_at is None or relay.free_at > far else max(relay.free_at, now)
        MailDomain.objects.filter(pk=relay.pk).update(free_at=free + count * step)
    return Turns(free, step)
