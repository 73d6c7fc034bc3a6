"""What the tests of reminders share: a clock that is set, and the beat's job run at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

from django.db import connection

from intake.models import Case
from notifications.models import Notice

SEOUL = ZoneInfo("Asia/Seoul")


def november(day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    """A moment in November 2026, which begins on a Sunday and has no day off in Seoul."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


def told(*kinds: str, about: Case | None = None) -> list[tuple[str, str]]:
    """Kinds and addresses of what was written, in order."""
    rows = Notice.objects.filter(kind__in=kinds).order_by("pk")
    if about is not None:
        rows = rows.filter(subject_key=about.number)
    return list(rows.values_list("kind", "to_address"))


def at_once(job: Callable[[], object], runs: int = 2) -> list[object]:
    """The job in threads that start together; each gives its result or its exception."""
    ready = threading.Barrier(runs)

    def run() -> object:
        ready.wait()
        try:
            return job()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(runs) as pool:
        return [made.result() for made in [pool.submit(run) for _round in range(runs)]]
