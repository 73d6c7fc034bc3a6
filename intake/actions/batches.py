"""Spreadsheets of difficulties: receiving a file, keeping its rows, filing them, undoing it.

A batch is worked on in pieces, each in a transaction of its own, by whoever holds its lease;
a worker that was killed is taken over and nothing is lost or done twice: a row's key is the key
of its case, and a row becomes filed in the transaction that files it.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from files import storing
from files.models import StoredFile
from intake import timeline, workflow
from intake.actions.filing import Filing, submit, withdraw
from intake.actions.moving import RefusedError, hold
from intake.models import Batch, BatchRow, Case
from intake.models.batch import (
    BAD,
    CHECKED,
    CHECKING,
    FILED,
    FILING,
    GOOD,
    KEPT,
    LEFT_OUT,
    LIKELY_DUPLICATE,
    OPEN,
    REFUSED,
    ROW_FILED,
    ROW_UNDONE,
    UNDOING,
    UNDONE,
    WAITING,
)
from intake.models.case import ACTING
from notifications import waking

# The task that a worker is woken with; the beat runs it too.
WORK = "intake.tasks.batches.work"
# A worker that says nothing for this long was killed; another takes over.
LEASE = dt.timedelta(seconds=90)
# A batch keeps what was typed for so many days.
KEPT_DAYS = 90
_waker = waking.Waker(WORK)


class SameFileError(RefusedError):
    """The same file is there already; nothing was written."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        super().__init__(
            _("%(who)s has uploaded the same file already (%(when)s). This is its page.")
            % {
                "who": batch.uploaded_by,
                "when": timezone.localtime(batch.created_at).strftime("%Y-%m-%d %H:%M"),
            }
        )


class NotNowError(RefusedError):
    """Somebody was first: the batch is not as the person saw it."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            _("This cannot be done now: the state of the file is “%(state)s”.")
            % {"state": batch.state_label}
        )


def wake() -> None:
    """Let a worker look after the batches soon. Never raises, never blocks."""
    _waker.call()


def receive(*, organisation: Organisation, file: StoredFile, name: str, by: User) -> Batch:
    """Keep an uploaded file as a batch that waits to be read.

    Raises SameFileError with the batch that the same bytes became before.
    """
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                organisation=organisation,
                uploaded_by=by,
                name=name,
                sha256=file.sha256,
                file=file,
            )
            storing.claim([file])
            transaction.on_commit(wake, robust=True)
            return batch
    except IntegrityError:
        known = _same(organisation, file.sha256)
        if known is None:
            raise
        raise SameFileError(known) from None


def _same(organisation: Organisation, sha256: str) -> Batch | None:
    rows = Batch.objects.filter(organisation=organisation, sha256=sha256)
    return rows.exclude(state__in=[UNDONE, REFUSED]).select_related("uploaded_by").first()


def read_as(*, batch: Batch, encoding: str) -> None:
    """Read a file again, whose letters could be read in two ways, as somebody has chosen."""
    try:
        with transaction.atomic():
            _swap(batch, (REFUSED,), WAITING, encoding=encoding, refusal={})
            transaction.on_commit(wake, robust=True)
    except IntegrityError:
        known = _same(batch.organisation, batch.sha256)
        if known is None:
            raise
        raise SameFileError(known) from None


def _swap(batch: Batch, seen: Iterable[str], to: str, **changes: Any) -> None:
    """Move a batch that is still in one of these states; NotNowError when it is not."""
    now = timezone.now()
    written = Batch.objects.filter(pk=batch.pk, state__in=list(seen)).update(
        state=to, updated_at=now, **changes
    )
    if written != 1:
        raise NotNowError(Batch.objects.get(pk=batch.pk))
    batch.state = to
    for name, value in changes.items():
        setattr(batch, name, value)


# --- Under a lease --------------------------------------------------------------------------


def lease(batch: Batch) -> bool:
    """Take a batch for ourselves; False while another worker is on it, or nothing is to do."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    until = now + LEASE
    taken = Batch.objects.unfinished().filter(free, pk=batch.pk).update(leased_until=until)
    if taken:
        batch.refresh_from_db()
    return bool(taken)


def hold_on(batch: Batch, **changes: Any) -> None:
    """Renew our lease, with other changes. Raises NotNowError when somebody has taken over."""
    until = timezone.now() + LEASE
    renewed = Batch.objects.filter(pk=batch.pk, leased_until=batch.leased_until)
    if not renewed.update(leased_until=until, **changes):
        raise NotNowError(Batch.objects.get(pk=batch.pk))
    batch.leased_until = until


def let_go(batch: Batch) -> None:
    """Give the lease back, so that the next turn need not wait for its end."""
    Batch.objects.filter(pk=batch.pk, leased_until=batch.leased_until).update(leased_until=None)


