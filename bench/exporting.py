"""Inside the portal: writes the list of cases as a workbook, beside the bare writer (P10)."""

from __future__ import annotations

import itertools
import tempfile
import time
from typing import Any

import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from files import tables
from intake.lists.filed import file, rows
from intake.lists.filtering import Asker
from intake.models import Case

# Rows of one timed turn.
TIMED = 4_000


def _listed(number: int) -> rows.Listed:
    """The first cases of all, as one desk would list them."""
    base = Case.objects.filter(pk__lte=number).annotate(rank=rows.RANK, state_rank=rows.STATE_RANK)
    order = rows.orders()[rows.USUAL]
    return rows.Listed(
        base=base,
        wanted={},
        words="",
        sort="",
        order=order,
        strange=False,
        asker=Asker(None, timezone.now()),
    )


def _peak_mb(number: int) -> tuple[float, int, int]:
    """Memory at its highest while a file is written and sent, its bytes, its statements."""
    with open("/proc/self/clear_refs", "w") as reset:
        reset.write("5")
    size = 0
    with (
        CaptureQueriesContext(connection) as asked,
        tables.xlsx_file(file.table(_listed(number))) as sent,
    ):
        for piece in iter(lambda: sent.read(65_536), b""):
            size += len(piece)
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024, size, len(asked)


def _bare(values: list[list[Any]]) -> None:
    """The floor: the same cells, already in hand, by XlsxWriter alone."""
    with (
        tempfile.TemporaryFile() as out,
        xlsxwriter.Workbook(out, {"constant_memory": True}) as book,
    ):
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, row in enumerate(values):
            for column, value in enumerate(row):
                if value and isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value:
                    sheet.write_datetime(at, column, value, moment)


def exported(few: int, many: int, turns: int) -> dict[str, Any]:
    """The floor's and the product's processor time for as many rows; memory at two sizes."""
    values = [
        [one if isinstance(one, str | None) else tables.here(one) for one in row]
        for row in itertools.islice(file.table(_listed(TIMED)).rows, TIMED)
    ]
    tables.xlsx_file(file.table(_listed(TIMED))).close()  # the first turn pays for what is lazy
    timed = []
    for _turn in range(turns):
        began = time.process_time()
        _bare(values)
        middle = time.process_time()
        tables.xlsx_file(file.table(_listed(TIMED))).close()
        timed.append((middle - began, time.process_time() - middle))
    _peak_mb(few)  # what is loaded once is loaded
    small, large = _peak_mb(few), _peak_mb(many)
    found = {"few": few, "many": many, "rows": len(values), "turns": timed}
    return found | {"small": small, "large": large}
