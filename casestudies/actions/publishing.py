"""Bringing a study out, by two persons and with the company's word; taking it down by one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casestudies import letters, rarity
from casestudies.actions import readiness
from casestudies.actions.approving import take_back
from casestudies.models import CaseStudy
from casestudies.models.finding import REPLACED
from casestudies.words import CONSENT
from intake.actions import withdraw_sharing
from intake.actions.moving import hold
from intake.timeline import COMPANY
from marketinfo import actions, changes
from marketinfo.actions import RefusedError
from marketinfo.entry import DRAFT, READABLE, REVIEW, SCHEDULED, WITHDRAWN
from notifications import outbox
from notifications.outbox import BadAddressError


def submit(study: CaseStudy, *, by: User) -> CaseStudy:
    """Say that a study is ready for another person. Raises RefusedError with what is missing."""
    if found := readiness.problems(study):
        raise RefusedError(found[0])
    return actions.submit(study, by=by)


def publish(study: CaseStudy, *, by: User | None, at: dt.datetime | None = None) -> CaseStudy:
    """Let everybody read the study, from `at` and the embargo of officer and company on.

    Raises RefusedError when something that might identify is unsettled, no consent is named, the
    case must not be shared, the company has not approved this text, `by` drafted it, its facts
    were never checked, or somebody else was first. A programme (`by=None`) publishes only what
    no case stands behind.
    """
    _may_come_out(study)
    if by is not None and by.pk == study.drafted_by_id:
        raise RefusedError(_("You drafted this study. Another person reads and publishes it."))
    if study.case is not None and by is None:
        raise RefusedError(_("A person publishes what was drafted from a case."))
    return actions.publish(study, by=by, at=_from(study, at))


def _may_come_out(study: CaseStudy) -> None:
    if found := readiness.problems(study):
        raise RefusedError(found[0])
    if study.case is not None and readiness.approval_of(study) is None:
        raise RefusedError(_("The company has not approved this text."))


def _from(study: CaseStudy, at: dt.datetime | None) -> dt.datetime | None:
    """The moment after every embargo: the officer's, and the company's."""
    approval = readiness.approval_of(study) if study.case is not None else None
    days = [study.not_before, approval.not_before if approval else None]
    moments = [timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in days if day]
    return max([*moments, *([at] if at else [])], default=None)


def watch(change: changes.Change) -> None:
    """Hold every way by which readers come to see another text to the same conditions.

    Called inside the verb (marketinfo.changes): what it raises undoes it, whether a person, the
    beat or a proposed change brought the text out.
    """
    study = change.entry
    if not isinstance(study, CaseStudy):
        return
    if change.what in (changes.PUBLISHED, changes.CHANGED):
        _may_come_out(study)
    if change.what == changes.PUBLISHED:
        _came_out(study)


def _came_out(study: CaseStudy) -> None:
    """What was replaced is forgotten, and the company learns where its study stands."""
    study.findings.filter(state=REPLACED).update(original="")
    CaseStudy.objects.filter(pk=study.pk).exclude(drift="").update(drift="", drift_at=None)
    approval = readiness.approval_of(study) if study.case is not None else None
    if approval is not None and study.case is not None:
        try:
            outbox.enqueue_many(letters.published(study.case, study, approval))
        except BadAddressError:
            return


def take_down(study: CaseStudy, *, reason: str, by: User | None) -> CaseStudy:
    """Take a study down at once: page, index, lists, feeds. One person may; a reason is kept."""
    with transaction.atomic():
        actions.withdraw(study, reason=reason, by=by)
        take_back(study)
    return study


@transaction.atomic
def take_down_by_company(study: CaseStudy) -> CaseStudy:
    """The company wants it down: it is, at once, and its consent to sharing is taken back.

    Pressed twice, it is told once.
    """
    if study.case is not None:
        # The case first, as every step of it does: two orders would wait for each other.
        hold(study.case)
    before = CaseStudy.objects.select_for_update(of=("self",)).get(pk=study.pk)
    leave_sight(study, _("The company took it down"))
    if before.state == DRAFT:
        # The desk reads one letter of it, not two.
        CaseStudy.objects.filter(pk=study.pk).update(drift=CONSENT, drift_at=timezone.now())
    ended = study.case and withdraw_sharing(case=study.case, by=COMPANY)
    if ended or before.state not in (DRAFT, WITHDRAWN):
        outbox.enqueue_many(letters.taken_down(study))
    return study


def leave_sight(study: CaseStudy, reason: str) -> None:
    """Whatever state it is in, nobody reads it from now on; the caller's transaction."""
    if study.state in (REVIEW, SCHEDULED, *READABLE):
        actions.withdraw(study, reason=reason, by=None)
    take_back(study)


def unpublish(study: CaseStudy, *, by: User | None) -> CaseStudy:
    """Take the study back to a draft, to go on writing; approval and submission are over."""
    with transaction.atomic():
        actions.unpublish(study, by=by)
        if study.case is not None:
            study.approvals.waiting().update(decision="replaced", decided_at=timezone.now())
    return study


def acknowledge_rarity(study: CaseStudy, *, reason: str, by: User) -> CaseStudy:
    """Say why so few companies of this kind are no danger; holds for these very facts.

    Raises RefusedError without a reason, and when the study is no draft.
    """
    if study.state not in (DRAFT, WITHDRAWN):
        raise RefusedError(_("Take the study back to a draft first."))
    if not reason.strip():
        raise RefusedError(_("Write why it is no danger."))
    told = rarity.of(study)
    study.rarity_reason, study.rarity_of = reason.strip()[:300], told.told
    study.updated_by, study.updated_at = by, timezone.now()
    study.save(update_fields=["rarity_reason", "rarity_of", "updated_by", "updated_at"])
    return study
