"""The timeline: append-only, typed by verb, the one record of who did what to a case."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.models.case import Case

# Who may read the words of an event or message.
TO_SUBMITTER, TO_BODIES, INTERNAL = "submitter", "bodies", "internal"
AUDIENCE_LABELS = {
    TO_SUBMITTER: _("The company can read this"),
    TO_BODIES: _("The bodies that were asked can read this"),
    INTERNAL: _("Internal"),
}


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    """Vocabulary of the timeline."""

    def for_submitter(self) -> CaseEventQuerySet:
        """What the company reads of its own case."""
        return self.filter(audience=TO_SUBMITTER)


class CaseEvent(models.Model):
    """One step of a case. Never changed, never deleted while the case exists."""

    case = models.ForeignKey(
        Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField(_("time"), default=timezone.now)
    verb = models.CharField(_("step"), max_length=32)
    from_state = models.CharField(_("from"), max_length=16, blank=True)
    to_state = models.CharField(_("to"), max_length=16)
    role = models.CharField(_("role"), max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    text = models.TextField(_("words"), blank=True)
    audience = models.CharField(_("audience"), max_length=16, default=INTERNAL)
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline event")
        verbose_name_plural = _("timeline events")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        step = workflow.STEPS.get(self.verb)
        return gettext(step.done) if step and step.done else self.verb

    @property
    def role_label(self) -> str:
        """Who did it, as a role, in the reader's language."""
        return gettext(workflow.HOLDER_LABELS.get(self.role, self.role))
