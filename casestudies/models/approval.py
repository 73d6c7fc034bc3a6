"""The company's word on a study, asked by a link of its own."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

APPROVED, CHANGES, REFUSED, REPLACED, TAKEN_BACK = (
    "approved",
    "changes",
    "refused",
    "replaced",
    "taken_back",
)
DECISION_LABELS = {
    "": _("The company has not answered yet"),
    APPROVED: _("The company approved this text"),
    CHANGES: _("The company asks for changes"),
    REFUSED: _("The company does not want it published"),
    REPLACED: _("The text was changed; the question is over"),
    TAKEN_BACK: _("The company took its approval back"),
}


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Vocabulary of approvals."""

    def waiting(self) -> ApprovalQuerySet:
        """Those that the company has not answered."""
        return self.filter(decision="")


class Approval(models.Model):
    """One question to the company whether a text may come out, and its answer.

    `digest` is that of the text which was shown: another text needs another answer.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        "casestudies.CaseStudy",
        verbose_name=_("case study"),
        on_delete=models.CASCADE,
        related_name="approvals",
    )
    digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    decision = models.CharField(_("answer"), max_length=12, blank=True)
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    words = models.TextField(_("words"), blank=True, max_length=4000)
    not_before = models.DateField(_("not before"), null=True, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval by the company")
        verbose_name_plural = _("approvals by companies")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["study"], condition=Q(decision=""), name="approval_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="approval_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study} {self.asked_at:%Y-%m-%d}"

    @property
    def decision_label(self) -> str:
        """What the company said, in the reader's language."""
        return str(DECISION_LABELS.get(self.decision, self.decision))

    @property
    def is_waiting(self) -> bool:
        """Whether the company has not answered."""
        return self.decision == ""
