"""People whom a company lets see one case: a colleague, a customs broker, a translator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case

COLLEAGUE, BROKER, TRANSLATOR, OTHER = "colleague", "broker", "translator", "other"
GUEST_LABELS = {
    COLLEAGUE: _("Colleague"),
    BROKER: _("Customs broker"),
    TRANSLATOR: _("Translator or interpreter"),
    OTHER: _("Somebody else"),
}


class CaseGuestQuerySet(models.QuerySet["CaseGuest"]):
    """Vocabulary of guests."""

    def present(self) -> CaseGuestQuerySet:
        """Those whose time is not over and whom nobody has sent away."""
        return self.filter(ended_at__isnull=True, until__gt=timezone.now())

    def known_by(self, addresses: Iterable[str]) -> CaseGuestQuerySet:
        """Those who were invited under one of these addresses, in lower case."""
        return self.alias(address=Lower("email")).filter(address__in=list(addresses))


class CaseGuest(models.Model):
    """One person may follow one case until a moment; `may_reply` lets them write on it too."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="guests"
    )
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("who this is"), max_length=16, default=COLLEAGUE)
    may_reply = models.BooleanField(_("may write"), default=False)
    # Set when the person first comes, by an address that they proved.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guest_of",
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CaseGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest of a case")
        verbose_name_plural = _("guests of cases")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "case",
                Lower("email"),
                condition=Q(ended_at__isnull=True),
                name="case_guest_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} #{self.pk}"

    @property
    def kind_label(self) -> str:
        """Who the guest is to the company, in the reader's language."""
        return str(GUEST_LABELS.get(self.kind, self.kind))
