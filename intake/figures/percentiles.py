"""Percentiles of many times in little memory: a histogram of tenths of an hour; pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

TENTHS = 10
Histogram = dict[int, int]


def add(histogram: Histogram, hours: float) -> None:
    """Count one time. Times are kept to a tenth of an hour, which is finer than any is read."""
    slot = round(hours * TENTHS)
    histogram[slot] = histogram.get(slot, 0) + 1


def percentiles(histogram: Mapping[int, int], *shares: float) -> tuple[float | None, ...]:
    """The times below which these shares (0 to 1) lie, in hours; None each when there is none.

    Between two neighbours the value is interpolated, as `statistics.quantiles` does with
    method="inclusive" and as spreadsheets do.
    """
    slots = sorted(histogram)
    total = sum(histogram.values())
    if not total:
        return (None,) * len(shares)
    return tuple(_at(slots, histogram, share * (total - 1)) / TENTHS for share in shares)


def _at(slots: list[int], histogram: Mapping[int, int], rank: float) -> float:
    low, high = _value(slots, histogram, floor(rank)), _value(slots, histogram, ceil(rank))
    return low + (high - low) * (rank - floor(rank))


def _value(slots: list[int], histogram: Mapping[int, int], rank: int) -> int:
    """The value at a place (from 0) of all values in order."""
    seen = 0
    for slot in slots:
        seen += histogram[slot]
        if rank < seen:
            return slot
    return slots[-1]
