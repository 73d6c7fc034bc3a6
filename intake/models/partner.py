"""What a partner's officers keep beside their cases: promises, and a leaving one's handover."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from intake.models.case import Case


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Vocabulary of promises."""

    def visible_to(self, user: Any) -> PromiseQuerySet:
        """Those of the organisations that the person acts for: nobody else reads them."""
        return self.filter(organisation__in=list(roles.organisations_of(user)))

    def open(self) -> PromiseQuerySet:
        """Neither kept nor dropped."""
        return self.filter(kept_at__isnull=True)


class Promise(models.Model):
    """What an officer promised somebody about a case, and by when: a note with a date."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="promises",
    )
    case = models.ForeignKey(
        Case,
        verbose_name=_("case"),
        on_delete=models.CASCADE,
        related_name="promises",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer"),
        on_delete=models.PROTECT,
        related_name="promises",
    )
    text = models.CharField(_("what was promised"), max_length=400)
    due_on = models.DateField(_("by"), null=True, blank=True)
    at = models.DateTimeField(_("time"), default=timezone.now)
    kept_at = models.DateTimeField(_("kept"), null=True, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering: ClassVar = ["due_on", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["organisation", "user", "due_on"],
                condition=Q(kept_at__isnull=True),
                name="promise_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.due_on}"

    @property
    def is_overdue(self) -> bool:
        """Open past its day."""
        return (
            self.kept_at is None and self.due_on is not None and self.due_on < timezone.localdate()
        )


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Vocabulary of handovers."""

    def visible_to(self, user: Any) -> HandoverQuerySet:
        """Those inside the organisations that the person acts for."""
        return self.filter(organisation__in=list(roles.organisations_of(user)))


class Handover(models.Model):
    """One officer's work passes to another; the successor says that they have taken it.

    `items` is what passed at that moment: receipt numbers, keys of promises, of referrals, of
    records, each with a word on it. What changed since is read from the rows themselves.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="handovers",
    )
    leaver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed over by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    note = models.TextField(_("what the successor should know"), blank=True)
    items = models.JSONField(_("what passed"), default=dict)
    created_at = models.DateTimeField(_("handed over"), default=timezone.now)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(leaver=models.F("successor")), name="handover_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaver} → {self.successor}"
