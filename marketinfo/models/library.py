"""The library: articles for reading, and requirements: one fact each, with a shelf life."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from marketinfo.entry import Entry
from marketinfo.words import ARTICLE_KINDS, CONFIDENCE, REQUIREMENT_TYPES, label


class Article(Entry):
    """A text on a country, an industry, a rule or a procedure."""

    page, sort_column, sorts = "marketinfo:detail", "kind", ARTICLE_KINDS

    kind = models.CharField(_("kind"), max_length=30)
    body = models.TextField(_("text (Markdown)"), max_length=60_000)
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    author_organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("written by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    written_on = models.DateField(_("written on"), null=True, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def running_text(self) -> str:
        """Summary and body."""
        return f"{self.summary}\n\n{self.body}"


class Requirement(Entry):
    """What one country demands for goods under an HS heading, in one respect."""

    page, sort_column, sorts = "marketinfo:requirement", "type", REQUIREMENT_TYPES

    type = models.CharField(_("type"), max_length=30)
    authority = models.CharField(_("authority"), max_length=200)
    legal_reference = models.CharField(_("legal reference"), max_length=300, blank=True)
    demand = models.TextField(_("what is required (Markdown)"), max_length=20_000)
    procedure = models.TextField(_("procedure (Markdown)"), max_length=20_000, blank=True)
    cost = models.CharField(_("cost"), max_length=300, blank=True)
    duration = models.CharField(_("time it takes"), max_length=300, blank=True)
    effective_from = models.DateField(_("in force since"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("checked by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    confidence = models.CharField(_("confidence"), max_length=20, default="source")
    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("kept up to date by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(Entry.Meta):
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(country__isnull=False), name="requirement_has_country"
            ),
        ]

    @property
    def confidence_label(self) -> str:
        """How far the record can be trusted, in the reader's language."""
        return label(CONFIDENCE, self.confidence)

    def running_text(self) -> str:
        """Everything that the record says in words."""
        parts = (
            self.summary,
            self.demand,
            self.procedure,
            self.authority,
            self.legal_reference,
            self.cost,
            self.duration,
        )
        return "\n\n".join(part for part in parts if part)
