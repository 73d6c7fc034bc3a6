"""Asking the company whether a text may come out, and its answer.

An approval holds for the text that was shown: whoever changes a word asks again (0086).
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from casestudies import letters
from casestudies.actions import readiness
from casestudies.models import Approval, CaseStudy
from casestudies.models.approval import APPROVED, CHANGES, REFUSED, REPLACED, TAKEN_BACK
from intake.models import Case
from marketinfo import actions
from marketinfo.actions import RefusedError
from marketinfo.entry import DRAFT, REVIEW
from notifications import outbox
from notifications.outbox import BadAddressError

# After so many days of silence the company is reminded, once.
REMINDED_AFTER = dt.timedelta(days=7)


@transaction.atomic
def ask_approval(study: CaseStudy, *, by: User) -> Approval:
    """Send the company the link on which it reads the text and approves it or not.

    Raises RefusedError while anything found is unsettled, when no case stands behind the study,
    when this very text was approved, and when mail to the company is known to come back.
    """
    case = study.case
    if case is None:
        raise RefusedError(_("No case stands behind this study, so there is nobody to ask."))
    if study.state not in (DRAFT, REVIEW):
        raise RefusedError(_("The company is asked before a study comes out."))
    if problems := readiness.problems(study):
        raise RefusedError(problems[0])
    if readiness.approval_of(study) is not None:
        raise RefusedError(_("The company approved this text already."))
    approval = _question(study, by=by)
    try:
        # Without an address the question waits on the page of the company's case.
        outbox.enqueue_many(letters.asked(case, approval))
    except BadAddressError as error:
        raise RefusedError(_("No mail can be sent to the address of the case.")) from error
    return approval


def _question(study: CaseStudy, *, by: User) -> Approval:
    """A new question about the text as it stands; the one before it is over."""
    study.approvals.waiting().update(decision=REPLACED, decided_at=timezone.now())
    return Approval.objects.create(study=study, digest=study.digest, asked_by=by)


@transaction.atomic
def decide(
    approval: Approval, *, decision: str, words: str = "", not_before: dt.date | None = None
) -> Approval:
    """The company's answer: approved, changes wanted, or refused. Its own; nobody signs in.

    An approved draft goes to review at once, for another person to publish. Raises RefusedError
    when it was answered already, when the text is another one by now, and when changes are asked
    for without a word on them.
    """
    study = CaseStudy.objects.select_for_update(of=("self",)).get(pk=approval.study_id)
    if decision not in (APPROVED, CHANGES, REFUSED):
        raise RefusedError(_("Choose one of the answers."))
    if decision == CHANGES and not words.strip():
        raise RefusedError(_("Tell us what should be changed."))
    if decision == APPROVED and approval.digest != study.digest:
        raise RefusedError(
            _("The text was changed meanwhile. You will get a new link to the text as it is now.")
        )
    facts = {
        "decision": decision,
        "decided_at": timezone.now(),
        "words": words.strip()[:4000],
        "not_before": not_before if decision == APPROVED else None,
    }
    if Approval.objects.waiting().filter(pk=approval.pk).update(**facts) != 1:
        raise RefusedError(_("This was answered already. Load the page again."))
    for name, value in facts.items():
        setattr(approval, name, value)
    if decision == APPROVED and study.state == DRAFT:
        actions.submit(study, by=approval.asked_by)
    elif decision != APPROVED and study.state == REVIEW:
        actions.unpublish(study, by=None)
    outbox.enqueue_many(letters.decided(study, approval))
    return approval


def take_back(study: CaseStudy) -> None:
    """What the company approved, or was asked, is over; the caller's transaction."""
    now = timezone.now()
    study.approvals.waiting().update(decision=REFUSED, decided_at=now)
    study.approvals.filter(decision=APPROVED).update(decision=TAKEN_BACK, decided_at=now)


def remind(*, now: dt.datetime) -> int:
    """Remind each company once of a question that it has not answered; how many were written.

    Running it twice, or at once, writes nothing twice.
    """
    rows = Approval.objects.waiting().filter(
        reminded_at__isnull=True, asked_at__lte=now - REMINDED_AFTER
    )
    return sum(_remind_one(row, now) for row in rows.select_related("study__case")[:200])


@transaction.atomic
def _remind_one(approval: Approval, now: dt.datetime) -> bool:
    case: Case | None = approval.study.case
    taken = Approval.objects.waiting().filter(pk=approval.pk, reminded_at__isnull=True)
    if taken.update(reminded_at=now) != 1 or case is None or not case.contact_email:
        return False
    try:
        outbox.enqueue_many(letters.asked(case, approval, "study_reminder"))
    except BadAddressError:
        return False
    return True
