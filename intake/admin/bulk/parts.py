"""What the pages of many cases share: the steps, their words, the rows, the way back."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from intake import workflow
from intake.models import Case
from intake.workflow import msg

QUEUE = "admin:intake_triagecase_changelist"
# The steps that many cases can take, and the verb that the table knows each by.
VERBS = {
    "claim": "claim",
    "assign": "assign",
    "classify": "classify",
    "remind": "remind_referral",
}
_LABELS = {
    "claim": workflow.STEPS["claim"].label,
    "assign": workflow.STEPS["assign"].label,
    "classify": workflow.STEPS["classify"].label,
    "remind": msg("Remind the bodies"),
}
_UNREAD = ("situation", "problem", "request", "tried", "answer", "outcome_note", "end_reason")


def label(what: str) -> str:
    """The step in the reader's language."""
    return _(_LABELS[what])


def queue_address(query: str) -> str:
    """The queue with its filter."""
    return f"{reverse(QUEUE)}?{query}" if query else reverse(QUEUE)


def cases_of(request: HttpRequest, pks: list[int]) -> QuerySet[Case]:
    """Cases through the gate, in the order of the queue, without their long texts."""
    rows = Case.objects.visible_to(request.user).filter(pk__in=pks).defer(*_UNREAD)
    return rows.select_related("assignee", "country", "category").order_by("lane", "queue_at", "pk")


def not_in_this_state(what: str, case: Case) -> str:
    """Why the table forbids the step, and who has the case."""
    text = _("“%(step)s” is not possible while the case is “%(state)s”.")
    said = text % {"step": label(what), "state": case.state_label}
    return f"{said} ({case.assignee.name})" if what == "claim" and case.assignee else said
