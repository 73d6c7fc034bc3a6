"""Rows of a checked batch that people write anew, leave out, or file nevertheless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from intake.actions.batches.leasing import held
from intake.models import Batch, BatchRow
from intake.models.batch import BAD, GOOD, KEPT, LEFT_OUT, LIKELY_DUPLICATE, ROW_FILED, ROW_UNDONE


@transaction.atomic
def put_rows(*, batch: Batch, rows: Iterable[BatchRow]) -> int:
    """Write rows that were mended: cells, faults, state. Filed ones are left as they are."""
    held(batch)
    fresh = list(rows)
    open_keys = set(
        batch.rows.filter(key__in=[row.key for row in fresh])
        .exclude(state__in=(ROW_FILED, ROW_UNDONE, KEPT))
        .values_list("pk", flat=True)
    )
    ready = [row for row in fresh if row.pk in open_keys]
    BatchRow.objects.bulk_update(
        ready, ["cells", "errors", "state", "twin", "twin_line"], batch_size=200
    )
    Batch.objects.filter(pk=batch.pk).update(updated_at=timezone.now())
    return len(ready)


# What a person may decide about a row: from these states to that one.
MARKS = {
    "leave_out": ((GOOD, BAD, LIKELY_DUPLICATE), LEFT_OUT),
    "file_it": ((LIKELY_DUPLICATE,), GOOD),
}


@transaction.atomic
def mark(*, batch: Batch, lines: Sequence[int], what: str) -> int:
    """Leave rows out, or file them although they look like others."""
    held(batch)
    seen, to = MARKS[what]
    changed = batch.rows.filter(line__in=lines, state__in=seen).update(state=to)
    Batch.objects.filter(pk=batch.pk).update(updated_at=timezone.now())
    return changed
