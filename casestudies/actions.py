"""The verbs on case studies: those of every entry, and publishing only by consent."""

import re
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from casestudies.models import CaseStudy
from intake import consents, receipt
from intake.models import Case, LocalDifficulty
from intake.models.local import PLAIN
from marketinfo import actions
from marketinfo.actions import RefusedError, delete, reindex, unpublish

__all__ = ["RefusedError", "delete", "publish", "reindex", "save", "unpublish"]


def save(
    study: CaseStudy,
    *,
    by: User | None,
    fields: Iterable[str] | None = None,
    bodies: Iterable[Organisation] | None = None,
) -> CaseStudy:
    """Write a study, or the named fields of a known one, and the bodies when they are given."""
    with transaction.atomic():
        actions.save(study, by=by, fields=fields)
        if bodies is not None:
            study.bodies.set(bodies)
            reindex(study)
    return study


# A receipt number inside the words that name a consent.
_NUMBER = re.compile(r"GT-?\d{4}-?\d{6,9}-?\d", re.IGNORECASE)


def _ask_the_case(study: CaseStudy) -> None:
    """Where the consent names a case: the company itself must have confirmed it and agreed."""
    for found in _NUMBER.findall(study.consent_reference):
        try:
            number = receipt.read_number(found)
        except receipt.ReceiptNumberError:
            continue
        case = Case.objects.filter(number=number).first()
        if case is None:
            continue
        if case.awaits_confirmation:
            raise RefusedError(
                _(
                    "%(number)s was filed for the company by %(organisation)s, and the company "
                    "has not confirmed it yet. Nothing of it can be published before."
                )
                % {"number": number, "organisation": case.filer_organisation}
            )
        if consents.SHARING not in consents.standing(case.consents.all()):
            raise RefusedError(
                _("The company of %(number)s did not agree that its case is shared.")
                % {"number": number}
            )
        local = LocalDifficulty.objects.filter(case=case).exclude(grade=PLAIN).first()
        if local is not None:
            raise RefusedError(
                _("The mission calls %(number)s %(grade)s: nothing of it can be published.")
                % {"number": number, "grade": local.grade_short}
            )


def publish(study: CaseStudy, *, by: User | None) -> CaseStudy:
    """Let everybody read the study.

    Raises RefusedError when no consent is named, the case that it names was not confirmed or
    must not be shared, its facts were never checked, or somebody else published it first.
    """
    if not study.consent_reference:
        raise RefusedError(_("Enter the company's consent to this publication, then publish."))
    _ask_the_case(study)
    return actions.publish(study, by=by)
