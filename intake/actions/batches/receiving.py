"""A file comes in as a batch, is read, or cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from files import storing
from files.models import StoredFile
from intake.actions.batches.leasing import swap, wake
from intake.actions.moving import RefusedError
from intake.models import Batch
from intake.models.batch import CHECKED, CHECKING, REFUSED, UNDONE, WAITING


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
            swap(batch, (REFUSED,), WAITING, encoding=encoding, refusal={})
            transaction.on_commit(wake, robust=True)
    except IntegrityError:
        known = _same(batch.organisation, batch.sha256)
        if known is None:
            raise
        raise SameFileError(known) from None


@transaction.atomic
def begin_checking(*, batch: Batch, columns: Mapping[str, int], remarks: Sequence[Any]) -> None:
    """From here on rows are kept; what a killed worker left is forgotten."""
    swap(
        batch,
        (WAITING, CHECKING),
        CHECKING,
        columns=dict(columns),
        remarks=list(remarks),
        total=0,
        done=0,
    )
    batch.rows.all().delete()


@transaction.atomic
def finish_checking(*, batch: Batch) -> None:
    """Every row was looked at; the file itself is not needed any more."""
    file = batch.file
    swap(batch, (CHECKING,), CHECKED, file=None, leased_until=None)
    if file is not None:
        storing.release([file])


@transaction.atomic
def refuse(*, batch: Batch, code: str, facts: Mapping[str, Any], keep_file: bool = False) -> None:
    """The whole file cannot be read; the page says why. Nothing of it is kept."""
    file = batch.file
    changes: dict[str, Any] = {} if keep_file else {"file": None}
    batch.rows.all().delete()
    swap(
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
