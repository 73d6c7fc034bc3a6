"""What the case behind a study must allow before anything of it is told."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from casestudies.models import CaseStudy
from intake import consents, receipt, workflow
from intake.models import Case, LocalDifficulty
from intake.models.local import PLAIN
from marketinfo.actions import RefusedError

# A receipt number inside the words that name a consent.
_NUMBER = re.compile(r"GT-?\d{4}-?\d{6,9}-?\d", re.IGNORECASE)


def cases_of(study: CaseStudy) -> list[Case]:
    """The case that a study was drafted from, and those that its consent names."""
    found = [study.case] if study.case is not None else []
    for words in _NUMBER.findall(study.consent_reference):
        try:
            number = receipt.read_number(words)
        except receipt.ReceiptNumberError:
            continue
        case = Case.objects.filter(number=number).first()
        if case is not None and case not in found:
            found.append(case)
    return found


def ask_the_case(study: CaseStudy) -> None:
    """The company itself must have confirmed the case and agreed that it is shared.

    Raises RefusedError with the reason.
    """
    for case in cases_of(study):
        refusal = why_not(case)
        if refusal:
            raise RefusedError(refusal)


def why_not(case: Case) -> str:
    """Why nothing of a case may be told; empty when it may."""
    if case.awaits_confirmation:
        return _(
            "%(number)s was filed for the company by %(organisation)s, and the company "
            "has not confirmed it yet. Nothing of it can be published before."
        ) % {"number": case.number, "organisation": case.filer_organisation}
    if consents.SHARING not in consents.standing(case.consents.all()):
        return _("The company of %(number)s did not agree that its case is shared.") % {
            "number": case.number
        }
    local = LocalDifficulty.objects.filter(case=case).exclude(grade=PLAIN).first()
    if local is not None:
        return _("The mission calls %(number)s %(grade)s: nothing of it can be published.") % {
            "number": case.number,
            "grade": local.grade_short,
        }
    return ""


def why_no_draft(case: Case) -> str:
    """Why no study can be drafted from a case now; empty when one can."""
    if case.state != workflow.CLOSED:
        return _("A study is drafted from a closed case.")
    if CaseStudy.objects.filter(case=case).exists():
        return _("There is a study of this case already.")
    return why_not(case)
