"""The address to which a mission's officers forward a mail that becomes a draft."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_secret() -> str:
    """What makes one address of an organisation another than the one before."""
    return secrets.token_hex(8)


class LocalAddress(models.Model):
    """An organisation's address for forwarding; a new one revokes the one before."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("mission"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    secret = models.CharField(max_length=32, default=new_secret, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("made by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("revoked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("address for forwarding")
        verbose_name_plural = _("addresses for forwarding")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(revoked_at__isnull=True),
                name="local_address_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="local_address_revoked_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} #{self.pk}"
