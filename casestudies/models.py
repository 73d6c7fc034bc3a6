"""The archive: how difficulties were met, told without the company that had them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from casestudies.words import ACTION_TYPES, OUTCOMES
from marketinfo.entry import PUBLISHED, Entry
from marketinfo.words import label
from reference.choices import SIZE_CLASSES
from reference.models import Province, Sector

# Finer codes would single out a company.
HS_LONGEST = 4


def known_action_types(codes: Any) -> None:
    """Raise ValidationError unless the value is a list of known action types."""
    if not isinstance(codes, list) or any(code not in ACTION_TYPES for code in codes):
        raise ValidationError(_("Choose from the list of action types."))


class CaseStudy(Entry):
    """One difficulty: 애로사항 → 추진경과 → 결과 → 효과 → 시사점.

    A record of its own: it never shows a case's own text, and knows the company only coarsely.
    """

    difficulty = models.TextField(_("difficulty (Markdown)"), max_length=20_000)
    progress = models.TextField(_("what was done (Markdown)"), max_length=20_000)
    result = models.TextField(_("result (Markdown)"), max_length=20_000)
    effect = models.TextField(_("effect (Markdown)"), max_length=20_000, blank=True)
    lessons = models.TextField(_("lessons (Markdown)"), max_length=20_000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20)
    action_types = models.JSONField(
        _("actions taken"), default=list, blank=True, validators=[known_action_types]
    )
    bodies = models.ManyToManyField(
        Organisation, verbose_name=_("bodies credited"), blank=True, related_name="+"
    )
    sector = models.ForeignKey(
        Sector,
        verbose_name=_("sector"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    province = models.ForeignKey(
        Province,
        verbose_name=_("region of the company"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    company_size = models.CharField(_("size of the company"), max_length=20, blank=True)
    period = models.CharField(
        _("period"),
        max_length=100,
        blank=True,
        help_text=_("Coarse, such as: first half of 2026"),
    )
    # Names the consent under which it is published; opaque here, never shown.
    consent_reference = models.CharField(_("consent"), max_length=60, blank=True)

    class Meta(Entry.Meta):
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(state=PUBLISHED) | ~models.Q(consent_reference=""),
                name="casestudy_published_by_consent",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The case study's page."""
        return reverse("casestudies:detail", args=[self.reference])

    @property
    def kind_label(self) -> str:
        """How the case ended, in the reader's language."""
        return label(OUTCOMES, self.outcome)

    @property
    def action_labels(self) -> list[str]:
        """What was done, in the reader's language."""
        return [label(ACTION_TYPES, code) for code in self.action_types]

    @property
    def size_label(self) -> str:
        """The company's size class in the reader's language; empty when it is not told."""
        return str(SIZE_CLASSES.get(self.company_size, self.company_size))

    def running_text(self) -> str:
        """Summary and the five parts."""
        parts = (
            self.summary,
            self.difficulty,
            self.progress,
            self.result,
            self.effect,
            self.lessons,
        )
        return "\n\n".join(part for part in parts if part)

    def place_words(self) -> list[str]:
        """The credited bodies and the sector besides."""
        words = super().place_words()
        if self.sector:
            words += [self.sector.name_ko, self.sector.name_en]
        for body in self.bodies.all():
            words += [body.name_ko, body.name_en]
        return words
