"""Taking a list away as a workbook: against the bare writer, and memory as it grows (P10)."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench import env
from bench.goals import Line, short

NAME = "export"
SHARE, MORE_MEMORY_MB = 0.70, 25


FEW, MANY, MANY_QUICK, TURNS = 1_000, 100_000, 20_000, 5


def run(data: Path, raw: dict[str, Any], *, quick: bool) -> Iterator[Line]:
    """Write the same list with few rows and with many; `quick`: on SQLite, without the clock."""
    many = MANY_QUICK if quick else MANY
    with contextlib.ExitStack() as stack:
        if quick:
            stock = stack.enter_context(env.sqlite(data, (many,)))
        else:
            server = stack.enter_context(env.postgresql())
            stock = stack.enter_context(env.databases(server, data, (many,)))
        found = raw["export"] = stock[many].do(
            "export", few=FEW, many=many, turns=0 if quick else 5
        )
    yield from checked(found, "SQLite" if quick else "PostgreSQL")
    if not quick:
        yield from timed(found)


def checked(found: Mapping[str, Any], where: str) -> Iterator[Line]:
    """What needs no clock: as many statements for few rows as for many, and flat memory."""
    few, many = short(found["few"]), short(found["many"])
    (before, _size, some), (after, size, all_) = found["small"], found["large"]
    yield Line(
        "P10",
        "export/sql",
        {"sql": f"{few}={some} {many}={all_}", "on": where},
        "",
        some == all_,
        "" if some == all_ else "more rows cost more statements",
    )
    yield Line(
        "P10",
        f"export/memory {many}:{few}",
        {"rss": f"{before:.1f}→{after:.1f} MB", "file": f"{size / 1e6:.1f} MB", "on": where},
        f"<=+{MORE_MEMORY_MB}",
        after - before <= MORE_MEMORY_MB,
    )


def timed(found: Mapping[str, Any]) -> Iterator[Line]:
    """Rows for a second of the processor against the same cells written bare."""
    shares = [bare / whole for bare, whole in found["turns"]]
    share = statistics.median(shares)
    rate = found["rows"] / statistics.median(whole for _bare, whole in found["turns"])
    yield Line(
        "P10",
        "export/xlsx",
        {
            "rows/cpu-s": f"{rate:,.0f}",
            "share": f"{share:.2f} ({min(shares):.2f}–{max(shares):.2f})",
            "against": "xlsxwriter constant_memory",
        },
        f">={SHARE}",
        share >= SHARE,
    )