@transaction.atomic
def begin_checking(*, batch: Batch, columns: Mapping[str, int], remarks: Sequence[Any]) -> None:
    """From here on rows are kept; what a killed worker left is forgotten."""
    _swap(
        batch,
        (WAITING, CHECKING),
        CHECKING,
        columns=dict(columns),
        remarks=list(remarks),
        total=0,
        done=0,
    )
    batch.rows.all().delete()


class Kept(NamedTuple):
    """A row that was looked at, as it is written."""

    line: int
    key: uuid.UUID
    state: str
    cells: str  # JSON
    errors: list[dict[str, Any]]
    twin_id: int | None
    twin_line: int | None


_COLUMNS = ("batch_id", *Kept._fields)


@transaction.atomic
def keep_rows(*, batch: Batch, rows: Sequence[Kept]) -> None:
    """Keep a piece of the rows and say how far it is."""
    count = len(rows)
    hold_on(batch, done=F("done") + count, total=F("total") + count, updated_at=timezone.now())
    _write(batch, rows)


def _write(batch: Batch, rows: Sequence[Kept]) -> None:
    """Write rows that need no model each: half of what looking at a file costs otherwise."""
    values = [
        (
            batch.pk,
            row.line,
            row.key if connection.features.has_native_uuid_field else row.key.hex,
            row.state,
            row.cells,
            json.dumps(row.errors, ensure_ascii=False) if row.errors else "[]",
            row.twin_id,
            row.twin_line,
        )
        for row in rows
    ]
    table, names = BatchRow._meta.db_table, ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lines = map(_copied, values)
            cursor.copy_expert(
                f"COPY {table} ({names}) FROM STDIN", io.StringIO("\n".join(lines) + "\n")
            )
        else:
            marks = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # noqa: S608 - our own names


def _copied(row: Sequence[Any]) -> str:
    """A row as COPY takes it: numbers, names of our own, and JSON, which holds no bare control."""
    line = "\t".join(["\x00" if value is None else str(value) for value in row])
    if "\\" in line:
        line = line.replace("\\", "\\\\")
    return line.replace("\x00", "\\N")


@transaction.atomic
def finish_checking(*, batch: Batch) -> None:
    """Every row was looked at; the file itself is not needed any more."""
    file = batch.file
    _swap(batch, (CHECKING,), CHECKED, file=None, leased_until=None)
    if file is not None:
        storing.release([file])


@transaction.atomic
def refuse(*, batch: Batch, code: str, facts: Mapping[str, Any], keep_file: bool = False) -> None:
    """The whole file cannot be read; the page says why. Nothing of it is kept."""
    file = batch.file
    changes: dict[str, Any] = {} if keep_file else {"file": None}
    batch.rows.all().delete()
    _swap(
        batch,
        (WAITING, CHECKING),
        REFUSED,
        refusal={"code": code, "facts": dict(facts)},
        total=0,
        done=0,
        leased_until=None,
        **changes,
    )
    if file is not None and not keep_file:
        storing.release([file])


# --- Rows -----------------------------------------------------------------------------------


def _held(batch: Batch) -> Batch:
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state not in OPEN:
        raise NotNowError(held)
    return held


@transaction.atomic
def put_rows(*, batch: Batch, rows: Iterable[BatchRow]) -> int:
    """Write rows that were mended: cells, faults, state. Filed ones are left as they are."""
    _held(batch)
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
    _held(batch)
    seen, to = MARKS[what]
    changed = batch.rows.filter(line__in=lines, state__in=seen).update(state=to)
    Batch.objects.filter(pk=batch.pk).update(updated_at=timezone.now())
    return changed


# --- Filing ---------------------------------------------------------------------------------


@transaction.atomic
def start_filing(*, batch: Batch, by: User) -> int:
    """File every right row, in the background; says how many."""
    _held(batch)
    count = batch.rows.filter(state=GOOD).count()
    if not count:
        raise RefusedError(_("There is no right row to file."))
    now = timezone.now()
    _swap(batch, OPEN, FILING, filed_by=by, filed_at=now, total=count, done=0, leased_until=None)
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
    _swap(batch, (FILING,), FILED, leased_until=None)


# --- Undoing --------------------------------------------------------------------------------


@transaction.atomic
def start_undoing(*, batch: Batch, reason: str, by: User) -> int:
    """Take back what nobody has touched, in the background; says how many rows are looked at."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state != FILED:
        raise NotNowError(held)
    count = batch.rows.filter(state=ROW_FILED).count()
    _swap(
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
    _swap(batch, (UNDOING,), UNDONE, leased_until=None)


# --- In the end -----------------------------------------------------------------------------


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
