"""Dates that are being moved in the background after a change of policy or calendar."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class RecountQuerySet(models.QuerySet["Recount"]):
    """Vocabulary of recounts."""

    def unfinished(self) -> RecountQuerySet:
        """Not every date was looked at yet."""
        return self.filter(done_at__isnull=True)


class Recount(models.Model):
    """One change that moves more dates than a request can: which cases, and how far it has come.

    `after` is the last case that was looked at: a killed worker goes on from there. `lease_until`
    keeps two workers from walking the same stretch; each date moves once even if they do.
    """

    policy = models.CharField(_("kind of case"), max_length=24, blank=True)
    due_from = models.DateTimeField(_("due from"), null=True, blank=True)
    reason_ko = models.CharField(_("reason (Korean)"), max_length=300)
    reason_en = models.CharField(_("reason (English)"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    total = models.PositiveIntegerField(_("dates to look at"))
    seen = models.PositiveIntegerField(_("looked at"), default=0)
    moved = models.PositiveIntegerField(_("moved"), default=0)
    after = models.PositiveBigIntegerField(default=0, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    objects = RecountQuerySet.as_manager()

    class Meta:
        verbose_name = _("dates being moved")
        verbose_name_plural = _("dates being moved")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.reason

    @property
    def reason(self) -> str:
        """Why the dates move, in the reader's language."""
        return self.reason_ko if get_language() == "ko" else self.reason_en
