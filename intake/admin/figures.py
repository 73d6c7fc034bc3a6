"""The desk figures: one page of charts with their tables, and each table as a download."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from intake.admin import gate
from intake.figures import heat, pictures, reading, tables, tally, wording
from intake.forms.figures import FiguresForm
from intake.lists.filtering import NONE, YES
from intake.models import AnsweredFirst, Figures

_WEEK = 7


class _Echo:
    """A file that hands back what is written to it: csv.writer without a buffer."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def _report(request: HttpRequest) -> tuple[FiguresForm, reading.Report]:
    """What was asked for, for who may read it."""
    if not gate.reads(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    form = FiguresForm(request.GET, today=today, first=reading.first_day())
    return form, reading.read(form.asked_period, form.asked_by, today)


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures of a period, divided by one thing."""
    form, report = _report(request)
    subject = str(reading.DIMENSION_LABELS[report.dimension])
    today = timezone.localdate()
    span = (report.period.start, report.period.last_day)
    context = {
        **gate.site_context(request),
        "title": _("Desk figures"),
        "settled_first": AnsweredFirst.objects.filter(day__range=span).count(),
        "form": form,
        "report": report,
        "subject": subject,
        "of_bodies": pictures.speaks_of_referrals(report),
        "period": reading.period_label(report.period),
        "last_day": min(report.period.last_day, today),
        "running": report.period.running(today),
        "headlines": wording.headlines(report.total, report.before),
        "backlog": pictures.backlog(report.days),
        "backlog_table": tables.shown(tables.backlog(report, _WEEK)),
        "waiting": pictures.waiting(report, subject),
        "late": _late(report, today),
        "first": pictures.times(report, subject, "first"),
        "answer": pictures.times(report, subject, "answer"),
        "outcomes": pictures.outcomes(report),
        "outcomes_table": tables.shown(tables.outcomes(report)),
        "values_table": tables.shown(tables.values(report)),
        "transfers": heat.shaded(tables.transfers(report)),
        "downloads": {name: _download(name, form) for name in tables.DOWNLOADS},
    }
    return render(request, "admin/intake/figures/page.html", context)


# By which filter of the queue a value can be looked at; the queue knows no kinds of case.
_FILTERS = {
    tally.CATEGORY: "category",
    tally.COUNTRY: "country",
    tally.FILER: "filer",
    tally.OFFICER: "who",
    tally.CHANNEL: "channel",
}


def _late(report: reading.Report, today: dt.date) -> list[tuple[str, str, str]]:
    """The values with overdue cases: name, how many, and the queue of just these.

    Only while the period runs: what was overdue at its end is settled by now.
    """
    name = _FILTERS.get(report.dimension)
    if name is None or not report.period.running(today):
        return []
    queue = reverse("admin:intake_triagecase_changelist")
    return [
        (
            line.name,
            wording.number(line.row.overdue),
            f"{queue}?{urlencode({'overdue': YES, name: line.key or NONE})}",
        )
        for line in report.lines
        if line.row.overdue
    ]


def _download(name: str, form: FiguresForm) -> str:
    address = reverse("admin:intake_figures_download", args=[name])
    return f"{address}?period={form.asked_period.code}&by={form.asked_by}"


@require_safe
def download(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """One of the tables as CSV, in the encoding that spreadsheets guess right."""
    form, report = _report(request)
    if name not in tables.DOWNLOADS:
        raise Http404
    table = tables.DOWNLOADS[name](report)

    def written() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff"
        for row in tables.for_download(table):
            yield writer.writerow(row)

    response = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
    file = f"figures-{form.asked_period.code}-{form.asked_by}-{name}.csv"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


@admin.register(Figures)
class FiguresAdmin(admin.ModelAdmin):
    """The way to the page from the index; rows are never listed or edited."""

    def get_urls(self) -> list[URLPattern]:
        """The page under the name that the index looks for and a short one, and the downloads."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(figures_page), name="intake_figures_changelist"),
            path("", wrap(figures_page), name="intake_figures"),
            path("<slug:name>.csv", wrap(download), name="intake_figures_download"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The secretariat's and the auditor's."""
        return gate.reads(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The same."""
        return gate.reads(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Figures are counted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Figures are counted."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Figures are counted."""
        return False
