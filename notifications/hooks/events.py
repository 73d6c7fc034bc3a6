"""What hooks are told: families of events to choose from, and an event as a row for each hook."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from notifications.models import Hook, HookDelivery

FILED, ASKED = "filed", "asked"
TRIAL = "hook.test"


@dataclass(frozen=True)
class Family:
    """Events that an organisation chooses together. `label` is a msgid."""

    name: str
    label: str


_families: dict[str, Family] = {}


def register(families: Iterable[Family]) -> None:
    """Add families; registering the same again changes nothing."""
    for family in families:
        _families[family.name] = family


def families() -> list[Family]:
    """All families, in the order of their registration."""
    return list(_families.values())


@dataclass(frozen=True)
class News:
    """A step of a case as the organisations see it that may. Nothing personal has a place here."""

    number: str
    verb: str
    family: str
    at: dt.datetime
    # For each owner that may see it: in which role, in which state, until when.
    sights: Mapping[str, Sight]
    event_id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Sight:
    """What one organisation sees of a step."""

    role: str
    state: str
    due: dt.datetime | None = None


def spread(news: Iterable[News]) -> list[HookDelivery]:
    """Write a delivery for each active hook that wants an event: one SELECT, one INSERT.

    Called in the transaction of the step, so that an event is told if and only if it happened.
    """
    told = [one for one in news if one.sights]
    if not told:
        return []
    owners = {owner for one in told for owner in one.sights}
    hooks = list(Hook.objects.active().filter(owner__in=owners).order_by("pk"))
    rows = [
        _row(hook, one, one.sights[hook.owner])
        for one in told
        for hook in hooks
        if hook.owner in one.sights and one.family in hook.families
    ]
    return HookDelivery.objects.bulk_create(rows) if rows else []


def _row(hook: Hook, news: News, sight: Sight) -> HookDelivery:
    name = f"case.{news.verb}"
    return HookDelivery(
        event_id=news.event_id,
        hook=hook,
        event=name,
        subject=news.number,
        payload={
            "type": name,
            "timestamp": news.at.isoformat(),
            "data": {
                "number": news.number,
                "verb": news.verb,
                "state": sight.state,
                "at": news.at.isoformat(),
                "due": sight.due.isoformat() if sight.due else None,
                "role": sight.role,
            },
        },
    )


def trial(hook: Hook) -> HookDelivery:
    """An event about nothing, to try a hook with."""
    now = timezone.now()
    return HookDelivery.objects.create(
        hook=hook,
        event=TRIAL,
        payload={"type": TRIAL, "timestamp": now.isoformat(), "data": {}},
    )
