"""Drafting a study from a closed case: composed in the structure of the case books, and swept."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from casestudies import composing
from casestudies.actions.consenting import why_no_draft
from casestudies.actions.sweeping import save
from casestudies.composing import Material, Step
from casestudies.models import HS_LONGEST, CaseStudy
from intake import naming, workflow
from intake.models import Case
from intake.models.case import NOT_SOLVED, PARTLY
from marketinfo import hs
from marketinfo.actions import RefusedError
from reference.models import HSChapter

_STEPS = {
    "claim": composing.TAKEN_UP,
    "supplement": composing.SUPPLIED,
    "extend": composing.EXTENDED,
    "answer": composing.REPLIED,
}
_OUTCOMES = {PARTLY: composing.PARTLY, NOT_SOLVED: composing.UNSOLVED}
# What bodies did, as far as the timeline tells; officers add the rest.
_ASKED = "consultation"


def draft_from_case(case: Case, *, by: User) -> CaseStudy:
    """Draft a study from a closed case; whatever might identify is marked in it.

    The company's consent to sharing is named, the bodies that answered are credited, and the case
    itself stays private. Raises RefusedError where the case does not allow it.
    """
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if refusal := why_no_draft(locked):
            raise RefusedError(refusal)
        # Of an anonymous company nobody at the desk reads the name, in a finding neither.
        told = naming.veiled(locked)
        referrals = [
            row
            for row in locked.referrals.select_related("organisation").order_by("pk")
            if row.state == workflow.REFERRAL_ANSWERED
        ]
        bodies = list({row.organisation_id: row.organisation for row in referrals}.values())
        texts = composing.compose(material_of(told))
        code = locked.hs_code[:HS_LONGEST]
        study = CaseStudy(
            **texts,
            case=locked,
            drafted_by=by,
            language=_language(locked),
            country=locked.country,
            category=locked.category,
            hs_codes=hs.stored([code] if len(code) == HS_LONGEST else []),
            sector_id=locked.sector or None,
            province_id=locked.province or None,
            company_size=locked.size_class,
            outcome=_OUTCOMES.get(locked.outcome, composing.SOLVED),
            action_types=[_ASKED] if bodies else ["information"],
            consent_reference=locked.number,
            last_verified=timezone.localdate(),
        )
        try:
            with transaction.atomic():
                return save(study, by=by, bodies=bodies, remark=_("Drafted from a case"))
        except IntegrityError as error:
            raise RefusedError(_("There is a study of this case already.")) from error


def _language(case: Case) -> str:
    return case.language if case.language in ("ko", "en") else "ko"


def material_of(case: Case) -> Material:
    """What a case says, ready to be composed; names of public bodies as its reader knows them."""
    language = _language(case)
    with translation.override(language):
        chapter = HSChapter.objects.filter(code=case.hs_code[:2]).first() if case.hs_code else None
        received = timezone.localtime(case.received_at)
        return Material(
            language=language,
            country=case.country.name,
            category=case.category.name if case.category else "",
            goods=_("goods of HS chapter %(code)s") % {"code": chapter.code} if chapter else "",
            situation=case.situation,
            problem=case.problem,
            request=case.request,
            tried=case.tried,
            steps=_steps(case),
            answer=case.answer,
            outcome=_OUTCOMES.get(case.outcome, composing.SOLVED),
            outcome_note=case.outcome_note,
            saved=case.saved,
            currency=case.saved_currency,
            received=(received.year, received.month),
        )


def _steps(case: Case) -> list[Step]:
    """The way of the case, each day counted from its receipt."""
    start = timezone.localdate(case.received_at)
    found = [
        (
            (event.at, event.pk),
            Step(_STEPS[event.verb], (timezone.localdate(event.at) - start).days),
        )
        for event in case.events.filter(verb__in=_STEPS)
    ]
    for row in case.referrals.select_related("organisation"):
        if row.state != workflow.REFERRAL_ANSWERED or row.ended_at is None:
            continue
        body = row.organisation.name
        for what, at in ((composing.ASKED, row.asked_at), (composing.ANSWERED, row.ended_at)):
            found.append(((at, row.pk), Step(what, (timezone.localdate(at) - start).days, body)))
    ordered = [step for _place, step in sorted(found, key=lambda pair: pair[0])]
    return list(dict.fromkeys(ordered))
