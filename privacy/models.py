"""Who read and who took away other people's data (DOMAIN 3.4): kept two years, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reading(models.Model):
    """A person opened something that shows a company; once per reader, thing and day."""

    subject = models.CharField(_("what was read"), max_length=40)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("first read"), default=timezone.now)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # How they came: privacy.readings names the words.
    way = models.CharField(_("way"), max_length=12)
    # The code of the organisation that they acted for; empty for the company's side.
    organisation = models.CharField(_("organisation"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["subject", "-id"], name="reading_by_subject")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "day", "way", "organisation", "reader"],
                condition=Q(reader__isnull=False),
                name="reading_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["subject", "day", "way", "organisation"],
                condition=Q(reader__isnull=True),
                name="reading_once_a_day_unnamed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.day}"


class Download(models.Model):
    """A list was taken away as a file: who, what, how many rows, and why."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    organisation = models.CharField(_("organisation"), max_length=20, blank=True)
    what = models.CharField(_("list"), max_length=32)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    format = models.CharField(_("format"), max_length=8)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["organisation", "-id"], name="download_by_body")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="download_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"
