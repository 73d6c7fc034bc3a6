"""A study: how one difficulty was met, told without the company that had it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from casestudies import anonymise
from casestudies.words import ACTION_TYPES, DRIFTS, OUTCOMES
from marketinfo.entry import PUBLISHED, Entry
from marketinfo.words import label
from reference.choices import SIZE_CLASSES
from reference.models import Province, Sector

# Finer codes would single out a company.
HS_LONGEST = 4
# Everything that is written freely: what the anonymiser reads.
TEXTS = ("title", "summary", "difficulty", "progress", "result", "effect", "lessons", "period")
# What a company approves besides: together with other facts they might tell who it is.
_APPROVED = ("country_id", "category_id", "hs_codes", "sector_id", "province_id", "company_size")


def known_action_types(codes: Any) -> None:
    """Raise ValidationError unless the value is a list of known action types."""
    if not isinstance(codes, list) or any(code not in ACTION_TYPES for code in codes):
        raise ValidationError(_("Choose from the list of action types."))


class CaseStudy(Entry):
    """One difficulty: 애로사항 → 추진경과 → 결과 → 효과 → 시사점.

    A record of its own: it never shows a case's own text, and knows the company only coarsely.
    """

    page, sort_column, sorts = "casestudies:detail", "outcome", OUTCOMES

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
    # The private case behind it: known at the desk, never shown.
    case = models.OneToOneField(
        "intake.Case",
        verbose_name=_("case"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="study",
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("drafted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    not_before = models.DateField(
        _("not before"),
        null=True,
        blank=True,
        help_text=_("Embargo: it comes out on this day at the earliest."),
    )
    # Why few companies of its kind are no danger; holds for the facts it was said of.
    rarity_reason = models.CharField(
        _("why few companies are no danger"), max_length=300, blank=True, editable=False
    )
    rarity_of = models.CharField(max_length=120, blank=True, editable=False)
    # What happened to the case since the study came out.
    drift = models.CharField(_("the case changed"), max_length=20, blank=True, editable=False)
    drift_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)
    collection = models.ForeignKey(
        "casestudies.Collection",
        verbose_name=_("imported collection"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="studies",
    )
    collection_digest = models.CharField(max_length=64, blank=True, editable=False)

    life_fields = Entry.life_fields | {
        "case",
        "drafted_by",
        "rarity_reason",
        "rarity_of",
        "drift",
        "drift_at",
        "collection",
        "collection_digest",
    }

    class Meta(Entry.Meta):
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        constraints: ClassVar = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(state=PUBLISHED) | ~models.Q(consent_reference=""),
                name="casestudy_published_by_consent",
            ),
            models.CheckConstraint(
                condition=models.Q(drift="", drift_at__isnull=True)
                | (~models.Q(drift="") & models.Q(drift_at__isnull=False)),
                name="casestudy_drift_has_time",
            ),
            models.UniqueConstraint(
                fields=["collection_digest"],
                condition=~models.Q(collection_digest=""),
                name="casestudy_imported_once",
            ),
        ]

    @property
    def action_labels(self) -> list[str]:
        """What was done, in the reader's language."""
        return [label(ACTION_TYPES, code) for code in self.action_types]

    @property
    def size_label(self) -> str:
        """The company's size class in the reader's language; empty when it is not told."""
        return str(SIZE_CLASSES.get(self.company_size, self.company_size))

    @property
    def drift_label(self) -> str:
        """What happened to the case since, in the reader's language."""
        return label(DRIFTS, self.drift)

    @property
    def digest(self) -> str:
        """A fingerprint of what readers will see: an approval holds for this text alone."""
        said = [anonymise.plain(getattr(self, name)) for name in TEXTS]
        said += [str(getattr(self, name) or "") for name in _APPROVED]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def said(self, name: str) -> str:
        """One text as readers may see it: what is still marked, in the words proposed for it."""
        return anonymise.plain(getattr(self, name))

    def running_text(self) -> str:
        """Summary and the five parts, as readers may see them."""
        parts = (
            self.summary,
            self.difficulty,
            self.progress,
            self.result,
            self.effect,
            self.lessons,
        )
        return anonymise.plain("\n\n".join(part for part in parts if part))

    def place_words(self) -> list[str]:
        """The credited bodies and the sector besides."""
        words = super().place_words()
        if self.sector:
            words += [self.sector.name_ko, self.sector.name_en]
        for body in self.bodies.all():
            words += [body.name_ko, body.name_en]
        return words
