"""How a person who signs in wants to be told: at once, once a day, or once a week."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

AT_ONCE = "at_once"
DAILY = "daily"
WEEKLY = "weekly"
RHYTHM_LABELS = {AT_ONCE: _("At once"), DAILY: _("Daily at nine"), WEEKLY: _("Mondays at nine")}


class Preference(models.Model):
    """A person's rhythm for one topic; without a row everything comes at once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="notice_preferences",
    )
    topic = models.CharField(_("topic"), max_length=20)
    rhythm = models.CharField(_("rhythm"), max_length=10, default=AT_ONCE)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("preference for notices")
        verbose_name_plural = _("preferences for notices")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "topic"], name="preference_once"),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=list(RHYTHM_LABELS)), name="preference_rhythm_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.rhythm}"
