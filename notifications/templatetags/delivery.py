"""Figures of delivery as people read them."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils.translation import gettext

register = template.Library()


@register.filter
def span(value: dt.timedelta | None) -> str:
    """A span of time in its largest sensible unit."""
    if value is None:
        return "–"
    seconds = max(value.total_seconds(), 0.0)
    if seconds < 10:
        return gettext("%(number).1f seconds") % {"number": seconds}
    if seconds < 120:
        return gettext("%(number)d seconds") % {"number": seconds}
    if seconds < 7200:
        return gettext("%(number)d minutes") % {"number": seconds // 60}
    if seconds < 172_800:
        return gettext("%(number)d hours") % {"number": seconds // 3600}
    return gettext("%(number)d days") % {"number": seconds // 86_400}


@register.filter
def counted(value: int, most: int) -> str:
    """A number that was counted no further than `most`."""
    return f"{min(value, most):,}+" if value > most else f"{value:,}"
