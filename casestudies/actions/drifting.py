"""A case moves on after its study was drafted: a flag for the desk, and down where consent ends."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casestudies import candidates, letters
from casestudies.actions.consenting import cases_of
from casestudies.actions.publishing import leave_sight
from casestudies.models import CaseStudy
from casestudies.words import CONSENT
from intake.models import Case, CaseEvent
from marketinfo.entry import DRAFT, READABLE, SCHEDULED, WITHDRAWN
from notifications import outbox

REOPENED, DISPUTED, OUTCOME = "reopened", "disputed", "outcome"
# Which steps of a case say that its study may no longer be true.
_OF_STEPS = {"reopen": REOPENED, "dispute": DISPUTED, "tell_outcome": OUTCOME}
_OUT = (SCHEDULED, *READABLE)


def case_moved(events: Sequence[CaseEvent]) -> None:
    """A step of a case was written (intake.timeline): flag its study in the same transaction.

    Where the company took its consent back, nobody reads the study from then on.
    """
    for event in events:
        if event.verb == "withdraw_sharing":
            for study in told_of(event.case):
                consent_ended(study)
    of_interest = {event.case_id: event for event in events if event.verb in _OF_STEPS}
    if not of_interest:
        return
    for study in CaseStudy.objects.filter(case__in=list(of_interest), state__in=_OUT):
        flag(study, _OF_STEPS[of_interest[study.case_id].verb])


def told_of(case: Case) -> list[CaseStudy]:
    """The studies that were drafted from a case, or whose consent names it."""
    serial = case.number.split("-")[2]
    rows = CaseStudy.objects.filter(Q(case=case) | Q(consent_reference__contains=serial))
    return [study for study in rows.exclude(state=WITHDRAWN) if case in cases_of(study)]


def flag(study: CaseStudy, drift: str) -> bool:
    """Say at the desk that the case changed; whether that was news. Readers see no difference."""
    rows = CaseStudy.objects.filter(pk=study.pk).exclude(drift__in=[drift, CONSENT])
    now = timezone.now()
    with transaction.atomic():
        if rows.update(drift=drift, drift_at=now) != 1:
            return False
        study.drift, study.drift_at = drift, now
        outbox.enqueue_many(letters.drifted(study))
    return True


def clear(study: CaseStudy) -> CaseStudy:
    """The officer has looked at the case: the study still says what is true."""
    CaseStudy.objects.filter(pk=study.pk).update(drift="", drift_at=None)
    study.drift, study.drift_at = "", None
    return study


def look_at_consents() -> int:
    """Take down every study whose company no longer agrees; how many went.

    However the consent ended. Running it twice changes nothing.
    """
    rows = CaseStudy.objects.filter(case__isnull=False).exclude(state__in=[DRAFT, WITHDRAWN])
    studies = {study.case_id: study for study in rows}
    if not studies:
        return 0
    agreed = candidates.shareable(Case.objects.filter(pk__in=list(studies)))
    gone = set(studies) - set(agreed.values_list("pk", flat=True))
    return sum(consent_ended(studies[pk]) for pk in gone)


@transaction.atomic
def consent_ended(study: CaseStudy) -> bool:
    """Take one study down because its company no longer agrees; whether that was news.

    A draft stays with the desk, which can ask nobody about it and publish nothing of it.
    """
    study = CaseStudy.objects.select_for_update(of=("self",)).get(pk=study.pk)
    if study.state == WITHDRAWN:
        return False
    leave_sight(study, _("The company no longer agrees that its case is shared"))
    return flag(study, CONSENT)
