"""Access without an account: one-time codes, and attempts that are counted."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case


class OneTimeCode(models.Model):
    """A six-digit code mailed to a case's contact; only its hash is kept."""

    LIFETIME = dt.timedelta(minutes=10)
    MAX_TRIES = 5

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="one_time_codes"
    )
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes: ClassVar = [models.Index(fields=["case", "-id"], name="onetimecode_by_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.created_at:%Y-%m-%d %H:%M}"


class AccessAttempt(models.Model):
    """A wrong tracking code or one-time code, or a request for a code, counted per subject.

    `subject` is a keyed hash of what was tried (a receipt number, whether it exists or not,
    or an address of the network), so that the table tells nothing about cases or people.
    """

    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("access attempt")
        verbose_name_plural = _("access attempts")
        indexes: ClassVar = [
            models.Index(fields=["subject", "kind", "at"], name="attempt_by_subject")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
