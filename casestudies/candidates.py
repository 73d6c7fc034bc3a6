"""Closed cases from which a study may be drafted: agreed, confirmed, open to be told, untold."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from intake import consents, workflow
from intake.models import Case, Consent
from intake.models.case import PARTLY, SOLVED, WORKED_AROUND
from intake.models.local import PLAIN

# The company's own last word counts, whatever an officer was told (intake.consents).
_OWN = Consent.objects.filter(
    case=OuterRef("pk"), kind=consents.SHARING, by_officer=False
).order_by("-at")
_TOLD = (SOLVED, PARTLY, WORKED_AROUND)


def shareable(cases: QuerySet[Any]) -> QuerySet[Any]:
    """Those whose company agreed and still does, confirmed what was filed for it, and that no
    mission calls restricted.
    """
    agreed = cases.annotate(
        own_given=Subquery(_OWN.values("given")[:1]),
        own_withdrawn=Subquery(_OWN.values("withdrawn_at")[:1]),
    ).filter(own_given=True, own_withdrawn__isnull=True)
    confirmed = agreed.filter(Q(confirm_asked_at__isnull=True) | Q(confirmed_at__isnull=False))
    return confirmed.filter(Q(local__isnull=True) | Q(local__grade=PLAIN))


def waiting(user: Any) -> QuerySet[Any]:
    """Closed cases without a study that a person of the desk may draft from; the newest first."""
    closed = Case.objects.visible_to(user).filter(
        state=workflow.CLOSED, study__isnull=True, duplicate_of__isnull=True
    )
    return shareable(closed).order_by("-ended_at", "-pk")


def is_telling(case: Case) -> bool:
    """Whether the company itself said that the answer helped: such cases come first to mind."""
    return case.outcome in _TOLD
