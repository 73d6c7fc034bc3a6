"""What stands between a study and its readers, in words for the officer."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies import anonymise, rarity
from casestudies.actions.consenting import ask_the_case
from casestudies.actions.sweeping import found_in
from casestudies.models import Approval, CaseStudy
from casestudies.models.approval import APPROVED
from casestudies.models.study import TEXTS
from marketinfo.actions import RefusedError


def problems(study: CaseStudy) -> list[str]:
    """Everything that must be mended before the company is asked or another person reads it."""
    found = [*_unsettled(study)]
    if not study.consent_reference:
        found.append(_("Enter the company's consent to this publication, then publish."))
    try:
        ask_the_case(study)
    except RefusedError as refusal:
        found.append(str(refusal))
    if study.last_verified is None:
        found.append(_("Enter the date on which the facts were last checked, then publish."))
    if study.case is not None:
        told = rarity.of(study)
        if told.is_telling and not rarity.is_acknowledged(study, told):
            found.append(
                _(
                    "Fewer than %(k)d companies share country, HS code, region and size. Tell a "
                    "fact more coarsely, or say why this is no danger."
                )
                % {"k": rarity.K}
            )
    return found


def _unsettled(study: CaseStudy) -> list[str]:
    waiting = study.findings.open().count() if study.pk else 0
    marked = any(anonymise.numbers(getattr(study, name)) for name in TEXTS)
    if waiting or marked:
        return [
            ngettext(
                "%(n)d place that might identify is not settled.",
                "%(n)d places that might identify are not settled.",
                max(waiting, 1),
            )
            % {"n": max(waiting, 1)}
        ]
    found = found_in(study)
    if found:
        return [
            _("“%(words)s” might identify. Save the study, then settle it.")
            % {"words": found[0].text}
        ]
    return []


def approval_of(study: CaseStudy) -> Approval | None:
    """The company's approval of the very text that stands there now; None where there is none."""
    digest = study.digest
    return study.approvals.filter(decision=APPROVED, digest=digest).order_by("-pk").first()
