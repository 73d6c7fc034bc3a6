"""A list that is taken away leaves a trace: who took what, narrowed how, how much of it, why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from privacy import places
from privacy.models import Download

# What the column holds.
_QUERY = Download._meta.get_field("query").max_length or 0
SHORTEST_REASON = 5


def record(
    *,
    by: Any,
    organisation: str,
    what: str,
    query: str,
    kind: str,
    rows: int,
    reason: str,
    request: HttpRequest | None = None,
) -> Download:
    """Keep that `by` takes `rows` rows of a list away; before the first of them is sent."""
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST_REASON:
        raise ValueError("A list is taken away for a reason.")
    return Download.objects.create(
        user=by,
        organisation=organisation,
        what=what,
        query=query[:_QUERY],
        format=kind,
        rows=rows,
        reason=reason,
        place=places.of(request) if request is not None else "",
    )
