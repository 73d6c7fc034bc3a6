"""The charts of a report: which rows they show, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from intake.clock import WORKING_HOURS_PER_DAY
from intake.figures import charts, tally, wording
from intake.figures.reading import Line, Report
from intake.models import BacklogDay

_MOST = 10


@dataclass(frozen=True)
class Picture:
    """A chart, and how many values it leaves to its table."""

    svg: SafeString
    left_out: int = 0


def _top(lines: list[Line], size: str) -> tuple[list[Line], int]:
    """The largest by a figure, and how many others have it too."""
    having = [line for line in lines if getattr(line.row, size)]
    having.sort(key=lambda line: (-getattr(line.row, size), line.name))
    return having[:_MOST], max(len(having) - _MOST, 0)


def backlog(days: Sequence[BacklogDay]) -> Picture | None:
    """Waiting and overdue at the end of each day."""
    if len(days) < 2:
        return None
    last = days[-1]
    title = _("Waiting and overdue, day by day")
    description = _(
        "From %(first)s to %(last)s. At the end %(waiting)s cases were waiting for an answer, "
        "%(overdue)s of them overdue; at most %(most)s were waiting."
    ) % {
        "first": date_format(days[0].day, "Y-m-d"),
        "last": date_format(last.day, "Y-m-d"),
        "waiting": wording.number(last.waiting),
        "overdue": wording.number(last.overdue),
        "most": wording.number(max(day.waiting for day in days)),
    }
    series = [
        charts.Series(
            f"{_('Waiting')} {wording.number(last.waiting)}",
            [day.waiting for day in days],
            "waiting",
        ),
        charts.Series(
            f"{_('Overdue')} {wording.number(last.overdue)}",
            [day.overdue for day in days],
            "overdue",
        ),
    ]
    labels = [date_format(day.day, "Y-m-d") for day in days]
    return Picture(charts.lines("backlog", title, description, series, labels))


def waiting(report: Report, subject: str) -> Picture | None:
    """Waiting by value, the overdue part hatched."""
    shown, left = _top(report.lines, "waiting")
    if not shown:
        return None
    title = _("Waiting and overdue by %(subject)s") % {"subject": subject}
    rows = [
        charts.Bar(line.name, line.row.waiting, line.row.overdue, wording.waiting(line.row))
        for line in shown
    ]
    return Picture(charts.bars("waiting", title, _leading(shown[0]), rows), left)


def _leading(line: Line) -> str:
    return _("Most are waiting here: %(name)s, %(words)s.") % {
        "name": line.name,
        "words": wording.waiting(line.row),
    }


def times(report: Report, subject: str, which: str) -> Picture | None:
    """Median and 90th percentile of the first response or the answer, the slowest first."""
    having = [line for line in report.lines if getattr(line.row, f"{which}_median") is not None]
    having.sort(key=lambda line: (-getattr(line.row, f"{which}_p90"), line.name))
    if not having:
        return None
    what = _("Time to the first response") if which == "first" else _("Time to the answer")
    title = _("%(what)s by %(subject)s, in working days") % {"what": what, "subject": subject}
    rows = []
    for line in having[:_MOST]:
        median, p90 = getattr(line.row, f"{which}_median"), getattr(line.row, f"{which}_p90")
        rows.append(
            charts.Range(
                line.name,
                median / WORKING_HOURS_PER_DAY,
                p90 / WORKING_HOURS_PER_DAY,
                wording.span(median, p90),
            )
        )
    description = _("Slowest: %(name)s, median %(median)s, nine of ten within %(p90)s.") % {
        "name": having[0].name,
        "median": wording.long_days(getattr(having[0].row, f"{which}_median")),
        "p90": wording.long_days(getattr(having[0].row, f"{which}_p90")),
    }
    svg = charts.ranges(f"times-{which}", title, description, rows)
    return Picture(svg, max(len(having) - _MOST, 0))


def outcomes(report: Report) -> Picture | None:
    """How the answered cases ended, according to their companies."""
    if not report.outcomes:
        return None
    whole = report.total.answered
    rows = [
        charts.Bar(
            line.name,
            line.row.answered,
            0,
            f"{wording.number(line.row.answered)} · {wording.share(line.row.answered, whole)}",
        )
        for line in report.outcomes
    ]
    description = _("Of %(answered)s answered cases %(told)s companies told the outcome.") % {
        "answered": wording.number(whole),
        "told": wording.number(report.total.told),
    }
    return Picture(charts.bars("outcomes", _("Answered is not solved"), description, rows))


def speaks_of_referrals(report: Report) -> bool:
    """Whether the figures count questions to bodies and not cases."""
    return report.dimension == tally.BODY
