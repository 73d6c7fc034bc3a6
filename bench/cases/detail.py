"""The page of one case with a whole life: statements, flatness, its floor (P5)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from typing import Any

from bench.goals import NO_PEER, Line, short
from bench.measure import Series, ratio

NAME = "detail"
MOST_SQL, FLAT, OF_FLOOR, OF_PEER = 12, 1.15, 4.0, 0.25
Results = Mapping[int, Mapping[str, dict[str, Any]]]


def pages(facts: Mapping[str, Any]) -> dict[str, str]:
    """The last case that has twenty events and five files, and is with three bodies."""
    return {"detail/case": f"/admin/intake/case/{facts['case']}/change/"}


def floors(facts: Mapping[str, Any]) -> dict[str, str]:
    """The same case on a bare page."""
    return {"floor/detail": f"/bench/detail/{facts['case']}/"}


def checked(results: Results, where: str = "") -> Iterator[Line]:
    """Statements, the same at every size."""
    counts = {n: results[n]["detail/case"]["sql"] for n in sorted(results)}
    why = [
        f"answers {found['detail/case']['status']} {found['detail/case']['failed']}"
        for found in results.values()
        if found["detail/case"]["status"] != 200
    ]
    most = max(counts.values())
    if most > MOST_SQL:
        why.append(f"sql {most}")
    if len(set(counts.values())) > 1:
        why.append("not the same at every size")
    repeated = results[max(results)]["detail/case"]["repeated"]
    why += [f"{times} × {shape[:90]}…" for shape, times in repeated.items()] if why else []
    yield Line(
        "P5",
        "detail/sql",
        {
            "sql": " ".join(f"{short(n)}={sql}" for n, sql in counts.items()),
            **({"on": where} if where else {}),
        },
        f"<={MOST_SQL}",
        not why,
        "; ".join(why),
    )


def timed(series: Mapping[tuple[str, int], Series], results: Results) -> Iterator[Line]:
    """Flat in the number of cases, and not far above the bare page."""
    sizes = sorted(results)
    yield from checked(results)
    if any(("detail/case", n) not in series for n in sizes):
        return  # it does not answer; the line above says so
    now, then = series["detail/case", sizes[-1]], series["detail/case", sizes[0]]
    cpu = ratio(now.cpu, then.cpu)
    yield Line(
        "P5",
        f"detail {short(sizes[-1])}:{short(sizes[0])}",
        {
            "wall": f"{ratio(now.wall, then.wall):.2f}",
            "cpu": f"{cpu:.2f}",
            "bytes": f"{now.size}:{then.size}",
        },
        f"<={FLAT}",
        cpu <= FLAT,
    )
    for n in sizes:
        page, floor = series["detail/case", n], series["floor/detail", n]
        part = ratio(page.cpu, floor.cpu)
        yield Line(
            "P5",
            f"detail:bare at {short(n)}",
            {
                "wall": f"{ratio(page.wall, floor.wall):.2f}",
                "cpu": f"{part:.2f}",
                "ms": f"{statistics.median(page.cpu):.1f}:{statistics.median(floor.cpu):.1f}",
                "bytes": f"{page.size}:{floor.size}",
            },
            f"<={OF_FLOOR:g}",
            part <= OF_FLOOR,
        )


def beside(
    series: Mapping[tuple[str, int], Series], sizes: list[int], peer: str | None
) -> Iterator[Line]:
    """A quarter of the peer's page at most."""
    for n in sizes:
        other = series.get(("peer/detail", n))
        name = f"detail:{peer or 'django-helpdesk'} at {short(n)}"
        if other is None or ("detail/case", n) not in series:
            yield Line("P5", name, {}, f"<={OF_PEER}", None, NO_PEER)
            continue
        page = series["detail/case", n]
        part = ratio(page.cpu, other.cpu)
        yield Line(
            "P5",
            name,
            {
                "cpu": f"{part:.2f}",
                "ms": f"{statistics.median(page.cpu):.1f}:{statistics.median(other.cpu):.0f}",
            },
            f"<={OF_PEER}",
            part <= OF_PEER,
        )
