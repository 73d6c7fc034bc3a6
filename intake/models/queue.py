"""The secretariat's queue: the same cases, in the order in which they want to be worked on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q, When
from django.utils.translation import gettext_lazy as _

from intake import workflow
from intake.models.case import Case, CaseQuerySet

# The states in which the clock runs against us.
RUNNING = (workflow.RECEIVED, workflow.REVIEWING, workflow.REFERRED)


class QueueQuerySet(CaseQuerySet):
    """Vocabulary of the queue."""

    def next_first(self) -> QueueQuerySet:
        """What to do next: goods at the border, then by due moment; what waits for others last."""
        rank = models.Case(
            When(Q(state__in=RUNNING, at_border=True), then=0),
            When(state__in=RUNNING, then=1),
            When(state=workflow.ANSWERED, then=2),
            default=3,
            output_field=models.SmallIntegerField(),
        )
        return self.order_by(rank, F("due_at").asc(nulls_last=True), "id")


class TriageCase(Case):
    """A case as the queue shows it."""

    objects: ClassVar[Any] = QueueQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("case in the queue")
        verbose_name_plural = _("queue")
        # Empty: the queue's own order stands (`next_first`).
        ordering: ClassVar = []
