"""The desk's figures: rows that the beat counted, never the cases themselves (P6)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from bench.goals import NO_PEER, Line, short
from bench.measure import Series, ratio

NAME = "dashboard"
ADDRESS = "/admin/intake/figures/"
AT, MOST_MS, CHEAPER, MORE_MEMORY_MB = 100_000, 60, 60, 1.0
Results = Mapping[int, Mapping[str, dict[str, Any]]]


def pages(facts: Mapping[str, Any]) -> dict[str, str]:
    """The page of figures."""
    return {"dashboard/figures": ADDRESS}


def checked(results: Results, where: str = "") -> Iterator[Line]:
    """As many statements at every size, none of which reads through the cases."""
    found = {n: results[n]["dashboard/figures"] for n in sorted(results)}
    on = {"on": where} if where else {}
    if any(page["status"] == 404 for page in found.values()):
        yield Line("P6", "dashboard/sql", on, "", None, f"there is no page at {ADDRESS} yet")
        return
    why = [
        f"answers {page['status']} {page['failed']}"
        for page in found.values()
        if page["status"] != 200
    ]
    if len({page["sql"] for page in found.values()}) > 1:
        why.append("not as many statements at every size")
    reads = [sql for page in found.values() for sql in page["statements"] if "intake_case" in sql]
    why += [f"reads the cases: {sql[:90]}…" for sql in reads if 'FROM "intake_case"' in sql][:2]
    counts = " ".join(f"{short(n)}={page['sql']}" for n, page in found.items())
    yield Line("P6", "dashboard/sql", {"sql": counts, **on}, "", not why, "; ".join(why))


def timed(
    series: Mapping[tuple[str, int], Series],
    results: Results,
    memory: Mapping[int, tuple[float, float]],
) -> Iterator[Line]:
    """The processor's time at 100,000 cases, and what the page leaves in memory."""
    yield from checked(results)
    for n in sorted(results):
        page = series.get(("dashboard/figures", n))
        if page is None:
            continue
        spent = statistics.median(page.cpu)
        binding = n == AT or (AT not in results and n == max(results))
        yield Line(
            "P6",
            f"dashboard at {short(n)}",
            {"ms": f"{spent:.1f}", "wall": f"{statistics.median(page.wall):.1f}"},
            f"<={MOST_MS}" if binding else "",
            spent <= MOST_MS if binding else True,
        )
        if n in memory:
            before, after = memory[n]
            yield Line(
                "P6",
                f"dashboard/memory at {short(n)}",
                {"rss": f"{before:.1f}→{after:.1f} MB a worker"},
                f"<=+{MORE_MEMORY_MB:g}",
                after - before <= MORE_MEMORY_MB,
            )


def beside(
    series: Mapping[tuple[str, int], Series], sizes: list[int], peer: str | None
) -> Iterator[Line]:
    """How many times cheaper than the peer's dashboard at 100,000 cases."""
    if AT not in sizes:
        return
    name = f"dashboard:{peer or 'django-helpdesk'} at {short(AT)}"
    other, page = series.get(("peer/dashboard", AT)), series.get(("dashboard/figures", AT))
    if other is None or page is None:
        yield Line("P6", name, {}, f">={CHEAPER}", None, NO_PEER)
        return
    times = ratio(other.cpu, page.cpu)
    yield Line("P6", name, {"cpu": f"{times:.0f}"}, f">={CHEAPER}", times >= CHEAPER)
