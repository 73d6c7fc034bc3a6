"""What is known of an address: whether it was proven, whether mail comes back, what it declined."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

UNKNOWN = "unknown"
GOOD = "good"
BAD = "bad"
ADDRESS_LABELS = {
    UNKNOWN: _("Not yet proven"),
    GOOD: _("Proven"),
    BAD: _("Mail comes back"),
}


class Address(models.Model):
    """An e-mail address that we write to; a row appears with the first thing known of it."""

    # In small letters.
    email = models.CharField(_("address"), max_length=254, unique=True)
    state = models.CharField(_("state"), max_length=10, default=UNKNOWN)
    verified_at = models.DateTimeField(_("proven"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("last returned mail"), null=True, blank=True)
    # Temporary returns in a row; a permanent one marks the address at once.
    strikes = models.PositiveSmallIntegerField(_("returns in a row"), default=0)
    reason = models.CharField(_("reason of the return"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=list(ADDRESS_LABELS)), name="address_state_known"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Unsubscription(models.Model):
    """A topic that the reader of an address does not want, as far as it may be left out."""

    email = models.CharField(_("address"), max_length=254)
    topic = models.CharField(_("topic"), max_length=20)
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("unsubscription")
        verbose_name_plural = _("unsubscriptions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email", "topic"], name="unsubscription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.topic}"
