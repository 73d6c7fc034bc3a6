"""Who read and who took away other people's data (DOMAIN 3.4): kept two years, never changed.

Every line is sealed into one chain (privacy.chain), so that a changed, removed or slipped-in line
is found.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reading(models.Model):
    """A person opened something that shows a company; once per reader, thing, place and day."""

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
    # What of it: nothing for the page itself, "file …" for a file, "paper" for the printed case.
    what = models.CharField(_("part"), max_length=48, blank=True, db_default="")
    # The network address that the request came from.
    place = models.CharField(_("address"), max_length=45, blank=True, db_default="")
    sealed = models.BooleanField(editable=False, db_default=False)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["subject", "-id"], name="reading_by_subject"),
            models.Index(fields=["at"], name="reading_by_time"),
            models.Index(fields=["id"], condition=Q(sealed=False), name="reading_unsealed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "day", "way", "organisation", "what", "place", "reader"],
                condition=Q(reader__isnull=False),
                name="reading_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["subject", "day", "way", "organisation", "what", "place"],
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
    place = models.CharField(_("address"), max_length=45, blank=True, db_default="")
    sealed = models.BooleanField(editable=False, db_default=False)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-id"], name="download_by_body"),
            models.Index(fields=["at"], name="download_by_time"),
            models.Index(fields=["id"], condition=Q(sealed=False), name="download_unsealed"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="download_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class LogEvent(models.Model):
    """What was done with the log or with data as a whole: lines whose time is over taken away."""

    at = models.DateTimeField(_("time"), default=timezone.now)
    what = models.CharField(_("what"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    sealed = models.BooleanField(editable=False, db_default=False)

    class Meta:
        verbose_name = _("event of the access log")
        verbose_name_plural = _("events of the access log")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(sealed=False), name="logevent_unsealed"),
            models.Index(fields=["what", "-id"], name="logevent_by_what"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class Chain(models.Model):
    """Where the chain of seals stands; one row, locked by whoever lengthens it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="chain_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"


class Seal(models.Model):
    """One link: the digest of a line of the log, and the hash over it and the link before."""

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "row"], name="seal_once_per_line"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.row}"


class Head(models.Model):
    """Where the chain stood on a day, as it was mailed to the auditors."""

    day = models.DateField(_("day"), unique=True)
    seq = models.BigIntegerField(_("seals"))
    hash = models.CharField(_("seal"), max_length=64)
    # What the check of the whole chain found that day.
    whole = models.BooleanField(_("whole"))
    finding = models.CharField(_("finding"), max_length=200, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("daily seal of the access log")
        verbose_name_plural = _("daily seals of the access log")
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.seq} {self.hash[:12]}"


class Review(models.Model):
    """The monthly look at the access log: what was counted, and that an auditor has read it."""

    month = models.DateField(_("month"), unique=True)
    # Counts and keys of people; their names are looked up by whoever reads.
    figures = models.JSONField(_("figures"), default=dict)
    at = models.DateTimeField(_("counted"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    remark = models.CharField(_("remark"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("monthly review of the access log")
        verbose_name_plural = _("monthly reviews of the access log")
        ordering: ClassVar = ["-month"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(checked_at__isnull=True, checked_by__isnull=True)
                    | Q(checked_at__isnull=False, checked_by__isnull=False)
                ),
                name="review_checked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
