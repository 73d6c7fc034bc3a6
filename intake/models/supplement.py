"""What a supplement request asks for, item by item, and which words the company then changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intake.models.case import Case
from intake.models.event import CaseEvent


class SupplementItem(models.Model):
    """One paper or fact that is missing: asked by the officer, ticked by the company."""

    PAPER, FACT = "paper", "fact"

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="supplement_items"
    )
    round = models.PositiveSmallIntegerField(_("request"))
    position = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=8, default=PAPER)
    label = models.CharField(_("what is missing"), max_length=200)
    hint = models.CharField(_("explanation"), max_length=400, blank=True)
    # The company's side.
    given_text = models.TextField(_("the company's words"), blank=True)
    given_at = models.DateTimeField(_("given"), null=True, blank=True)
    cannot = models.BooleanField(_("the company cannot give it"), default=False)

    class Meta:
        verbose_name = _("supplement item")
        verbose_name_plural = _("supplement items")
        ordering: ClassVar = ["round", "position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "round", "position"], name="supplement_item_once"
            ),
            models.CheckConstraint(
                condition=Q(cannot=False) | ~Q(given_text=""),
                name="supplement_item_cannot_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_given(self) -> bool:
        """Whether the company has said or sent something for it, be it why it cannot."""
        return self.given_at is not None


class SupplementDraft(models.Model):
    """What the company has written for its supplement and not sent yet, beside the items."""

    case = models.OneToOneField(
        Case,
        verbose_name=_("case"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="supplement_draft",
    )
    text = models.TextField(_("the company's words"), blank=True)
    # The new words of each text that the company has begun to correct, by the field's name.
    corrections = models.JSONField(_("corrections"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        verbose_name = _("unsent supplement")
        verbose_name_plural = _("unsent supplements")

    def __str__(self) -> str:
        return f"{self.case_id} {self.updated_at:%Y-%m-%d %H:%M}"


class Revision(models.Model):
    """A text of the case before and after a supplement changed it; nothing typed is lost."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="revisions"
    )
    event = models.ForeignKey(
        CaseEvent,
        verbose_name=_("timeline event"),
        on_delete=models.CASCADE,
        related_name="revisions",
    )
    field = models.CharField(_("field"), max_length=24)
    before = models.TextField(_("before"), blank=True)
    after = models.TextField(_("after"), blank=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "field"], name="revision_once_per_event"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.field}"
