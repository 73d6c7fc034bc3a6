"""Desk figures as the beat counts them: a page reads rows and never the cases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeskFigure(models.Model):
    """Waiting, overdue and times for one value of one dimension in one period.

    Times are working hours from receipt (nine to six with the lunch break): to the first
    response, and to the answer. None where no case of the period has one.
    """

    period = models.CharField(_("period"), max_length=12)  # "2026-Q4", "2026", "90d"
    dimension = models.CharField(_("dimension"), max_length=16)
    key = models.CharField(_("value"), max_length=40, blank=True)
    received = models.PositiveIntegerField(_("received"), default=0)
    answered = models.PositiveIntegerField(_("answered"), default=0)
    waiting = models.PositiveIntegerField(_("waiting"), default=0)
    overdue = models.PositiveIntegerField(_("overdue"), default=0)
    first_median = models.FloatField(_("first response, median"), null=True, blank=True)
    first_p90 = models.FloatField(_("first response, 90th percentile"), null=True, blank=True)
    answer_median = models.FloatField(_("answer, median"), null=True, blank=True)
    answer_p90 = models.FloatField(_("answer, 90th percentile"), null=True, blank=True)
    at = models.DateTimeField(_("counted"), default=timezone.now)

    class Meta:
        verbose_name = _("desk figure")
        verbose_name_plural = _("desk figures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "dimension", "key"], name="desk_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.dimension} {self.key}"


class BacklogDay(models.Model):
    """How many cases came, ended, were open and were overdue at the end of a day."""

    day = models.DateField(_("day"), unique=True)
    received = models.PositiveIntegerField(_("received"), default=0)
    ended = models.PositiveIntegerField(_("ended"), default=0)
    open = models.PositiveIntegerField(_("open"), default=0)
    overdue = models.PositiveIntegerField(_("overdue"), default=0)

    class Meta:
        verbose_name = _("backlog of a day")
        verbose_name_plural = _("backlog by day")
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
