"""The order of the desk's index: what officers use all day first, configuration last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from accounts import roles

register = template.Library()

APPS = ("intake", "casestudies", "marketinfo", "notifications", "accounts", "reference")
MODELS = ("TriageCase", "Case", "Figures", "ClockPolicy", "CalendarDay")


@register.filter
def in_desk_order(app_list: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The apps of the index, each with its models, in the order of the desk."""
    apps = [
        app | {"models": sorted(app["models"], key=lambda row: _place(MODELS, row["object_name"]))}
        for app in app_list
    ]
    return sorted(apps, key=lambda app: _place(APPS, app["app_label"]))


@register.filter
def reads_the_desk(user: Any) -> bool:
    """Whether a person reads cases at the desk: only they get its keys."""
    return roles.is_secretary(user) or roles.is_auditor(user)


@register.filter
def acts_at_the_desk(user: Any) -> bool:
    """Whether a person takes steps at the desk: only they leave and see marks of presence."""
    return roles.is_secretary(user)


def _place(order: tuple[str, ...], name: str) -> int:
    """Where a name stands; after all that are named when it is not."""
    return order.index(name) if name in order else len(order)
