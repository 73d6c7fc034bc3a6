"""More time: once by the officer, once more with the company's consent (Decree 21)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from intake import deadline, explain, letters, workflow
from intake.actions.moving import RefusedError, hold, move
from intake.models import Case, CaseEvent
from intake.models.event import INTERNAL, TO_SUBMITTER
from intake.timeline import Actor

# A period begins with each of these; what was extended before is forgotten.
_STARTS = ("submit", "dispute", "reopen")


def _units(case: Case) -> int:
    units = deadline.policies()[case.policy].extension
    if not units:
        raise RefusedError(_("This kind of case cannot be extended."))
    return units


def agreed(case: Case) -> CaseEvent | None:
    """The company's consent to a second extension of the period that runs, if it gave one."""
    for event in case.events.filter(verb__in=(*_STARTS, "agree_extension")).order_by("-id"):
        return event if event.verb == "agree_extension" else None
    return None


def spent(case: Case) -> set[str]:
    """The steps around more time that the table allows and this case has no use for now."""
    asked = case.extension_asked_at is not None
    closed = set() if asked else {"agree_extension", "refuse_extension"}
    if case.extended_at is not None:
        closed.add("extend")
    if case.extended_at is None or asked or agreed(case) is not None:
        closed.add("ask_extension")
    return closed


@transaction.atomic
def extend(*, case: Case, reason: str, by: Actor) -> None:
    """Extend the period once by the policy's extension; the company learns why and until when."""
    workflow.check("extend", state=case.state, role=by.role)
    if case.extended_at is not None:
        raise RefusedError(
            _("The period was extended once already. Again only with the company's consent.")
        )
    move(
        case,
        "extend",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        facts={"units": _units(case)},
        extended_at=timezone.now(),
    )
    letters.extended(case, reason)


@transaction.atomic
def ask_extension(*, case: Case, reason: str, by: Actor) -> None:
    """Ask the company for a second extension; nothing moves until it agrees."""
    workflow.check("ask_extension", state=case.state, role=by.role)
    units = _units(case)
    if case.extended_at is None:
        raise RefusedError(
            _("You can extend the period once without asking. Take that step first.")
        )
    if case.extension_asked_at is not None:
        raise RefusedError(_("The company was asked already and has not answered yet."))
    if agreed(case) is not None:
        raise RefusedError(
            _("The company agreed to more time once already. The law allows no third extension.")
        )
    move(
        case,
        "ask_extension",
        by=by,
        text=reason,
        audience=TO_SUBMITTER,
        facts={"units": units},
        extension_asked_at=timezone.now(),
        extension_ask=reason,
    )
    letters.extension_asked(case, reason, would_be=explain.extended_date(case, units))


@transaction.atomic
def agree_extension(
    *,
    case: Case,
    by: Actor,
    text: str = "",
    said_by: str = "",
    said_on: dt.date | None = None,
) -> None:
    """Agree to the second extension: the date moves, both sides are told.

    The secretary records what the company said by phone: `said_by` names who said it, `said_on`
    when. Raises RefusedError when nothing is asked any more.
    """
    asked = _open_ask("agree_extension", case, by, said_by, said_on)
    # What the letter promised counts, whatever the policy says by now.
    units = asked.facts.get("units") or _units(case)
    move(
        case,
        "agree_extension",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts={"units": units, **_said(said_by, said_on)},
        extension_asked_at=None,
        extension_ask="",
    )
    with translation.override(case.language):
        reason = asked.text or _("You agreed to more time.")
    letters.extended(case, reason, agreed=True)
    letters.extension_decided(case, agreed=True, text=text)


@transaction.atomic
def refuse_extension(
    *,
    case: Case,
    by: Actor,
    text: str = "",
    said_by: str = "",
    said_on: dt.date | None = None,
) -> None:
    """Do not agree: the date stands as it is, and the officer is told."""
    _open_ask("refuse_extension", case, by, said_by, said_on)
    move(
        case,
        "refuse_extension",
        by=by,
        text=text,
        audience=TO_SUBMITTER if by.role == workflow.SUBMITTER else INTERNAL,
        facts=_said(said_by, said_on),
        extension_asked_at=None,
        extension_ask="",
    )
    letters.extension_decided(case, agreed=False, text=text)
    letters.acted("refuse_extension", case, by=by, text=text)


def _open_ask(verb: str, case: Case, by: Actor, said_by: str, said_on: dt.date | None) -> CaseEvent:
    """The ask that is being answered."""
    if by.role == workflow.SUBMITTER:
        hold(case)
    workflow.check(verb, state=case.state, role=by.role)
    asked = case.events.filter(verb="ask_extension").last()
    if case.extension_asked_at is None or asked is None:
        raise RefusedError(
            _("Nothing is asked any more: it was answered already, or no longer needed.")
        )
    if by.role == workflow.SECRETARY:
        if not said_by or said_on is None:
            raise RefusedError(_("Say who of the company said it, and on which day."))
        if not timezone.localdate(case.extension_asked_at) <= said_on <= timezone.localdate():
            raise RefusedError(_("The day lies between the question and today."))
    return asked


def _said(said_by: str, said_on: dt.date | None) -> dict[str, str]:
    if said_on is None:
        return {}
    return {"said_by": said_by, "said_on": said_on.isoformat()}
