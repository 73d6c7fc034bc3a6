"""The tables under the charts, for the page and for the download: the same rows in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from intake.figures import tally, wording
from intake.figures.reading import DIMENSION_LABELS, Report
from intake.models import DeskFigure

Row = list[Any]
# A spreadsheet takes a cell that begins like this for a formula.
# Full-width signs count as much in a Korean or Japanese one.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@dataclass(frozen=True)
class Table:
    """Heads and rows; the first cell of a row is its head."""

    heads: list[str]
    rows: list[Row]


def values(report: Report, show: Callable[[float | None], Any] = wording.days) -> Table:
    """Every value of the dimension, and all together in the last row."""
    referrals = report.dimension == tally.BODY
    heads = [capfirst(str(DIMENSION_LABELS[report.dimension]))]
    heads += [_("Asked") if referrals else _("Received"), _("Answered")]
    heads += [_("Declined")] if referrals else [_("Outcome told"), _("Solved")]
    heads += [_("Waiting"), _("Overdue")]
    heads += [_("First response, median"), _("First response, 9 of 10")]
    heads += [_("Answer, median"), _("Answer, 9 of 10")]

    def cells(name: str, row: DeskFigure) -> Row:
        middle = [row.declined] if referrals else [row.told, row.solved]
        times = (row.first_median, row.first_p90, row.answer_median, row.answer_p90)
        return [
            name,
            row.received,
            row.answered,
            *middle,
            row.waiting,
            row.overdue,
            *map(show, times),
        ]

    rows = [cells(line.name, line.row) for line in report.lines]
    if not referrals:
        rows.append(cells(_("All cases"), report.total))
    return Table(heads, rows)


def backlog(report: Report, every: int = 1) -> Table:
    """The days of the period, the last one first; each seventh is enough to read."""
    heads = [_("Day"), _("Received"), _("Answered"), _("Ended"), _("Waiting"), _("Overdue")]
    heads.append(_("Not ended"))
    rows = [
        [
            date_format(day.day, "Y-m-d"),
            day.received,
            day.answered,
            day.ended,
            day.waiting,
            day.overdue,
            day.open,
        ]
        for day in report.days[::-1][::every]
    ]
    return Table(heads, rows)


def outcomes(report: Report) -> Table:
    """How the answered cases ended."""
    rows: list[Row] = [
        [line.name, line.row.answered, wording.share(line.row.answered, report.total.answered)]
        for line in report.outcomes
    ]
    return Table([_("Outcome"), _("Answered cases"), _("Share")], rows)


def transfers(report: Report) -> Table:
    """Who declined (rows) and who was asked instead (columns)."""
    matrix = report.transfers
    takers = matrix.takers
    heads = [_("Declined by"), *(matrix.names[code] for code in takers), _("Together")]
    rows: list[Row] = []
    for giver in matrix.givers:
        counts = [matrix.counts.get((giver, taker), 0) for taker in takers]
        rows.append([matrix.names[giver], *counts, sum(counts)])
    return Table(heads, rows)


def shown(table: Table) -> Table:
    """The same with its counts as a reader wants them."""
    rows = [
        [wording.number(cell) if isinstance(cell, int) else cell for cell in row]
        for row in table.rows
    ]
    return Table(table.heads, rows)


def hours(value: float | None) -> Any:
    """A time for the download: working hours, empty where there is none."""
    return "" if value is None else round(value, 2)


DOWNLOADS: dict[str, Callable[[Report], Table]] = {
    "values": lambda report: values(report, hours),
    "backlog": backlog,
    "outcomes": outcomes,
    "transfers": transfers,
}


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return "'" + cell
    return cell


def for_download(table: Table) -> Iterator[Iterable[Any]]:
    """Heads and rows with every cell harmless."""
    for row in (table.heads, *table.rows):
        yield [harmless(cell) for cell in row]
