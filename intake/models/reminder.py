"""What was already said by the clock: the row that keeps a reminder from being sent twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case


class Reminder(models.Model):
    """One reminder, escalation or progress notice that went out for one reason.

    `subject` names what it was about ("referral:12", "case"), `key` the occasion, usually the
    date it was sent for: the same reason never writes twice, whoever else runs the same task.
    """

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="reminders"
    )
    subject = models.CharField(_("about"), max_length=40)
    kind = models.CharField(_("kind"), max_length=24)
    key = models.CharField(_("occasion"), max_length=40)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "subject", "kind", "key"], name="reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.key}"
