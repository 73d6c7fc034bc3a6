"""Desk figures as the beat counts them: a page reads rows and never the cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeskFigure(models.Model):
    """Counts and times for one value of one dimension in one period.

    Received, answered (for the first time), solved, told and declined happened in the period;
    waiting (not answered, not ended) and overdue are those at its end, or now while it runs.
    Times are working hours from receipt (nine to six without the lunch break, days on which
    the clock stood still left out): to the first response, and to the first answer, of the
    cases whose first response or answer fell into the period. None where there is none.
    For the dimension "body" a referral takes the place of the case. For "transfer" received
    counts who was asked after whose decline (intake.transfers), in the period of the decline.
    """

    period = models.CharField(_("period"), max_length=12)  # "2026-Q4", "2026", "90d", "90d:was"
    dimension = models.CharField(_("dimension"), max_length=16)
    key = models.CharField(_("value"), max_length=48, blank=True)
    received = models.PositiveIntegerField(_("received"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    # Of the answered ones: whose company said how it ended, and said that it is solved.
    told = models.PositiveIntegerField(_("outcome known"), default=0)
    solved = models.PositiveIntegerField(_("solved"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    waiting = models.PositiveIntegerField(_("waiting for an answer"), default=0)
    overdue = models.PositiveIntegerField(_("overdue"), default=0)
    first_median = models.FloatField(_("first response, median"), null=True, blank=True)
    first_p90 = models.FloatField(_("first response, 90th percentile"), null=True, blank=True)
    answer_median = models.FloatField(_("answer, median"), null=True, blank=True)
    answer_p90 = models.FloatField(_("answer, 90th percentile"), null=True, blank=True)
    at = models.DateTimeField(_("counted"), default=timezone.now)
    # On the row of the run alone: since when a count is under way, and how many seconds the
    # last one took. What is counted next waits a multiple of that (intake.figures.resting).
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    took = models.FloatField(default=0, editable=False)

    class Meta:
        verbose_name = _("desk figure")
        verbose_name_plural = _("desk figures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "dimension", "key"], name="desk_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.dimension} {self.key}"


class BacklogDay(models.Model):
    """How many cases came, were answered and ended on a day, and how many stood at its end.

    Waiting is open and not yet answered. Today's row is as of the last count.
    """

    day = models.DateField(_("day"), unique=True)
    received = models.PositiveIntegerField(_("received"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    ended = models.PositiveIntegerField(_("ended"), default=0)
    open = models.PositiveIntegerField(_("open"), default=0)
    waiting = models.PositiveIntegerField(_("waiting for an answer"), default=0)
    overdue = models.PositiveIntegerField(_("overdue"), default=0)

    class Meta:
        verbose_name = _("backlog of a day")
        verbose_name_plural = _("backlog by day")
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class Figures(DeskFigure):
    """The rows as the desk shows them: a page of charts and tables in place of a list."""

    class Meta:
        proxy = True
        verbose_name = _("desk figures")
        verbose_name_plural = _("desk figures")
