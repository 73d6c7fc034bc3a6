"""Inside the portal: a spreadsheet read bare and copied, beside the same one checked and kept."""

from __future__ import annotations

import contextlib
import gc
import io
import random
import resource
import tempfile
import time
import uuid
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from django.db import connection

from accounts.models import Organisation, User
from bench.cases.import_ import WRONG_EVERY
from bench.words import Text, texts
from files import sheets
from intake.actions import batches
from intake.bulk import reading
from intake.bulk.columns import COLUMNS, is_header
from intake.bulk.twins import Twins
from intake.models import Batch

_WRONG = (
    ("country", "베트낭"),
    ("contact_phone", "없음"),
    ("hs_code", "330"),
    ("agreed", "아니오"),
)
_COUNTRIES = ("베트남", "인도", "미국", "일본", "독일", "멕시코", "사우디아라비아", "태국")
_PROVINCES = ("서울특별시", "경기도", "부산광역시", "경상남도", "충청북도")
LIFTED = sheets.Limits(rows=2_000_000, far=2_000_000, bytes=1 << 32, seconds=600, memory=6 << 30)


def number_for(serial: int) -> str:
    """A business number with the right check digit."""
    nine = [int(digit) for digit in f"{200_000_000 + serial:09d}"]
    total = sum(d * w for d, w in zip(nine, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    check = (10 - (total + nine[-1] * 5 // 10) % 10) % 10
    return "".join(map(str, nine)) + str(check)


def row(serial: int, stock: list[Text]) -> dict[str, str]:
    """A row as an association would fill it in: 19 of 31 cells, our own sentences."""
    text = stock[serial % len(stock)]
    cells = {
        "company_name": f"시험수출 {serial}호",
        "business_number": number_for(serial),
        "province": _PROVINCES[serial % len(_PROVINCES)],
        "municipality": "마포구",
        "contact_name": "김하나",
        "contact_position": "수출팀 과장",
        "contact_phone": f"010-{2000 + serial % 8000}-{serial * 7 % 10000:04d}",
        "contact_email": f"export{serial}@firm{serial % 977}.example",
        "country": _COUNTRIES[serial % len(_COUNTRIES)],
        "title": f"{text.title} {serial}",
        "situation": f"{serial}번 선적. {text.situation}",
        "problem": text.problem,
        "request": text.request,
        "product": text.product,
        "hs_code": f"33{serial % 90 + 10}.{serial % 100:02d}",
        "since": f"2026-0{serial % 9 + 1}-15",
        "value": f"{serial % 900 + 10},000",
        "currency": "USD",
        "agreed": "예",
    }
    if serial % WRONG_EVERY == 0:
        key, value = _WRONG[serial // WRONG_EVERY % len(_WRONG)]
        cells[key] = value
    return cells


def write(path: Path, n: int) -> None:
    """A file of so many rows."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("작성")
    sheet.write_row(0, 0, [column.label_in("ko") for column in COLUMNS])
    keys = [column.key for column in COLUMNS]
    stock = texts(random.Random(7), 997)
    for serial in range(n):
        cells = row(serial, stock)
        for place, key in enumerate(keys):
            if key in cells:
                sheet.write_string(serial + 1, place, cells[key])
    book.close()


def _copied(text: str) -> str:
    """A text as COPY takes it."""
    if "\\" in text or "\n" in text or "\t" in text:
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    return text


# A table that people search has keys: the floor of PERFORMANCE 2.3 copies into one with eight.
INDEXES = 8


def bare(path: Path, indexes: int = INDEXES) -> int:
    """The floor: every cell by calamine, every row by COPY (executemany in SQLite)."""
    columns = len(COLUMNS)
    with connection.cursor() as cursor:
        names = ", ".join(f"c{at} text" for at in range(columns))
        cursor.execute("DROP TABLE IF EXISTS bench_floor")
        cursor.execute(f"CREATE TABLE bench_floor (line integer, {names})")
        for at in range(indexes):
            cursor.execute(f"CREATE INDEX bench_floor_{at} ON bench_floor (c{at})")
    count = 0
    with python_calamine.load_workbook(str(path)) as book:
        rows = book.get_sheet_by_index(0).iter_rows()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for piece in iter(lambda: list(islice(rows, 2000)), []):
                    lines = []
                    first, count = count + 1, count + len(piece)
                    for number, cells in enumerate(piece, first):
                        lines.append(
                            "\t".join([str(number), *(_copied(str(cell)) for cell in cells)])
                        )
                    cursor.copy_expert(
                        "COPY bench_floor FROM STDIN", io.StringIO("\n".join(lines) + "\n")
                    )
        else:
            marks = ", ".join(["%s"] * (columns + 1))
            with connection.cursor() as cursor:
                cursor.executemany(
                    f"INSERT INTO bench_floor VALUES ({marks})",  # noqa: S608 - no word of others
                    ([line, *map(str, cells)] for line, cells in enumerate(rows, 1)),
                )
                count = cursor.rowcount
    return count


def ours(path: Path, batch: Batch) -> int:
    """What a worker does: look through, read, judge, compare with what was filed, keep."""
    with sheets.open_table(
        path, path.name, sheets=reading.SHEETS, is_header=is_header, limits=LIFTED
    ) as table:
        headings = reading.columns_of(table)
        remarks = reading.remarks_of(table, headings)
        batches.begin_checking(batch=batch, columns=headings.at, remarks=remarks)
        twins = Twins.of(batch.organisation_id)
        for rows in reading.looked_at(table, headings, twins, most=10**7):
            batches.keep_rows(batch=batch, rows=rows)
    batch.refresh_from_db()
    return batch.done


def _processor() -> float:
    """Processor seconds so far: this process, the readers that it ended, and its database's."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    if connection.vendor != "postgresql":
        return spent
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    with contextlib.suppress(OSError, ValueError):
        spent += int(path.read_text().split()[0]) / 1e9
    return spent


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _counted(path: Path, batch: Batch) -> tuple[int, int]:
    """How many rows were kept, and with how many statements (COPY not counted)."""
    asked: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        kept = ours(path, batch)
    return kept, len(asked)


def imported(n: int, rounds: int) -> dict[str, Any]:
    """Wall and processor seconds of the floor and of ours for `n` rows, in turn; memory at both."""
    user = User.objects.order_by("pk").first()
    if user is None:
        user = User.objects.create(email="bench@portal.example")
    organisation = Organisation.objects.order_by("pk").first()
    said: dict[str, Any] = {"rows": n}
    with tempfile.TemporaryDirectory(prefix="bench-sheets-") as folder:
        small, large = Path(folder) / "small.xlsx", Path(folder) / "large.xlsx"
        write(small, min(n, 2000))
        write(large, n)
        said["bytes"] = large.stat().st_size
        batch = Batch.objects.create(
            organisation=organisation, uploaded_by=user, name="bench.xlsx", sha256=uuid.uuid4().hex
        )
        batches.lease(batch)
        try:
            said["sql"] = [_counted(small, batch)[1]]
            before = _megabytes()
            said["kept"], statements = _counted(large, batch)
            said["sql"].append(statements)
            said["pieces"] = [-(-min(n, 2000) // reading.PIECE), -(-n // reading.PIECE)]
            said["memory"] = [before, _megabytes()]
            said["wrong"] = batch.rows.filter(state="bad").count()
            for _ in range(rounds):
                # A file is looked at for the first time: what an earlier round kept is gone.
                batch.rows.all().delete()
                _timed(said, "floor", lambda: bare(large))
                _timed(said, "heap", lambda: bare(large, indexes=0))
                _timed(said, "ours", lambda: ours(large, batch))
        finally:
            batch.rows.all().delete()
            batch.delete()
    return said


def _timed(said: dict[str, Any], name: str, run: Callable[[], int]) -> None:
    gc.collect()
    wall, processor = time.monotonic(), _processor()
    run()
    said.setdefault(name, []).append([time.monotonic() - wall, _processor() - processor])
