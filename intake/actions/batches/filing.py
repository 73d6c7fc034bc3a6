"""The right rows of a batch become cases."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from intake import timeline
from intake.actions.batches.leasing import held, hold_on, swap, wake
from intake.actions.filing import Filing, submit
from intake.actions.moving import RefusedError
from intake.models import Batch, BatchRow, Case
from intake.models.batch import BAD, FILED, FILING, GOOD, OPEN, ROW_FILED


@transaction.atomic
def start_filing(*, batch: Batch, by: User) -> int:
    """File every right row, in the background; says how many."""
    held(batch)
    count = batch.rows.filter(state=GOOD).count()
    if not count:
        raise RefusedError(_("There is no right row to file."))
    now = timezone.now()
    swap(batch, OPEN, FILING, filed_by=by, filed_at=now, total=count, done=0, leased_until=None)
    transaction.on_commit(wake, robust=True)
    return count


@transaction.atomic
def file_rows(*, batch: Batch, ready: Sequence[tuple[BatchRow, Filing]]) -> list[Case]:
    """File a piece of the rows: each becomes a case with the row's own key, once."""
    hold_on(batch)
    by = timeline.submitter(batch.filed_by, batch.organisation)
    pks = [row.pk for row, _filing in ready]
    waiting = set(
        BatchRow.objects.select_for_update()
        .filter(pk__in=pks, state=GOOD)
        .values_list("pk", flat=True)
    )
    made = []
    for row, filing in ready:
        if row.pk not in waiting:
            continue
        case, _new = submit(filing=filing, by=by)
        row.case, row.state = case, ROW_FILED
        made.append((row, case))
    BatchRow.objects.bulk_update([row for row, _case in made], ["case", "state"])
    Batch.objects.filter(pk=batch.pk).update(done=F("done") + len(ready), updated_at=timezone.now())
    return [case for _row, case in made]


@transaction.atomic
def turn_bad(*, batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Rows that were right when they were checked, and are no longer (a day has passed)."""
    for row in rows:
        row.state = BAD
    BatchRow.objects.bulk_update(rows, ["state", "errors"])
    Batch.objects.filter(pk=batch.pk).update(done=F("done") + len(rows))


def finish_filing(*, batch: Batch) -> None:
    """Every right row is a case."""
    swap(batch, (FILING,), FILED, leased_until=None)
