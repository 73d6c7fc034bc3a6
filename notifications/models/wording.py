"""What the secretariat says in its own words instead of the shipped ones, version by version."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DRAFT = "draft"
PUBLISHED = "published"
RETIRED = "retired"
WORDING_LABELS = {DRAFT: _("Draft"), PUBLISHED: _("In use"), RETIRED: _("No longer in use")}


class WordingQuerySet(models.QuerySet["Wording"]):
    """Vocabulary of wordings."""

    def published(self) -> WordingQuerySet:
        """Those in use now; at most one for each kind and language."""
        return self.filter(state=PUBLISHED)


class Wording(models.Model):
    """An edited text of one kind of notice in one language; rows are never changed once used."""

    kind = models.CharField(_("message"), max_length=60)
    language = models.CharField(_("language"), max_length=5)
    version = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    note = models.CharField(_("reason for the change"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, default=DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("put into use by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    published_at = models.DateTimeField(_("put into use"), null=True, blank=True)
    # The last time that these words could not be filled with the facts of a real notice: the
    # shipped words went out instead.
    failed_at = models.DateTimeField(_("last failed"), null=True, blank=True)
    failure = models.CharField(_("what failed"), max_length=300, blank=True)

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording of a notice")
        verbose_name_plural = _("wordings of notices")
        ordering: ClassVar = ["kind", "language", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "language", "version"], name="wording_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "language"],
                condition=Q(state=PUBLISHED),
                name="wording_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(WORDING_LABELS)), name="wording_state_known"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="wording_published_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.language} v{self.version}"

    @property
    def state_label(self) -> str:
        """Where these words stand, in the reader's language."""
        return str(WORDING_LABELS.get(self.state, self.state))
