"""One officer's open work passes to a colleague, and the colleague says that it has arrived."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import leaving, roles
from accounts.models import Organisation, User
from intake import workload
from intake.actions.bulk import AT_MOST, Outcome, together
from intake.actions.moving import RefusedError
from intake.letters import handing
from intake.models import Case, Handover, LocalDifficulty, Promise, Referral
from intake.timeline import Actor, body, draw, secretary, submitter, write_many
from intake.workload import ASSIGNED, CASES, LOCALS, PROMISES, REFERRALS, Workload

Chosen = Mapping[str, Collection[int]]


@transaction.atomic
def hand_over(
    *,
    organisation: Organisation,
    leaver: User,
    successor: User,
    chosen: Chosen | None = None,
    note: str = "",
    by: User,
) -> Handover:
    """Pass the chosen rows (all of them by default) from one officer to another.

    A handful of statements per 1,000 cases. What somebody else took meanwhile stays with them.
    """
    _respect_who_may(organisation, leaver, successor, by=by)
    load = Workload(leaver, organisation)
    every = load.everything()
    wanted = every if chosen is None else {key: chosen.get(key, ()) for key in every}
    # Only what is open and the leaver's at this moment: a forged or late key passes nothing.
    taken = {key: sorted(set(every[key]) & set(wanted[key])) for key in every}
    items: dict[str, Any] = load.named(taken)
    members = load.members.count()
    if not items and not note:
        raise RefusedError(
            _("Nothing is left to hand over. Tick what passes, or write a note to the successor.")
        )
    _pass_cases(taken[CASES], leaver, successor, by=submitter(by, organisation))
    _pass_assigned(taken.get(ASSIGNED, ()), successor, by=secretary(by))
    _pass_referrals(taken[REFERRALS], leaver, successor, by=by)
    Promise.objects.open().filter(pk__in=taken[PROMISES], user=leaver).update(user=successor)
    LocalDifficulty.objects.open().filter(pk__in=taken[LOCALS], keeper=leaver).update(
        keeper=successor, version=F("version") + 1, updated_at=timezone.now()
    )
    handover = Handover.objects.create(
        organisation=organisation,
        leaver=leaver,
        successor=successor,
        by=by,
        note=note,
        items=items | ({"members": members} if members else {}),
        # Who takes work over themselves knows that they have it.
        acknowledged_at=timezone.now() if by == successor else None,
    )
    if by != successor:
        handing.handed_over(handover)
    return handover


@transaction.atomic
def acknowledge(*, handover: Handover, by: User) -> None:
    """The successor says that they have taken the work over; saying it twice changes nothing."""
    if by != handover.successor:
        raise RefusedError(_("Only the successor can say that the work has arrived."))
    Handover.objects.filter(pk=handover.pk, acknowledged_at__isnull=True).update(
        acknowledged_at=timezone.now()
    )


def _respect_who_may(
    organisation: Organisation, leaver: User, successor: User, *, by: User
) -> None:
    manages = roles.is_manager_of(by, organisation.pk)
    own = by == leaver and by.memberships.active().filter(organisation=organisation).exists()
    if not (manages or own):
        raise RefusedError(_("You can hand over your own work only. Ask a manager."))
    if successor == leaver:
        raise RefusedError(_("Choose somebody else as the successor."))
    follows = successor.memberships.active().filter(organisation=organisation).exists()
    if not (successor.is_active and follows):
        raise RefusedError(_("Only a colleague of the same organisation can follow."))


def _pass_cases(pks: Collection[int], leaver: User, successor: User, *, by: Actor) -> None:
    for chunk in _by(pks):
        together(
            _seen(chunk),
            "hand_over",
            Outcome(),
            by=by,
            is_done=lambda case: case.keeper_id != leaver.pk,
            changes=lambda _case, _now: {"keeper": successor},
            facts=lambda case: {"from": case.keeper_id, "to": successor.pk},
        )


def _pass_assigned(pks: Collection[int], successor: User, *, by: Actor) -> None:
    for chunk in _by(pks):
        together(
            _seen(chunk),
            "assign",
            Outcome(),
            by=by,
            is_done=lambda case: case.assignee_id == successor.pk,
            changes=lambda case, now: {"assignee": successor, "claimed_at": case.claimed_at or now},
            facts=lambda case: {"from": case.assignee_id, "to": successor.pk},
        )


def _by(pks: Collection[int]) -> list[list[int]]:
    """In portions that one step of many cases takes."""
    rows = list(pks)
    return [rows[start : start + AT_MOST] for start in range(0, len(rows), AT_MOST)]


def _seen(pks: Collection[int]) -> dict[int, int]:
    """The cases as they are now, kept from others: a handover is never too late for a step."""
    held = Case.objects.select_for_update().filter(pk__in=list(pks)).order_by("pk")
    return dict(held.values_list("pk", "version"))


def _pass_referrals(pks: Collection[int], leaver: User, successor: User, *, by: User) -> None:
    """Who answers inside the body changes; what the secretariat sees of the case does not."""
    rows = list(
        Referral.objects.open()
        .select_for_update(of=("self",))
        .filter(pk__in=list(pks), handler=leaver)
        .select_related("case", "organisation")
    )
    if not rows:
        return
    Referral.objects.filter(pk__in=[row.pk for row in rows]).update(handler=successor)
    write_many(
        [
            draw(
                row.case,
                "forward_referral",
                by=body(by, row.organisation),
                from_state=row.case.state,
                to_state=row.case.state,
                facts={
                    "body": row.organisation.code,
                    "referral": row.pk,
                    "from": leaver.pk,
                    "to": successor.pk,
                },
            )
            for row in rows
        ]
    )


def pass_on(leaver: User, successor: User, organisation: Organisation, by: User) -> None:
    """Everything passes because the leaver's rights end: nobody is left to choose."""
    hand_over(organisation=organisation, leaver=leaver, successor=successor, by=by)


WORK = leaving.Work(
    of_person=workload.of_person,
    of_organisation=workload.of_organisation,
    pass_on=pass_on,
)
