"""What a mission hears in its country: a local difficulty, and whether home must help."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from intake.models.case import Case

# Where a local difficulty stands. Words grow, so no `choices=` on the column.
OPEN, PASSED, SOLVED, DROPPED = "open", "passed", "solved", "dropped"
LOCAL_LABELS = {
    OPEN: _("The mission is working on it"),
    PASSED: _("Passed to Seoul"),
    SOLVED: _("Solved locally"),
    DROPPED: _("No longer needed"),
}
# How far it may be told: everybody of the council; those who are asked; the secretariat alone.
PLAIN, RESTRICTED, CONFIDENTIAL = "plain", "restricted", "confidential"
GRADE_LABELS = {
    PLAIN: _("Plain: the council may read it"),
    RESTRICTED: _("Restricted: only those who are asked"),
    CONFIDENTIAL: _("Confidential: the secretariat only; nothing is passed on without the mission"),
}

GRADE_SHORT = {
    PLAIN: _("Plain"),
    RESTRICTED: _("Restricted"),
    CONFIDENTIAL: _("Confidential"),
}


class LocalDifficultyQuerySet(models.QuerySet["LocalDifficulty"]):
    """Vocabulary of local difficulties."""

    def visible_to(self, user: Any) -> LocalDifficultyQuerySet:
        """The mission's own; the secretariat's and the auditor's once passed to Seoul."""
        if roles.is_secretary(user) or roles.is_auditor(user):
            return self.filter(case__isnull=False)
        return self.filter(organisation__in=list(roles.organisations_of(user)))

    def open(self) -> LocalDifficultyQuerySet:
        """The mission is still working on it and has not passed it on."""
        return self.filter(state=OPEN)


class LocalDifficulty(models.Model):
    """A difficulty that a mission took down. It becomes a case when home must help."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("mission"),
        on_delete=models.PROTECT,
        related_name="local_difficulties",
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked after by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, default=OPEN)
    version = models.PositiveIntegerField(default=1, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    created_at = models.DateTimeField(_("entered"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    grade = models.CharField(_("confidentiality"), max_length=16, default=PLAIN)

    title = models.CharField(_("title"), max_length=150)
    country = models.ForeignKey(
        "reference.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The firm there, and its parent at home when it has one.
    company_name = models.CharField(_("company name"), max_length=120)
    is_subsidiary = models.BooleanField(_("local subsidiary"), default=False)
    local_registration = models.CharField(_("local registration number"), max_length=60, blank=True)
    parent_name = models.CharField(_("parent company in Korea"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    local_authority = models.CharField(_("local authority concerned"), max_length=200, blank=True)
    situation = models.TextField(_("situation"))
    actions = models.TextField(_("what the mission has done"), blank=True)
    # What is needed at home.
    help_needed = models.BooleanField(_("help is needed at home"), default=False)
    help_text = models.TextField(_("what help is needed at home"), blank=True)
    # Codes of organisations that the mission would ask.
    help_bodies = models.JSONField(_("whom the mission would ask"), default=list, blank=True)
    result = models.TextField(_("what became of it"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # The rest of what the form said, for the case that it may become.
    data = models.JSONField(_("further facts"), default=dict, blank=True)
    case = models.OneToOneField(
        Case,
        verbose_name=_("case"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="local",
    )

    objects = LocalDifficultyQuerySet.as_manager()

    class Meta:
        verbose_name = _("local difficulty")
        verbose_name_plural = _("local difficulties")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state", "-id"], name="local_by_mission"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(state=PASSED) & Q(case__isnull=False))
                | (~Q(state=PASSED) & Q(case__isnull=True)),
                name="local_passed_has_case",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=[SOLVED, DROPPED]) & Q(ended_at__isnull=False))
                | (~Q(state__in=[SOLVED, DROPPED]) & Q(ended_at__isnull=True)),
                name="local_ended_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=SOLVED) | ~Q(result=""), name="local_solved_says_how"
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(LOCAL_LABELS)), name="local_state_known"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=list(GRADE_LABELS)), name="local_grade_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_label(self) -> str:
        """Where it stands, in the reader's language."""
        return str(LOCAL_LABELS[self.state])

    @property
    def grade_short(self) -> str:
        """The grade in a word."""
        return str(GRADE_SHORT[self.grade])

    @property
    def grade_label(self) -> str:
        """How far it may be told, in the reader's language."""
        return str(GRADE_LABELS[self.grade])


# What was done, as the page of a local difficulty tells it.
LOCAL_STEPS = {
    "record": _("Recorded"),
    "change": _("Record corrected"),
    "note": _("Note"),
    "regrade": _("Confidentiality changed"),
    "pass_home": _("Passed to Seoul"),
    "solve": _("Solved locally"),
    "drop": _("No longer needed"),
}


class LocalEvent(models.Model):
    """One step of a local difficulty: who did what, when. Never changed, never deleted."""

    local = models.ForeignKey(
        LocalDifficulty,
        verbose_name=_("local difficulty"),
        on_delete=models.CASCADE,
        related_name="events",
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    step = models.CharField(_("step"), max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField(_("words"), blank=True)
    # What a correction found and left, field by field.
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step of a local difficulty")
        verbose_name_plural = _("steps of local difficulties")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.step} {self.at:%Y-%m-%d %H:%M}"

    @property
    def step_label(self) -> str:
        """What was done, in the reader's language."""
        return str(LOCAL_STEPS.get(self.step, self.step))
