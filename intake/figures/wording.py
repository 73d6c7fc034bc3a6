"""Figures in words and numbers of the reader's language: days, shares, differences."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.clock import WORKING_HOURS_PER_DAY
from intake.models import DeskFigure

NONE = "–"


def number(value: int) -> str:
    """A count with separators."""
    return number_format(value, force_grouping=True)


def days(hours: float | None) -> str:
    """Working hours as working days with one decimal; a dash where there is none."""
    if hours is None:
        return NONE
    return number_format(hours / WORKING_HOURS_PER_DAY, decimal_pos=1, force_grouping=True)


def long_days(hours: float | None) -> str:
    """The same with its unit; what is shorter than a day in hours."""
    if hours is None:
        return NONE
    if hours < WORKING_HOURS_PER_DAY:
        return _("%(count)s working hours") % {"count": number_format(hours, decimal_pos=1)}
    return _("%(count)s working days") % {"count": days(hours)}


def share(part: int, whole: int) -> str:
    """A share in per cent without decimals; a dash of nothing."""
    return f"{number_format(100 * part / whole, decimal_pos=0)}%" if whole else NONE


@dataclass(frozen=True)
class Headline:
    """One number on top of the page, what stands below it, and what it was before."""

    label: str
    value: str
    note: str
    before: str
    unit: str = ""


def _difference(now: int, then: int) -> str:
    if now == then:
        return _("before: %(then)s, unchanged") % {"then": number(then)}
    sign = "+" if now > then else "−"
    return _("before: %(then)s (%(change)s)") % {
        "then": number(then),
        "change": sign + number(abs(now - then)),
    }


def headlines(now: DeskFigure, then: DeskFigure) -> list[Headline]:
    """The numbers that a head of division reads first."""
    return [
        Headline(_("Received"), number(now.received), "", _difference(now.received, then.received)),
        Headline(_("Answered"), number(now.answered), "", _difference(now.answered, then.answered)),
        Headline(
            _("Solved, says the company"),
            number(now.solved),
            _("of %(told)s that told, of %(answered)s answered")
            % {"told": number(now.told), "answered": number(now.answered)},
            _difference(now.solved, then.solved),
        ),
        Headline(
            _("Waiting for an answer"),
            number(now.waiting),
            "",
            _difference(now.waiting, then.waiting),
        ),
        Headline(
            _("Overdue"),
            number(now.overdue),
            _("%(share)s of those waiting") % {"share": share(now.overdue, now.waiting)},
            _difference(now.overdue, then.overdue),
        ),
        _time(_("First response"), now.first_median, now.first_p90, then.first_median),
        _time(_("Answer"), now.answer_median, now.answer_p90, then.answer_median),
    ]


def _time(label: str, median: float | None, p90: float | None, then: float | None) -> Headline:
    value, unit = days(median), _("working days")
    if median is not None and median < WORKING_HOURS_PER_DAY:
        value, unit = number_format(median, decimal_pos=1), _("working hours")
    return Headline(
        _("%(what)s, median") % {"what": label},
        value,
        _("9 of 10 within %(time)s") % {"time": long_days(p90)} if p90 is not None else "",
        _("before: %(then)s") % {"then": long_days(then)},
        unit if median is not None else "",
    )


def waiting(row: DeskFigure) -> str:
    """How many wait, and how many of them are overdue."""
    if not row.overdue:
        return number(row.waiting)
    late = ngettext("%(count)s overdue", "%(count)s overdue", row.overdue)
    return f"{number(row.waiting)} · {late % {'count': number(row.overdue)}}"


def span(median: float | None, p90: float | None) -> str:
    """The median and the 90th percentile behind a bar."""
    return _("%(median)s · 9 of 10: %(p90)s") % {"median": days(median), "p90": days(p90)}
