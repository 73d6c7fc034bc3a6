"""Facts of a case as short texts, with marks that say in words what their colour says."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import clock, deadline
from intake.models import Case
from intake.models.queue import RUNNING


def mark(kind: str, text: str) -> SafeString:
    """A word in a box."""
    return format_html('<span class="mark mark-{}">{}</span>', kind, text)


def waiting(case: Case) -> str:
    """Working days since the case was received."""
    days = clock.working_days_between(
        timezone.localdate(case.received_at), timezone.localdate(), deadline.korea()
    )
    return ngettext("%(days)d working day", "%(days)d working days", days) % {"days": days}


def _moment(due: dt.datetime) -> str:
    """The day, with the hour where the day does not end at the closing of the offices."""
    here = timezone.localtime(due)
    day = date_format(here, "Y-m-d")
    return day if here.time() == clock.CLOSES else f"{day} {here:%H:%M}"


def due(case: Case) -> SafeString:
    """The due date, and in words whether it is today, over, or stands still."""
    if case.paused:
        return mark("paused", _("Clock stopped"))
    if case.due_at is None or case.state not in RUNNING:
        return format_html('<span class="quiet">{}</span>', "–")
    today, day = timezone.localdate(), timezone.localdate(case.due_at)
    if case.is_overdue:
        if day == today:
            return format_html("{} {}", _moment(case.due_at), mark("overdue", _("Overdue")))
        days = clock.working_days_between(day, today, deadline.korea())
        text = ngettext("Overdue by %(days)d day", "Overdue by %(days)d days", days)
        return format_html("{} {}", _moment(case.due_at), mark("overdue", text % {"days": days}))
    if day == today:
        return format_html("{} {}", _moment(case.due_at), mark("today", _("Due today")))
    return format_html("{}", _moment(case.due_at))


def category(case: Case) -> SafeString:
    """The category, or that nobody knows it yet."""
    if case.category is None:
        return format_html('<span class="quiet">{}</span>', _("Not known"))
    return format_html("{}", case.category.name)


def filed(case: Case) -> SafeString:
    """The organisation that filed, and the channel."""
    if case.filer_organisation is None:
        return format_html("{}", case.channel_label)
    return format_html("<bdi>{}</bdi> · {}", case.filer_organisation.name, case.channel_label)
