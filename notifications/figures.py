"""How delivery stands, in figures that cost the same however many notices there are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from notifications import alarms, outbox
from notifications.models import (
    FAILED,
    HELD,
    OPEN,
    PARKED,
    RELAY,
    SENT,
    MailDomain,
    Notice,
    NoticeQuerySet,
)

# Nothing is counted further than this.
COUNTED_TO = 10_000
# Of so many latest notices the waits are told.
LATEST = 1000
DOMAINS = 20


@dataclass(frozen=True)
class Figures:
    """What the desk's page and `manage.py outbox` show."""

    waiting: int
    oldest: dt.timedelta
    hour: int
    day: int
    failed: int
    parked: int
    held: int
    returned: int
    # From written to accepted by the server, of the latest that were not held; None without any.
    median: dt.timedelta | None
    slowest: dt.timedelta | None
    resting: list[MailDomain]
    silent: dt.timedelta | None

    @property
    def sweep_is_silent(self) -> bool:
        """Whether nobody sweeps: it never ran, or not for a minute."""
        return self.silent is None or self.silent > alarms.LATE

    @property
    def late(self) -> bool:
        """Whether notices go out late."""
        return self.oldest > alarms.LATE

    @property
    def well(self) -> bool:
        """Whether nothing here needs a person."""
        return not (self.late or self.sweep_is_silent or self.parked)


def count(rows: NoticeQuerySet) -> int:
    """How many rows there are, never counted further than COUNTED_TO + 1."""
    return int(rows.order_by().values("pk")[: COUNTED_TO + 1].count())


def now() -> Figures:
    """The figures of this moment: eleven statements, each over an index."""
    moment = timezone.now()
    rows = Notice.objects.all()
    waits = sorted(
        sent - created if sent else dt.timedelta()
        for sent, created in rows.filter(state=SENT, rhythm="")
        .order_by("-sent_at")
        .values_list("sent_at", "created_at")[:LATEST]
    )
    return Figures(
        waiting=count(rows.filter(state__in=OPEN)),
        oldest=outbox.behind(),
        hour=count(rows.filter(state=SENT, sent_at__gte=moment - dt.timedelta(hours=1))),
        day=count(rows.filter(state=SENT, sent_at__gte=moment - dt.timedelta(days=1))),
        failed=count(rows.filter(state=FAILED)),
        parked=count(rows.filter(state=PARKED)),
        held=count(rows.filter(state=HELD)),
        returned=count(rows.filter(bounced_at__isnull=False)),
        median=waits[len(waits) // 2] if waits else None,
        slowest=waits[min(len(waits) * 95 // 100, len(waits) - 1)] if waits else None,
        resting=list(
            MailDomain.objects.filter(Q(rests_until__gt=moment) & ~Q(name=RELAY)).order_by(
                "rests_until"
            )[:DOMAINS]
        ),
        silent=alarms.silent_for(),
    )
