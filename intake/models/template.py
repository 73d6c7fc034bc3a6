"""Reply templates: optional paragraphs and placeholders, versioned, never edited in place."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReplyTemplateQuerySet(models.QuerySet["ReplyTemplate"]):
    """Vocabulary of templates."""

    def active(self) -> ReplyTemplateQuerySet:
        """Those offered at the desk."""
        return self.filter(active=True)

    def with_words(self) -> ReplyTemplateQuerySet:
        """Each with its newest words: `number` and `body`."""
        newest = ReplyTemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
        return self.annotate(
            number=Subquery(newest.values("number")[:1]), body=Subquery(newest.values("body")[:1])
        )


class ReplyTemplate(models.Model):
    """A text that officers start from; which words it had when is in its versions."""

    # The mark of a template that comes with the portal; NULL for the secretariat's own.
    shipped = models.CharField(max_length=40, unique=True, null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    # The step it is for: answer, refer, request_supplement, extend, reject, transfer_out …
    verb = models.CharField(_("step"), max_length=32)
    language = models.CharField(_("language"), max_length=5, default="ko")
    category = models.ForeignKey(
        "reference.Category",
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    country = models.ForeignKey(
        "reference.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    active = models.BooleanField(_("offered at the desk"), default=True)

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering: ClassVar = ["verb", "name"]

    def __str__(self) -> str:
        return self.name


class ReplyTemplateVersion(models.Model):
    """The words of a template at one time; never changed."""

    template = models.ForeignKey(
        ReplyTemplate,
        verbose_name=_("reply template"),
        on_delete=models.CASCADE,
        related_name="versions",
    )
    number = models.PositiveSmallIntegerField(_("version"))
    body = models.TextField(_("text"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a reply template")
        verbose_name_plural = _("versions of reply templates")
        ordering: ClassVar = ["template", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"
