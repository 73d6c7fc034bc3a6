"""A spreadsheet checked row by row beside the bare reading and copying of its cells (P10)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from bench.goals import Line, short

NAME = "import"
# Every so many rows one has a wrong cell.
WRONG_EVERY = 40
# The share of the floor's rate, rows a second, seconds for 100,000 rows, memory beside them.
SHARE, RATE, AT, SECONDS, MORE_MEMORY_MB = 0.5, 2_500, 100_000, 40, 25
# Statements that one more piece of a thousand rows may cost.
A_PIECE = 6
QUICK, FULL = (4_000,), (2_000, 20_000, 100_000)


def sizes(*, quick: bool) -> tuple[int, ...]:
    """How many rows the files have; no number of cases has a part in it."""
    return QUICK if quick else FULL


def checked(results: Mapping[int, Mapping[str, Any]], where: str = "") -> Iterator[Line]:
    """What needs no clock: every row kept, every wrong one named, memory flat."""
    on = {"on": where} if where else {}
    for n, said in sorted(results.items()):
        wrong = (n + WRONG_EVERY - 1) // WRONG_EVERY
        why = []
        if said["kept"] != n:
            why.append(f"{said['kept']} of {n} rows kept")
        if said["wrong"] != wrong:
            why.append(f"{said['wrong']} of {wrong} wrong rows named")
        yield Line(
            "P10",
            f"import/rows {short(n)}",
            {"kept": str(said["kept"]), "wrong": str(said["wrong"]), **on},
            "",
            not why,
            "; ".join(why),
        )
        (few, many), (small, large) = said["pieces"], said["sql"]
        piece = (large - small) / (many - few) if many > few else 0
        yield Line(
            "P10",
            f"import/sql {short(n)}",
            {"sql": f"{few} pieces={small} {many} pieces={large}", **on},
            f"<={A_PIECE} a piece",
            piece <= A_PIECE,
        )
        before, after = said["memory"]
        yield Line(
            "P10",
            f"import/memory {short(n)}",
            {"rss": f"{before:.0f}→{after:.0f} MB", **on},
            f"<=+{MORE_MEMORY_MB}",
            after - before <= MORE_MEMORY_MB,
        )


def timed(results: Mapping[int, Mapping[str, Any]]) -> Iterator[Line]:
    """Rows a second and the share of the floor, by processor time; the wall is shown."""
    yield from checked(results)
    for n, said in sorted(results.items()):
        pairs = list(zip(said["floor"], said["ours"], strict=True))
        share = statistics.median(floor[1] / ours[1] for floor, ours in pairs)
        walls = statistics.median(floor[0] / ours[0] for floor, ours in pairs)
        spent = statistics.median(ours[1] for _floor, ours in pairs)
        wall = statistics.median(ours[0] for _floor, ours in pairs)
        binding = n == max(results)
        yield Line(
            "P10",
            f"import/share {short(n)}",
            {"cpu": f"{share:.2f}", "wall": f"{walls:.2f}"},
            f">={SHARE}" if binding else "",
            share >= SHARE if binding else True,
        )
        heaps = zip(said["heap"], said["ours"], strict=True)
        yield Line(
            "P10",
            f"import/share of a heap {short(n)}",
            {"cpu": f"{statistics.median(heap[1] / ours[1] for heap, ours in heaps):.2f}"},
            "",
            True,
        )
        yield Line(
            "P10",
            f"import/rate {short(n)}",
            {"rows/s": f"{n / spent:,.0f}", "wall": f"{n / wall:,.0f}"},
            f">={RATE:,}" if binding else "",
            n / spent >= RATE if binding else True,
        )
        if n == AT:
            yield Line(
                "P10",
                f"import/seconds {short(n)}",
                {"cpu": f"{spent:.1f}", "wall": f"{wall:.1f}"},
                f"<={SECONDS}",
                spent <= SECONDS,
            )
