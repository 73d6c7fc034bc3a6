"""The monthly look at the access log (DOMAIN 3.4): what stands out, counted by itself.

Nothing here accuses: a figure that stands out is a question for the auditor to ask.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from typing import Any

from django.utils import timezone

from privacy import chain, readings
from privacy.models import Download, Reading, Review

# Whose looking is counted: those who handle other people's data.
HANDLERS = (readings.DESK, readings.AUDIT, readings.PARTNER, readings.BODY)
# Hours of a day (Seoul) that are nobody's office hours; Saturdays and Sundays besides.
EARLY, EVENING = 7, 21
# Unusual: so many times what the others of the same way read, and not just a handful.
TIMES, LEAST = 3.0, 30
# More places than this in a month: a shared account, perhaps.
PLACES = 5
# So many rows in one file are worth a look by themselves.
MANY_ROWS = 1000
MOST_LISTED = 200


class AlreadyCheckedError(Exception):
    """Somebody was first, and their remark stands."""


def month_of(day: dt.date) -> dt.date:
    """The first day of the month before `day`."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def figures(month: dt.date) -> dict[str, Any]:
    """What a month looks like, by the clock of Seoul; people as keys, exports with reasons."""
    begin = dt.datetime.combine(month, dt.time(), timezone.get_current_timezone())
    end = (begin + dt.timedelta(days=32)).replace(day=1)
    span = {"at__gte": begin, "at__lt": end}
    by_person: Counter[tuple[str, int]] = Counter()
    odd_hours: Counter[int] = Counter()
    places: dict[int, set[str]] = defaultdict(set)
    ways: Counter[str] = Counter()
    rows = Reading.objects.filter(**span).order_by()
    for way, reader, at, place in rows.values_list("way", "reader_id", "at", "place").iterator():
        ways[way] += 1
        if reader is None or way not in HANDLERS:
            continue
        by_person[way, reader] += 1
        if place:
            places[reader].add(place)
        local = timezone.localtime(at)
        if local.weekday() >= 5 or not EARLY <= local.hour < EVENING:
            odd_hours[reader] += 1
    taken = Download.objects.filter(**span).order_by("pk")
    listed = taken.values("pk", "user_id", "organisation", "what", "rows", "reason", "at")
    checked = chain.verify()
    return {
        "ways": dict(sorted(ways.items())),
        "unusual": _unusual(by_person),
        "odd_hours": [[person, count] for person, count in odd_hours.most_common(MOST_LISTED)],
        "places": sorted(
            ([person, len(seen)] for person, seen in places.items() if len(seen) > PLACES),
            key=lambda one: one[1],
            reverse=True,
        )[:MOST_LISTED],
        "downloads": taken.count(),
        "rows": sum(taken.values_list("rows", flat=True)),
        "exports": [
            {**row, "at": row["at"].isoformat(), "many": row["rows"] >= MANY_ROWS}
            for row in listed[:MOST_LISTED]
        ],
        "whole": checked.whole,
        "faults": [str(fault) for fault in checked.faults],
        "late": checked.late,
    }


def _unusual(by_person: Counter[tuple[str, int]]) -> list[dict[str, Any]]:
    """Who read far more than the others of the same way: with the median of those others."""
    found: list[dict[str, Any]] = []
    for (way, person), count in by_person.items():
        others = [n for (of, one), n in by_person.items() if of == way and one != person]
        usual = statistics.median(others) if others else 0
        if count >= LEAST and count > TIMES * usual:
            found.append({"person": person, "way": way, "count": count, "usual": usual})
    return sorted(found, key=lambda one: int(one["count"]), reverse=True)[:MOST_LISTED]


def due(*, today: dt.date) -> dt.date | None:
    """The month that is over and has no review yet."""
    month = month_of(today)
    return None if Review.objects.filter(month=month).exists() else month


def keep(month: dt.date, counted: dict[str, Any]) -> Review | None:
    """The review of a month; None when somebody was first."""
    row, new = Review.objects.get_or_create(month=month, defaults={"figures": counted})
    return row if new else None


def check(*, review: Review, by: Any, remark: str) -> None:
    """An auditor has read it; the first one's word stands."""
    done = Review.objects.filter(pk=review.pk, checked_at=None).update(
        checked_at=timezone.now(), checked_by=by, remark=" ".join(remark.split())[:1000]
    )
    if not done:
        raise AlreadyCheckedError
