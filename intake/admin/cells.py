"""Cells of the queue: short texts with marks that say in words what their colour says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import clock, deadline, workflow
from intake.models import Case
from intake.models.queue import RUNNING

TITLE_LENGTH = 48


def column(label: Any, read: Callable[[Case], str]) -> Callable[[Case], SafeString]:
    """A column whose name stands in every cell too, for the cards of a narrow screen."""

    @admin.display(description=label)
    def cell(case: Case) -> SafeString:
        return format_html(
            '<span class="cell-label">{}</span> {}', capfirst(str(label)), read(case)
        )

    return cell


def mark(kind: str, text: str) -> SafeString:
    """A word in a box."""
    return format_html('<span class="mark mark-{}">{}</span>', kind, text)


def number(case: Case) -> SafeString:
    """The receipt number as the way to the case page."""
    address = reverse("admin:intake_case_change", args=[case.pk])
    return format_html('<a class="number" href="{}">{}</a>', address, case.number)


def title(case: Case) -> SafeString:
    """The company's title, isolated so that it cannot turn the words around it (F54)."""
    short = Truncator(case.title).chars(TITLE_LENGTH)
    border = mark("border", _("Held at the border")) if case.at_border else ""
    return format_html("<bdi>{}</bdi> {}", short, border)


def state(case: Case) -> SafeString:
    """The state in a box."""
    return mark(f"state state-{case.state}", case.state_label)


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


def officer(case: Case) -> SafeString:
    """Who has it in hand."""
    if case.assignee is None:
        return format_html('<span class="quiet">{}</span>', _("Nobody yet"))
    return format_html("<bdi>{}</bdi>", case.assignee.name)


def turn(case: Case) -> str:
    """Whose turn it is; nobody's once the case has ended."""
    return "–" if case.holder == workflow.NOBODY else case.holder_label


def received(case: Case) -> str:
    """The day of receipt in the Seoul calendar."""
    return date_format(timezone.localtime(case.received_at), "Y-m-d")


def country(case: Case) -> str:
    """The country in the reader's language."""
    return str(case.country)


def company(case: Case) -> SafeString:
    """The company as it named itself, isolated so that it cannot turn the words around it."""
    return format_html("<bdi>{}</bdi>", case.company_name)
