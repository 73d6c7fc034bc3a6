"""Counting in the shared cache: how many times something was done in this stretch of time."""

from __future__ import annotations

import logging
import time

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.utils.crypto import salted_hmac

log = logging.getLogger(__name__)
# Seconds in which posts are counted together.
WINDOW = 600
# So many requests may begin at one moment and each still finds its place.
_PLACES = 500


def count(*what: str, window: int = WINDOW, now: float | None = None) -> int:
    """Count once more and answer how many there were in this window, this one included.

    What is counted stands in the cache as a keyed hash, and no longer than two windows. Two
    requests at once are two: by `incr` where the cache adds atomically (memory, Redis), else by
    taking the next free place (a table). A cache that does not answer counts as nothing done: a
    limit that cannot be held must not keep a company from filing.
    """
    stretch = int((time.time() if now is None else now) // window)
    key = f"limit:{stretch}:" + salted_hmac("portal.limits", "/".join(what)).hexdigest()
    try:
        if getattr(cache.incr, "__func__", None) is BaseCache.incr:
            return _by_places(key, window)
        return _by_adding(key, window)
    except Exception as error:
        log.warning("limits are not counted: %s", type(error).__name__)
        return 0


def _by_adding(key: str, window: int) -> int:
    try:
        return int(cache.incr(key))
    except ValueError:
        # The first of its window; of two at once one begins the count, both add to it.
        cache.add(key, 0, 2 * window)
        return int(cache.incr(key))


def _by_places(key: str, window: int) -> int:
    """`add` is atomic on every cache: each request takes the first place that is still free."""
    first = int(cache.get(key, 0)) + 1
    for place in range(first, first + _PLACES):
        if cache.add(f"{key}:{place}", 1, 2 * window):
            cache.set(key, place, 2 * window)
            return place
    # A cache that takes nothing counts nothing.
    return 0


def first_time(mark: str, seconds: int) -> bool:
    """Whether this is seen for the first time in so many seconds; false when it cannot be told."""
    try:
        return bool(cache.add("once:" + mark, 1, seconds))
    except Exception as error:
        log.warning("limits are not counted: %s", type(error).__name__)
        return False
