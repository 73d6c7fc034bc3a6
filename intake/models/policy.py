"""The editable rows behind the clock: how long a kind of case may take, and ad-hoc days off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from intake import clock

DEFAULT_POLICY = "default"
BORDER_POLICY = "border"
UNIT_LABELS = {clock.DAYS: _("working days"), clock.HOURS: _("working hours")}


class ClockPolicy(models.Model):
    """How long a kind of case may take (DOMAIN 3.1)."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80)
    length = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(
        _("unit"), max_length=8, default=clock.DAYS, choices=list(UNIT_LABELS.items())
    )
    extension = models.PositiveSmallIntegerField(_("extension"), default=0)
    lunch_counts = models.BooleanField(_("lunch break counts as working time"), default=False)
    basis = models.CharField(_("basis"), max_length=160, blank=True)
    verified = models.BooleanField(_("verified"), default=False)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("clock policy")
        verbose_name_plural = _("clock policies")
        ordering: ClassVar = ["sort", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(length__gte=1), name="policy_length_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if translation.get_language() == "en" else self.name_ko

    def as_clock(self) -> clock.Policy:
        """The policy as the pure clock wants it."""
        return clock.Policy(self.length, self.unit, self.extension, self.lunch_counts)


class CalendarDay(models.Model):
    """A day on which the Korean office calendar differs from the published holidays."""

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"), default=False)
    reason = models.CharField(_("reason"), max_length=120)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.reason}"
