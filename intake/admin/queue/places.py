"""The place of a case in the queue: lane, moment inside the lane, number of the row."""

from __future__ import annotations

import datetime as dt
from typing import Any

from intake import triage
from intake.lists.paging import Walk, is_number
from intake.models.queue import Place

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_LATEST = (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND


def written(row: Any) -> str:
    """The place of a row in the queue, as the address carries it."""
    return f"{row.lane}.{(row.queue_at - _EPOCH) // _MICROSECOND}.{row.id}"


def read_place(text: str) -> Place | None:
    """The place that an address names; None when it names none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(is_number(part) for part in parts):
        return None
    lane, moment, pk = map(int, parts)
    if lane > triage.ENDED or moment >= _LATEST:
        return None
    return lane, _EPOCH + moment * _MICROSECOND, pk


QUEUE = Walk(
    read_place,
    written,
    lambda cases, place: cases.after(place),  # type: ignore[attr-defined]
    lambda cases, place: cases.before(place),  # type: ignore[attr-defined]
)
