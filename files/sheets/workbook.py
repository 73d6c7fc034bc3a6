"""Opens XLSX in a process of its own (`apart`) and takes the rows as they come."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from files.sheets.refusal import REASONS, SheetRefused
from files.sheets.table import Limits, Row
from files.tables import unguarded

_SCRIPT = Path(__file__).with_name("apart.py")


@contextmanager
def reading(
    path: str, sheets: list[str], limits: Limits
) -> Iterator[tuple[dict[str, Any], Iterator[Row]]]:
    """What the workbook says of itself, and its rows. Raises SheetRefused, at any row too."""
    asked = {
        "path": path,
        "sheets": sheets,
        "limits": {
            "rows": limits.rows,
            "columns": limits.columns,
            "far": limits.far,
            "seconds": limits.seconds,
            "memory": limits.memory,
        },
    }
    process = subprocess.Popen(  # noqa: S603 - our own script, the path is one of ours
        [sys.executable, "-I", "-B", str(_SCRIPT), json.dumps(asked)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    # Waiting counts too: a reader that stands still is ended like one that works too long.
    watch = threading.Timer(limits.seconds * 4, process.kill)
    watch.daemon = True
    watch.start()
    lines = cast(IO[bytes], process.stdout)
    try:
        what, facts = _line(lines, process)
        if what != "head":
            raise SheetRefused("damaged")
        yield facts, _rows(lines, process)
    finally:
        watch.cancel()
        process.kill()
        lines.close()
        process.wait()


def _line(lines: IO[bytes], process: subprocess.Popen[bytes]) -> tuple[str, dict[str, Any]]:
    line = lines.readline()
    if not line.endswith(b"\n"):
        raise _ended(process)
    what, facts = json.loads(line)
    if what == "refused":
        code = facts["code"] if facts["code"] in REASONS else "damaged"
        raise SheetRefused(code, **facts["facts"])
    return what, facts


def _ended(process: subprocess.Popen[bytes]) -> SheetRefused:
    """It ended by itself: killed for its memory or its time."""
    return SheetRefused("slow" if process.wait() in (-9, -24) else "bomb")


def _rows(lines: IO[bytes], process: subprocess.Popen[bytes]) -> Iterator[Row]:
    while True:
        what, facts = _line(lines, process)
        if what == "end":
            return
        packed = lines.read(facts["size"])
        if len(packed) < facts["size"]:
            raise _ended(process)
        cells = packed.decode().split("\0")
        if packed.startswith(b"'") or b"\0'" in packed:
            # Some cell begins with an apostrophe, perhaps one that our exports put there.
            cells = list(map(unguarded, cells))
        # All rows of a sheet are equally wide.
        numbers = facts["lines"]
        width = len(cells) // max(len(numbers), 1)
        ends = range(width, len(cells) + 1, width or 1)
        yield from map(Row, numbers, [cells[end - width : end] for end in ends])
