"""The queue: first page, deepest page, every filter and combinations of them (P1, P2, P3)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

from bench.goals import NO_PEER, Line, short
from bench.measure import Series, ratio

NAME = "queue"
ADDRESS = "/admin/intake/triagecase/"
FLOOR = "/bench/queue/"
MOST_SQL, MOST_BUFFERS, MORE_BUFFERS = 8, 60, 1.5
# Filters together share one index, and the others are looked at row by row: half a millisecond.
MOST_TOGETHER = 500
FLAT, OF_FLOOR, STRETCH = 1.15, 1.25, 0.7
# How many times cheaper than django-helpdesk's queue, by number of cases.
CHEAPER = {1_000: 5, 10_000: 7, 100_000: 22, 1_000_000: 160}
# The floor's choices add so many bytes each; `choices_for` makes it as large as the page.
_STEP = 200
Results = Mapping[int, Mapping[str, dict[str, Any]]]


def filters(facts: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Each filter with a choice that many cases have, and one that few have."""
    has = facts["choices"]
    return {
        "ours": {"turn": "ours"},
        "mine": {"who": "mine"},
        "nobody": {"who": "none"},
        "others": {"who": "others"},
        "officer": {"who": has["officer"]},
        "overdue": {"overdue": "yes"},
        "today": {"today": "yes"},
        "border": {"border": "yes"},
        "message": {"why": "message"},
        "received": {"state": "received"},
        "referred": {"state": "referred"},
        "country": {"country": has["country"]},
        "rare country": {"country": has["rare country"]},
        "category": {"category": has["category"]},
        "sub-category": {"category": has["sub-category"]},
        "unclassified": {"category": "none"},
        "filer": {"filer": has["filer"]},
        "rare filer": {"filer": has["rare filer"]},
        "company itself": {"filer": "none"},
        "body": {"body": has["body"]},
        "web": {"channel": "web"},
        "since": {"from": has["since"]},
    }


# Combinations that officers use; `pairs` holds every two filters that can stand together.
TOGETHER = (
    ("filer", "country"),
    ("mine", "overdue"),
    ("country", "category"),
    ("rare country", "rare filer"),
    ("nobody", "received", "web"),
    ("ours", "since", "category"),
    ("border", "overdue"),
    ("mine", "referred", "country"),
    ("body", "country"),
)


def pages(facts: Mapping[str, Any]) -> dict[str, str]:
    """Every page that is looked at, by its name."""
    single = filters(facts)
    wanted: dict[str, dict[str, str]] = {"first": {}, **single}
    for names in TOGETHER:
        wanted["+".join(names)] = {k: v for name in names for k, v in single[name].items()}
    return {f"queue/{name}": address(query) for name, query in wanted.items()}


def address(query: Mapping[str, str]) -> str:
    """The queue's address with these filters."""
    return ADDRESS + (f"?{urlencode(query)}" if query else "")


def pairs(facts: Mapping[str, Any]) -> dict[str, str]:
    """Every two filters that can be chosen together."""
    single = filters(facts)
    return {
        f"queue/{one}+{two}": address(single[one] | single[two])
        for one, two in combinations(single, 2)
        if not single[one].keys() & single[two].keys()
    }


