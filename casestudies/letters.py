"""The letters about a study: to the company that is asked, and to who drafted it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from casestudies import links
from casestudies.models import Approval, CaseStudy
from intake.letters.chasing import Team
from intake.letters.parts import to_company
from intake.models import Case
from notifications import outbox
from notifications.models import Notice


def asked(case: Case, approval: Approval, kind: str = "study_approval") -> list[Notice]:
    """The company is asked, or reminded, whether a text may come out."""
    return to_company(
        kind,
        case,
        link=links.approve_path(approval),
        days=links.LIFETIME.days,
        asked=approval.asked_at.isoformat(),
    )


def published(case: Case, study: CaseStudy, approval: Approval) -> list[Notice]:
    """The company learns where its study stands, and how it takes it down."""
    return to_company(
        "study_published",
        case,
        link=study.get_absolute_url(),
        manage=links.approve_path(approval),
    )


def decided(study: CaseStudy, approval: Approval) -> list[Notice]:
    """Who drafted the study reads what the company said."""
    return _to_desk("study_decided", study, decision=approval.decision, said=approval.words[:500])


def taken_down(study: CaseStudy) -> list[Notice]:
    """Who drafted the study learns that the company took it down."""
    return _to_desk("study_taken_down", study)


def drifted(study: CaseStudy) -> list[Notice]:
    """Who drafted the study learns that its case has moved on."""
    return _to_desk("study_drift", study, drift=study.drift)


def _to_desk(kind: str, study: CaseStudy, **more: Any) -> list[Notice]:
    found = []
    for person in _readers(study):
        with translation.override(person.language):
            found.append(
                outbox.notice(
                    kind,
                    to=person.email,
                    context={
                        "title": study.said("title"),
                        "link": reverse("admin:casestudies_casestudy_way", args=[study.pk]),
                        **more,
                    },
                    subject_key="",
                    language=person.language,
                    recipient=person,
                )
            )
    return found


def _readers(study: CaseStudy) -> list[User]:
    """Who drafted it while at the secretariat; else the managers, or everybody there."""
    team = Team.today()
    person = team.members.get(study.drafted_by_id or 0)
    if person is not None:
        return [person]
    return list(team.heads) or team.everybody
