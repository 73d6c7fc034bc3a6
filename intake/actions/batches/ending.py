"""A filed batch is taken back, or what was typed into it is forgotten after a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from files import storing
from intake import timeline, workflow
from intake.actions.batches.leasing import NotNowError, hold_on, swap, wake
from intake.actions.filing import withdraw
from intake.actions.moving import hold
from intake.models import Batch, BatchRow, Case
from intake.models.batch import FILED, FILING, KEPT, ROW_FILED, ROW_UNDONE, UNDOING, UNDONE
from intake.models.case import ACTING

# A batch keeps what was typed for so many days.
KEPT_DAYS = 90


@transaction.atomic
def start_undoing(*, batch: Batch, reason: str, by: User) -> int:
    """Take back what nobody has touched, in the background; says how many rows are looked at."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state != FILED:
        raise NotNowError(held)
    count = batch.rows.filter(state=ROW_FILED).count()
    swap(
        batch,
        (FILED,),
        UNDOING,
        filed_by=by,
        refusal={"reason": reason},
        total=count,
        done=0,
        leased_until=None,
    )
    transaction.on_commit(wake, robust=True)
    return count


def why_kept(case: Case) -> str:
    """Why a case is no longer the organisation's to take back; "" when it is."""
    if case.proxy != ACTING:
        return "taken_over"
    if case.state == workflow.WITHDRAWN:
        return "withdrawn"
    begun = case.events.filter(role__in=(workflow.SECRETARY, workflow.BODY)).exists()
    return "begun" if begun or case.state != workflow.RECEIVED or case.assignee_id else ""


@transaction.atomic
def undo_rows(*, batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Withdraw a piece of the cases; those that somebody has begun stay and are named."""
    hold_on(batch)
    by = timeline.submitter(batch.filed_by, batch.organisation)
    reason = batch.refusal.get("reason", "")
    for row in rows:
        case = hold(Case(pk=row.case_id))
        why = why_kept(case)
        if why == "withdrawn":
            row.state = ROW_UNDONE
        elif why:
            row.state, row.errors = KEPT, [{"code": why}]
        else:
            withdraw(case=case, reason=reason, by=by)
            row.state = ROW_UNDONE
    BatchRow.objects.bulk_update(rows, ["state", "errors"])
    Batch.objects.filter(pk=batch.pk).update(done=F("done") + len(rows), updated_at=timezone.now())


def finish_undoing(*, batch: Batch) -> None:
    """Nothing is left to take back."""
    swap(batch, (UNDOING,), UNDONE, leased_until=None)


def forget_old(*, now: dt.datetime | None = None) -> int:
    """Delete what was typed into batches that nobody touched for 90 days; cases stay."""
    limit = (now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)
    old = Batch.objects.filter(updated_at__lt=limit).exclude(state__in=[FILING, UNDOING])
    with transaction.atomic():
        rows = BatchRow.objects.filter(batch__in=old.values("pk"))
        gone, _models = rows.filter(case__isnull=True).delete()
        emptied = rows.exclude(cells={}).update(cells={}, errors=[])
        for batch in old.filter(file__isnull=False).select_related("file"):
            if batch.file is not None:
                storing.release([batch.file])
    return gone + emptied