def deeper(found: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The last and the second page behind some of the pages, by the pages' own links."""
    more = {}
    for name in ("queue/first", "queue/country", "queue/ours"):
        for relation, word in (("next", "second"), ("last", "deepest")):
            link = found[name]["links"].get(relation)
            if link:
                where = name if name != "queue/first" else "queue"
                more[f"{where}/{word}"] = link if link.startswith("/") else ADDRESS + link
    return more


def floors(facts: Mapping[str, Any], found: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The bare page with as many rows and bytes as the portal's first page."""
    first = found["queue/first"]
    rows = max(1, first["rows"])
    return {
        "floor/queue-0": f"{FLOOR}?rows={rows}",
        f"floor/queue-{_STEP}": f"{FLOOR}?rows={rows}&choices={_STEP}",
    }


def choices_for(found: Mapping[str, dict[str, Any]]) -> int:
    """With how many choices the floor is as large as the first page."""
    none, some = found["floor/queue-0"]["bytes"], found[f"floor/queue-{_STEP}"]["bytes"]
    return max(0, round((found["queue/first"]["bytes"] - none) * _STEP / (some - none)))


def bare(found: Mapping[str, dict[str, Any]]) -> str:
    """The floor's address for the timed part."""
    rows = max(1, found["queue/first"]["rows"])
    return f"{FLOOR}?rows={rows}&choices={choices_for(found)}"


# --- What can be told without a clock -----------------------------------------------------
def checked(results: Results, where: str = "") -> Iterator[Line]:
    """Statements, plan and touched pages of every page, at the smallest and largest size."""
    sizes = sorted(results)
    small, large = sizes[0], sizes[-1]
    for name in results[large]:
        if not name.startswith("queue/"):
            continue
        now, then = results[large][name], results[small].get(name)
        why = "; ".join(problems(now, then, most=most_buffers(name)))
        yield Line(
            "P1",
            f"{name} {short(large)}:{short(small)}",
            {
                "rows": f"{now['rows']}:{then['rows'] if then else '-'}",
                "sql": str(now["sql"]),
                "buffers": _buffers(now, then),
                **({"on": where} if where else {}),
            },
            f"<={most_buffers(name)}",
            not why,
            why,
        )
    yield most_sql(results, where)


def most_buffers(name: str) -> int:
    """How many pages the list of a page may touch: more where filters stand together."""
    return MOST_TOGETHER if "+" in name else MOST_BUFFERS


def problems(
    now: Mapping[str, Any], then: Mapping[str, Any] | None, *, most: int = MOST_BUFFERS
) -> list[str]:
    """What is wrong with a page that may touch so many, compared with itself when smaller."""
    found = []
    if now["status"] != 200:
        found.append(f"answers {now['status']} {now['failed']}".strip())
    if now["writes"]:
        found.append("writes")
    if not now["lists"]:
        found.append("no list query was seen")
    for row in (*now["lists"], *now["others"]):
        found += row["problems"]
    touched, before = buffers(now), buffers(then) if then else None
    if touched is not None and touched > most:
        found.append(f"{touched} buffers")
    # A handful of pages more is a level of the index, not growth.
    same = then is not None and then["rows"] == now["rows"]
    alone = same and most == MOST_BUFFERS
    if alone and before and touched and touched > max(before * MORE_BUFFERS, before + 10):
        found.append(f"buffers grow {before} → {touched}")
    if same and then and then["sql"] != now["sql"]:
        found.append(f"sql {then['sql']} → {now['sql']}")
    return list(dict.fromkeys(found))


def buffers(page: Mapping[str, Any]) -> int | None:
    """Pages of the database that the list query touches; None where it is not told."""
    counts = [row["buffers"] for row in page["lists"] if row["buffers"] is not None]
    return sum(counts) if counts else None


def _buffers(now: Mapping[str, Any], then: Mapping[str, Any] | None) -> str:
    return f"{_shown(now)}:{_shown(then) if then else '-'}"


def _shown(page: Mapping[str, Any]) -> str:
    """The list's pages, and behind a plus those of counts and the like."""
    touched = buffers(page)
    more = sum(row["buffers"] or 0 for row in page["others"])
    return "-" if touched is None else f"{touched}+{more}" if more else str(touched)


def most_sql(results: Results, where: str = "") -> Line:
    """The page with the most statements of all."""
    counts = {
        (found["sql"], name, n)
        for n, pages_ in results.items()
        for name, found in pages_.items()
        if name.startswith("queue/")
    }
    sql, name, n = max(counts)
    parts = {"most": f"{sql} ({name} at {short(n)})", **({"on": where} if where else {})}
    return Line("P2", "queue/sql", parts, f"<={MOST_SQL}", sql <= MOST_SQL)


def checked_pairs(results: Results) -> Iterator[Line]:
    """The worst of every two filters together."""
    small, large = min(results), max(results)
    worst = max(results[large], key=lambda name: buffers(results[large][name]) or 0)
    wrong = {
        name: problems(found, results[small].get(name), most=MOST_TOGETHER)
        for name, found in results[large].items()
    }
    wrong = {name: why for name, why in wrong.items() if why}
    examples = "; ".join(f"{name}: {', '.join(why)}" for name, why in list(wrong.items())[:5])
    yield Line(
        "P1",
        "queue/pairs",
        {
            "pairs": str(len(results[large])),
            "worst": f"{buffers(results[large][worst])} buffers ({worst})",
            "short": str(len(wrong)),
        },
        f"<={MOST_TOGETHER}",
        not wrong,
        examples,
    )


# --- What the clock tells -----------------------------------------------------------------
def timed(series: Mapping[tuple[str, int], Series], results: Results) -> Iterator[Line]:
    """P1 for every timed page, P2 at every size."""
    sizes = sorted(results)
    large = sizes[-1]
    for name in dict.fromkeys(key for key, _size in series if key.startswith("queue/")):
        # A page that is not full at the smallest size is compared with one that is.
        rows = results[large][name]["rows"]
        alike = [n for n in sizes if results[n].get(name, {}).get("rows") == rows]
        small = alike[0]
        if (name, large) not in series or (name, small) not in series:
            yield Line(
                "P1", name, {}, f"<={FLAT}", False, results[large][name]["failed"] or "no answer"
            )
            continue
        now, then = series[name, large], series[name, small]
        cpu = ratio(now.cpu, then.cpu)
        found = results[large][name]
        why = problems(found, results[sizes[0]].get(name), most=most_buffers(name))
        if cpu > FLAT:
            why.append(f"cpu {cpu:.2f}")
        yield Line(
            "P1",
            f"{name} {short(large)}:{short(small)}",
            {
                "wall": f"{ratio(now.wall, then.wall):.2f}",
                "cpu": f"{cpu:.2f}",
                "p95": f"{ratio(now.p95, then.p95):.2f}",
                "buffers": _buffers(found, results[small][name]),
                "sql": str(found["sql"]),
            },
            f"<={FLAT}",
            not why,
            "; ".join(why),
        )
    for n in sizes:
        if ("queue/first", n) not in series:
            continue
        page, floor = series["queue/first", n], series["floor/queue", n]
        part = ratio(page.cpu, floor.cpu)
        yield Line(
            "P2",
            f"queue/first:L2 at {short(n)}",
            {
                "wall": f"{ratio(page.wall, floor.wall):.2f}",
                "cpu": f"{part:.2f}",
                "ms": f"{statistics.median(page.cpu):.1f}:{statistics.median(floor.cpu):.1f}",
                "bytes": f"{page.size}:{floor.size}",
                "stretch": f"{'met' if part <= STRETCH else 'not met'} (<={STRETCH})",
            },
            f"<={OF_FLOOR}",
            part <= OF_FLOOR,
        )
    yield most_sql(results)


def beside(
    series: Mapping[tuple[str, int], Series], sizes: list[int], peer: str | None
) -> Iterator[Line]:
    """P3: how many times cheaper than the peer's queue."""
    for n in sizes:
        goal = CHEAPER.get(n)
        if goal is None:
            continue
        other = series.get(("peer/queue", n))
        name = f"queue:{peer or 'django-helpdesk'} at {short(n)}"
        if other is None or ("queue/first", n) not in series:
            yield Line("P3", name, {}, f">={goal}", None, NO_PEER)
            continue
        page = series["queue/first", n]
        times = ratio(other.cpu, page.cpu)
        yield Line(
            "P3",
            name,
            {
                "wall": f"{ratio(other.wall, page.wall):.1f}",
                "cpu": f"{times:.1f}",
                "ms": f"{statistics.median(other.cpu):.0f}:{statistics.median(page.cpu):.1f}",
            },
            f">={goal}",
            times >= goal,
        )
