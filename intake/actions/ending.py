"""How a case ends: solved, disputed, silent; and what the company says became of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from intake import letters, workflow
from intake.actions.moving import RefusedError, hold, move
from intake.models import Case
from intake.models.event import TO_SUBMITTER
from intake.timeline import Actor


@transaction.atomic
def close(*, case: Case, by: Actor, outcome: str = "", text: str = "") -> None:
    """Close an answered case, with the outcome when the company tells it."""
    if by.role == workflow.SUBMITTER:
        hold(case)
    now = timezone.now()
    move(
        case,
        "close",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts={"outcome": outcome} if outcome else {},
        ended_at=now,
        due_at=None,
        outcome=outcome,
        outcome_at=now if outcome else None,
        outcome_note=text,
    )
    letters.closed(case)


@transaction.atomic
def dispute(*, case: Case, text: str, by: Actor) -> None:
    """Say that the answer did not solve it: once, within thirty days; a new period begins."""
    hold(case)
    workflow.check("dispute", state=case.state, role=by.role)
    if case.disputed_at is not None:
        raise RefusedError(
            _("You told us once that it is not solved, and we answered again. Please call us.")
        )
    limit = dt.timedelta(days=settings.DISPUTE_DAYS)
    if case.answered_at is not None and timezone.now() - case.answered_at > limit:
        raise RefusedError(_("The thirty days after the answer are over. Please file anew."))
    move(
        case,
        "dispute",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        disputed_at=timezone.now(),
        extended_at=None,
    )
    letters.disputed(case)
    letters.acted("dispute", case, by=by, text=text)


@transaction.atomic
def tell_outcome(
    *,
    case: Case,
    outcome: str,
    text: str = "",
    saved: Decimal | None = None,
    currency: str = "",
    settled: bool = False,
    by: Actor,
) -> None:
    """Tell what became of a closed case, or correct it: answered is not solved.

    `saved` is what the help was worth, in `currency`. `settled`: the company is not asked again.
    Telling the same once more changes nothing and tells nobody.
    """
    hold(case)
    workflow.check("tell_outcome", state=case.state, role=by.role)
    worth = (saved, currency if saved is not None else "")
    told: dict[str, Any] = {
        "outcome": outcome,
        "outcome_note": text,
        "saved": worth[0],
        "saved_currency": worth[1],
        "outcome_settled": settled,
    }
    first = case.outcome_at is None or case.ended_at is None or case.outcome_at <= case.ended_at
    if not first and all(getattr(case, name) == value for name, value in told.items()):
        return
    said: dict[str, str | bool] = {"outcome": outcome}
    if saved is not None:
        said |= {"saved": f"{saved:f}", "currency": currency}
    if settled:
        said["settled"] = True
    move(
        case,
        "tell_outcome",
        by=by,
        text=text,
        audience=TO_SUBMITTER,
        facts=said,
        outcome_at=timezone.now(),
        **told,
    )
    letters.acted("tell_outcome", case, by=by, text=text)
