"""Asking bodies: each with its own question, its own date, and what of the case it may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from intake import consents, letters, release, workflow
from intake.actions.moving import RefusedError, hold, move
from intake.actions.referrals import stay
from intake.models import Attachment, Case, LocalDifficulty, Referral
from intake.models.case import MISSION
from intake.models.event import TO_SUBMITTER
from intake.models.local import CONFIDENTIAL
from intake.timeline import Actor


@dataclass(frozen=True)
class Ask:
    """One body, its own question, until when, and what it may see beside the question.

    `facts` (names of intake.release.FACTS) and `files` are what a body usually sees where they
    are None, and nothing where they are empty.
    """

    organisation: Organisation
    question: str
    due_at: dt.datetime
    facts: Sequence[str] | None = None
    files: Sequence[Attachment] | None = None


@transaction.atomic
def refer(*, case: Case, asks: Sequence[Ask], by: Actor, designation: str = "") -> list[Referral]:
    """Ask one or more bodies at once, each with its own question, date and released facts.

    After three declines the bodies are designated and cannot decline: `designation` is then the
    reason of the officer who decides so, and not to be left out.
    """
    if not asks or by.user is None:
        raise RefusedError(_("Choose at least one body."))
    bodies = [ask.organisation for ask in asks]
    _respect_the_question(case, asks)
    _respect_grade(case, bodies)
    _respect_consents(case, bodies)
    designated = case.declines >= workflow.DECLINES_BEFORE_DESIGNATION
    if designated and not designation:
        raise RefusedError(_("Say why these bodies are designated: they cannot decline."))
    chosen = [(ask, *_released(case, ask)) for ask in asks]
    move(
        case,
        "refer",
        by=by,
        audience=TO_SUBMITTER,
        facts={
            "bodies": [body.code for body in bodies],
            "dues": {ask.organisation.code: ask.due_at.isoformat() for ask in asks},
        }
        | ({"designated": True} if designated else {}),
    )
    referrals, now = [], timezone.now()
    for ask, facts, files in chosen:
        row = Referral.objects.create(
            case=case,
            organisation=ask.organisation,
            question=ask.question,
            due_at=ask.due_at,
            designated=designated,
            designation_reason=designation if designated else "",
            released=facts,
            asked_at=now,
            asked_by=by.user,
        )
        row.released_files.set(files)
        referrals.append(row)
    letters.referral(case, referrals)
    return referrals


def _basis(designated: bool) -> dict[str, bool]:
    """What the timeline keeps of how the bodies were chosen."""
    return {"designated": True} if designated else {}


def _respect_the_question(case: Case, asks: Sequence[Ask]) -> None:
    """Each body once, none that still has a question, and every date ahead."""
    bodies = [ask.organisation for ask in asks]
    if len({body.pk for body in bodies}) != len(bodies):
        raise RefusedError(_("A body can be asked only once in one step."))
    if any(ask.due_at <= timezone.now() for ask in asks):
        raise RefusedError(_("The date for the bodies must lie in the future."))
    open_at = set(case.referrals.open().values_list("organisation_id", flat=True))
    for body in bodies:
        if body.pk in open_at:
            raise RefusedError(
                _("%(body)s has been asked already and still has the case.") % {"body": body}
            )


def _respect_grade(case: Case, bodies: Sequence[Organisation]) -> None:
    """What a mission calls confidential goes to nobody without it (decision 0066)."""
    if case.channel != MISSION:
        return
    local = LocalDifficulty.objects.filter(case=case).select_related("organisation").first()
    if local is None or local.grade != CONFIDENTIAL:
        return
    if any(body.pk != local.organisation_id for body in bodies):
        raise RefusedError(
            _(
                "The mission calls this confidential, so nobody but the mission can be asked. "
                "Ask %(mission)s to lower the grade on its page of the local difficulty."
            )
            % {"mission": local.organisation}
        )


def _released(case: Case, ask: Ask) -> tuple[list[str], list[Attachment]]:
    """What a body gets to see; refused where the company's choice forbids it."""
    facts = release.default(case) if ask.facts is None else list(ask.facts)
    files = list(release.default_files(case)) if ask.files is None else list(ask.files)
    if reason := release.refused(case, facts, files):
        raise RefusedError(reason)
    return [name for name in release.FACTS if name in facts], files


def _respect_consents(case: Case, bodies: Sequence[Organisation]) -> None:
    """Missions and private members are asked only when the company agreed to it."""
    refused = [body for body in bodies if body.kind in consents.PRIVATE_KINDS]
    if not refused or agreed_to_private_bodies(case):
        return
    raise RefusedError(
        _(
            "The company did not agree that its case is passed on to %(bodies)s. Ask the "
            "company first, or choose a ministry, agency or public institution."
        )
        % {"bodies": ", ".join(str(body) for body in refused)}
    )


def agreed_to_private_bodies(case: Case) -> bool:
    """Whether the company let its case be passed on to missions and private members."""
    rows = case.consents.filter(kind=consents.PRIVATE_BODIES)
    return consents.PRIVATE_BODIES in consents.standing(rows)


@transaction.atomic
def release_referral(
    *, referral: Referral, facts: Sequence[str], files: Sequence[Attachment], by: Actor
) -> None:
    """Change what a body sees of the case while its question is open; it is told of what is new."""
    case = hold(referral.case)
    if reason := release.refused(case, facts, files):
        raise RefusedError(reason)
    before = set(Referral.objects.get(pk=referral.pk).released)
    had = set(referral.released_files.values_list("pk", flat=True))
    now = [name for name in release.FACTS if name in facts]
    have = {file.pk for file in files}
    if before == set(now) and had == have:
        raise RefusedError(_("Nothing was changed."))
    more = {
        "shown": [name for name in now if name not in before],
        "hidden": [name for name in release.FACTS if name in before - set(now)],
        "files_shown": len(have - had),
        "files_hidden": len(had - have),
    }
    stay(
        referral,
        "release_referral",
        by=by,
        facts={name: value for name, value in more.items() if value},
        released=now,
    )
    referral.released_files.set(files)
    if more["shown"] or more["files_shown"]:
        letters.referral_released(referral)
