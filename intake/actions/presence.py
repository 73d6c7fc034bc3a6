"""Who is on which case now: a sign from an open page, forgotten two minutes after the last.

A mark, never a lock: what keeps two officers from overwriting each other is the version (0011).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from intake import workflow
from intake.models import Presence

# A page gives a sign every thirty seconds; four missed ones mean that it is gone.
PRESENT_FOR = dt.timedelta(minutes=2)


def sign(*, case_id: int, user: User, verb: str = "") -> None:
    """An officer has the case on the screen, or the form of a step."""
    row = Presence(case_id=case_id, user=user, verb=_known(verb), seen_at=timezone.now())
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["case", "user"],
        update_fields=["seen_at", "verb"],
    )


def leave(*, case_id: int, user: User, verb: str = "") -> None:
    """The page is closed. A sign of the officer's next page on the same case stands."""
    Presence.objects.filter(case_id=case_id, user=user, verb=_known(verb)).delete()


def forget() -> int:
    """Delete signs that are too old to mean anything; how many."""
    old = Presence.objects.filter(seen_at__lt=timezone.now() - PRESENT_FOR)
    return old.delete()[0]


def others(case_ids: Iterable[int], *, but: User) -> QuerySet[Presence]:
    """Who else is on these cases now, in the order of their names."""
    return (
        Presence.objects.filter(
            case_id__in=list(case_ids), seen_at__gte=timezone.now() - PRESENT_FOR
        )
        .exclude(user=but)
        .select_related("user")
        .order_by("case_id", "user__name", "pk")
    )


def _known(verb: str) -> str:
    return verb if verb in workflow.STEPS else ""
