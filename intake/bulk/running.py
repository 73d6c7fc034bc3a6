"""What a worker does for batches: read, file and take back, piece after piece; it can be killed."""

from __future__ import annotations

import logging
import time

from django.utils import timezone

from files import sheets
from files.folder import storage
from files.models import State
from files.sheets import EncodingAsked, SheetRefused
from intake.actions import Filing, batches
from intake.bulk.checking import Checker, filing_of
from intake.bulk.columns import ROW_KEY, is_header
from intake.bulk.reading import LIMITS, SHEETS, MissingColumns, columns_of, looked_at, remarks_of
from intake.bulk.twins import Twins
from intake.models import Batch, BatchRow
from intake.models.batch import FILING, GOOD, ROW_FILED, UNDOING

log = logging.getLogger(__name__)
# So many cases are filed, or taken back, in one transaction.
PIECE = 20
# One turn of a worker takes about this long (seconds), so that notices wait for nobody.
TURN = 20.0


def run_unfinished(*, seconds: float = TURN) -> int:
    """Go on with every batch that waits, the oldest first, for one turn; says with how many."""
    ends = time.monotonic() + seconds
    worked = 0
    for batch in Batch.objects.unfinished().order_by("pk"):
        if not batches.lease(batch):
            continue
        worked += 1
        try:
            _go_on(batch, ends)
        except batches.NotNowError:
            log.info("batch %s was taken over", batch.pk)
        batches.let_go(batch)
        if time.monotonic() > ends:
            break
    if Batch.objects.unfinished().filter(leased_until=None).exists():
        batches.wake()
    return worked


def _go_on(batch: Batch, ends: float) -> None:
    if batch.state == FILING:
        file(batch, ends)
    elif batch.state == UNDOING:
        undo(batch, ends)
    else:
        check(batch)


def check(batch: Batch) -> None:
    """Read the file and look at every row; what is wrong with the whole file refuses it."""
    file = batch.file
    if file is None or file.state == State.INFECTED:
        batches.refuse(batch=batch, code="infected" if file else "gone", facts={})
        return
    if file.state == State.SCAN_PENDING:
        # The scanner is silent; the beat comes by again.
        return
    try:
        with (
            storage().open(file.storage_name, "rb") as content,
            sheets.open_table(
                content,
                batch.name,
                sheets=SHEETS,
                is_header=is_header,
                encoding=batch.encoding,
                limits=LIMITS,
            ) as table,
        ):
            headings = columns_of(table)
            if ROW_KEY in headings.at:
                batches.refuse(batch=batch, code="mended_elsewhere", facts={})
                return
            remarks = remarks_of(table, headings)
            batches.begin_checking(batch=batch, columns=headings.at, remarks=remarks)
            for rows in looked_at(table, headings, Twins.of(batch.organisation_id)):
                batches.keep_rows(batch=batch, rows=rows)
        batches.finish_checking(batch=batch)
    except EncodingAsked as asked:
        batches.refuse(
            batch=batch, code=str(asked.code), facts={"previews": asked.previews}, keep_file=True
        )
    except (SheetRefused, MissingColumns) as refused:
        batches.refuse(batch=batch, code=str(refused.code), facts=refused.facts)
    except OSError:
        log.exception("batch %s cannot be read", batch.pk)
        batches.refuse(batch=batch, code="gone", facts={})


def file(batch: Batch, ends: float) -> None:
    """File the right rows, piece after piece."""
    checker = Checker(batch.columns)
    while time.monotonic() < ends:
        rows = list(batch.rows.filter(state=GOOD).order_by("line")[:PIECE])
        if not rows:
            batches.finish_filing(batch=batch)
            return
        ready: list[tuple[BatchRow, Filing]] = []
        stale: list[BatchRow] = []
        now = timezone.now()
        for row in rows:
            checked = checker.check(dict(row.cells), row.line)
            if checked.faults:
                row.errors = checked.faults
                stale.append(row)
            else:
                ready.append((row, filing_of(row.key, checked.data, now)))
        if stale:
            batches.turn_bad(batch=batch, rows=stale)
        if ready:
            batches.file_rows(batch=batch, ready=ready)


def undo(batch: Batch, ends: float) -> None:
    """Take back what nobody has begun, piece after piece."""
    while time.monotonic() < ends:
        rows = list(batch.rows.filter(state=ROW_FILED).order_by("line")[:PIECE])
        if not rows:
            batches.finish_undoing(batch=batch)
            return
        batches.undo_rows(batch=batch, rows=rows)
