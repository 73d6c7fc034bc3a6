"""A referral: one question to one body, with its own state and date."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import PARTNERS, SECRETARIAT
from intake import workflow
from intake.models.case import Case
from intake.models.gate import BODY_SEES_ENDED_FOR


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Vocabulary of referrals."""

    def visible_to(self, user: Any) -> ReferralQuerySet:
        """Referrals that a person may see: the secretariat's all, a body's own."""
        if roles.is_secretary(user) or roles.is_auditor(user):
            return self
        return self.filter(
            Q(case__ended_at__isnull=True)
            | Q(case__ended_at__gte=timezone.now() - BODY_SEES_ENDED_FOR),
            organisation__in=list(roles.organisations_of(user)),
        )

    def asked_of(self, user: Any) -> ReferralQuerySet:
        """What the bodies that a person acts for were asked: the body desk of that person."""
        return self.visible_to(user).filter(organisation__in=list(roles.organisations_of(user)))

    def most_urgent_first(self) -> ReferralQuerySet:
        """Open ones by their due date, then ended ones, the latest first."""
        return self.order_by(F("ended_at").desc(nulls_first=True), "due_at", "pk")

    def ended(self) -> ReferralQuerySet:
        """Answered, declined or recalled."""
        return self.exclude(state__in=workflow.REFERRAL_OPEN)

    def open(self) -> ReferralQuerySet:
        """Asked or accepted, not yet answered, declined or recalled."""
        return self.filter(state__in=workflow.REFERRAL_OPEN)

    def overdue(self) -> ReferralQuerySet:
        """Open past their own due moment."""
        return self.open().filter(due_at__lt=timezone.now())


class Referral(models.Model):
    """One body was asked one question about a case."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="referrals"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("body"),
        on_delete=models.PROTECT,
        related_name="referrals",
    )
    state = models.CharField(_("state"), max_length=16, default=workflow.ASKED)
    question = models.TextField(_("question"))
    due_at = models.DateTimeField(_("due"))
    designated = models.BooleanField(_("designation (cannot be declined)"), default=False)
    # Why this body and no other, after three declines: the officer's words, not the body's to read.
    designation_reason = models.TextField(_("reason for the designation"), blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    decline_reason = models.TextField(_("reason for declining"), blank=True)
    suggested = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("suggested body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # What the body may see beside its question: named facts of the case, chosen attachments.
    released = models.JSONField(_("released facts"), default=list, blank=True)
    released_files = models.ManyToManyField(
        "intake.Attachment",
        verbose_name=_("released files"),
        blank=True,
        related_name="released_to",
    )
    reminded_at = models.DateTimeField(_("last reminded"), null=True, blank=True)
    # Inside the body.
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("officer of the body"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    extension_reason = models.TextField(_("reason for more time"), blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "due_at"], name="referral_by_body"),
            # What waits for an answer (reminders), and what was given back (transfers).
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=workflow.REFERRAL_OPEN),
                name="referral_waiting",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(state=workflow.DECLINED),
                name="referral_declined",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "organisation"],
                condition=Q(state__in=workflow.REFERRAL_OPEN),
                name="referral_one_open_per_body",
            ),
            models.CheckConstraint(
                condition=Q(state__in=workflow.REFERRAL_LABELS), name="referral_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=workflow.REFERRAL_OPEN) & Q(ended_at__isnull=True))
                | (~Q(state__in=workflow.REFERRAL_OPEN) & Q(ended_at__isnull=False)),
                name="referral_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.REFERRAL_ANSWERED) | ~Q(answer=""),
                name="referral_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.DECLINED) | ~Q(decline_reason=""),
                name="referral_declined_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=workflow.DECLINED) | Q(designated=False),
                name="referral_designation_not_declined",
            ),
            models.CheckConstraint(
                condition=(Q(extended_at__isnull=True) & Q(extension_reason=""))
                | (Q(extended_at__isnull=False) & ~Q(extension_reason="")),
                name="referral_extension_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.organisation}"

    @property
    def state_label(self) -> str:
        """The state in the reader's language."""
        return gettext(workflow.REFERRAL_LABELS[self.state])

    @property
    def is_open(self) -> bool:
        """Whether the body still owes something."""
        return self.state in workflow.REFERRAL_OPEN

    @property
    def is_overdue(self) -> bool:
        """Open past its own due moment."""
        return self.is_open and self.due_at < timezone.now()


def has_desk(user: Any) -> bool:
    """Whether a person answers for a body: one that does not file, or that was asked before.

    A partner brings cases in; that it is asked is the exception.
    """
    kinds = {pk: kind for pk, kind in roles.organisations_of(user).items() if kind != SECRETARIAT}
    if any(kind not in PARTNERS for kind in kinds.values()):
        return True
    return bool(kinds) and Referral.objects.filter(organisation__in=list(kinds)).exists()
