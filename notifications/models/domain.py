"""How fast a mail domain takes our mail, and until when it rests after it told us to slow down."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

# No domain is called so.
RELAY = "*"


class MailDomain(models.Model):
    """Pace of one domain; without a row it has the usual one (NOTICE_DOMAIN_PACE).

    The row called RELAY is our own mail server's turn (NOTICE_RATE).
    """

    name = models.CharField(_("domain"), max_length=190)
    per_minute = models.PositiveIntegerField(_("mails a minute at most"), null=True, blank=True)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True)
    # Refusals in a row that named the pace, not the reader.
    strikes = models.PositiveSmallIntegerField(_("refusals in a row"), default=0)
    answer = models.CharField(_("last refusal"), max_length=500, blank=True)
    # The first moment that nobody has taken yet: later mails line up behind it.
    free_at = models.DateTimeField(_("taken until"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="mail_domain_once"),
        ]

    def __str__(self) -> str:
        return self.name
