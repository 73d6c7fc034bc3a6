"""When the jobs that keep the outbox moving last ran, so that their silence is heard."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

SWEEP = "sweep"


class Heartbeat(models.Model):
    """The last sign of life of one job."""

    name = models.CharField(_("job"), max_length=40, unique=True)
    at = models.DateTimeField(_("last run"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
