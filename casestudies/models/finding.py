"""What the anonymiser found in a study, and what an officer decided about it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casestudies import kinds
from casestudies.words import FINDING_KINDS, FINDING_REASONS
from marketinfo.words import label

OPEN, REPLACED, KEPT = "open", "replaced", "kept"
STATE_LABELS = {OPEN: _("To be settled"), REPLACED: _("Replaced"), KEPT: _("Kept")}


class FindingQuerySet(models.QuerySet["Finding"]):
    """Vocabulary of findings."""

    def open(self) -> FindingQuerySet:
        """Those that nobody has settled."""
        return self.filter(state=OPEN)

    def kept(self) -> FindingQuerySet:
        """Those whose words stand, each with its reason."""
        return self.filter(state=KEPT)


class Finding(models.Model):
    """One text that might identify, wherever it stands in a study.

    `original` is what stood there: private, shown at the desk alone, and forgotten once a study
    comes out unless it was kept.
    """

    study = models.ForeignKey(
        "casestudies.CaseStudy",
        verbose_name=_("case study"),
        on_delete=models.CASCADE,
        related_name="findings",
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=24)
    original = models.TextField(_("what stood there"), blank=True)
    proposal = models.CharField(_("proposed instead"), max_length=300)
    wording = models.CharField(_("what stands there now"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, default=OPEN)
    reason = models.CharField(_("why it may stand"), max_length=300, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("settled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "number"], name="finding_number_once"),
            models.CheckConstraint(
                condition=Q(state=OPEN, settled_at__isnull=True)
                | (~Q(state=OPEN) & Q(settled_at__isnull=False)),
                name="finding_settled_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=KEPT) | ~Q(reason=""), name="finding_kept_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def kind_label(self) -> str:
        """What it looks like, in the reader's language."""
        return label(FINDING_KINDS, self.kind)

    @property
    def why(self) -> str:
        """Why it might identify, in the reader's language."""
        return label(FINDING_REASONS, self.kind)

    @property
    def state_label(self) -> str:
        """What was decided, in the reader's language."""
        return str(STATE_LABELS.get(self.state, self.state))

    @property
    def is_open(self) -> bool:
        """Whether nobody has settled it."""
        return self.state == OPEN

    @property
    def may_be_kept(self) -> bool:
        """Whether a reason can let it stand: never what names a person or opens something."""
        return self.kind not in kinds.NEVER_KEPT
