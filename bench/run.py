"""`bin/bench`: loads cases, asks and times pages, prints a line for each figure."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import django

from bench import env, goals, measure, peers
from bench.cases import dashboard, detail, export, import_, intake, notices, queue, search
from bench.goals import Line

NAMES = {
    "queue": "the queue: first and deepest page, filters (P1, P2; P3 beside a peer)",
    "detail": "the page of a case with a whole life (P5)",
    "dashboard": "the desk figures (P6)",
    "import": "a spreadsheet read, checked and kept row by row (P10)",
    "export": "a list taken away as a workbook (P10)",
    "intake": "a difficulty filed through the form, with and without mail server (P7, P8)",
    "search": "the labelled set, queries with traps, time, size, indexing (P11-P14)",
    "notices": "10,000 notices through a real worker to a real mail server (P9)",
}
# What is timed through the web server; the rest is timed inside the portal.
PAGES = ("queue", "detail", "dashboard")
COMING = ("suggestions", "api", "memory")
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000, 1_000_000), (2_000, 20_000)
# The floor's choices are counted for so many pages only; more would only repeat them.
Found = dict[int, dict[str, dict[str, Any]]]


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of bin/bench."""
    parser = argparse.ArgumentParser(
        prog="bin/bench",
        description="Measures pages against bare floors in the same run; 1 when a goal is missed.",
    )
    parser.add_argument("name", nargs="?", choices=[*NAMES, "all"], metavar="NAME")
    parser.add_argument("--list", action="store_true", help="say which names there are")
    parser.add_argument("--quick", action="store_true", help="only what needs no clock, < 1 min")
    parser.add_argument("--n", help="numbers of cases, such as 1000,100000")
    parser.add_argument("--rounds", type=int, default=8, help="rounds of timing (%(default)s)")
    parser.add_argument("--requests", type=int, default=12, help="requests a round (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there too")
    parser.add_argument("--peer", type=Path, metavar="FILE", help="another system beside it")
    options = parser.parse_args(arguments)
    if not options.list and options.name is None:
        parser.error("which? bin/bench --list names them")
    given = (options.n or "").split(",") if options.n else ()
    try:
        sizes = [int(float(text)) for text in given]
    except ValueError:
        parser.error("--n takes numbers, such as 1000,100000")
    options.sizes = sorted(set(sizes)) or list(QUICK_SIZES if options.quick else SIZES)
    if options.sizes[0] < 1000:
        parser.error("--n: a thousand cases is the least that a page can be judged by")
    options.names = list(NAMES) if options.name == "all" else [options.name]
    return options


def main(arguments: list[str]) -> int:
    """Run what was asked for; the exit code."""
    options = parse(arguments)
    if options.list:
        for name, what in NAMES.items():
            print(f"{name:10} {what}")
        print(f"{'all':10} every one of them\nnot built yet: {', '.join(COMING)}")
        return 0
    env.stop_in_order()
    began = time.monotonic()
    print(heading(options), flush=True)
    raw: dict[str, Any] = {"heading": heading(options)}
    try:
        with env.folder() as data:
            lines = list(inside(options, data, raw))
            if "export" in options.names:
                lines += export.run(data, raw, quick=options.quick)
            if "intake" in options.names:
                lines += intake.run(data, raw, sizes=options.sizes, quick=options.quick)
            if "search" in options.names:
                lines += search.run(data, raw, sizes=options.sizes, quick=options.quick)
            if "notices" in options.names:
                lines += notices.run(data, raw, quick=options.quick)
            imports = options.quick and "import" in options.names
            options.names = [name for name in options.names if name in PAGES]
            if options.quick and (options.names or imports):
                lines += quick(options, data, raw, imports=imports)
            elif options.names:
                lines += full(options, data, raw)
    except env.BenchError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    print()
    for line in lines:
        print(line)
    for name, text in raw.get("medians", {}).items():
        print(text if text else name)
    bad = sum(line.holds is False for line in lines)
    silent = sum(line.holds is None for line in lines)
    print(f"\n{len(lines) - bad - silent} ok, {bad} short, {silent} not run", end="")
    print(f" in {time.monotonic() - began:.0f} s")
    if options.json:
        raw["lines"] = [line.as_json() for line in lines]
        options.json.write_text(json.dumps(raw, ensure_ascii=False, indent=1, default=str))
    return goals.code(lines)


def heading(options: argparse.Namespace) -> str:
    """When, on what, with which versions."""
    return (
        f"bin/bench {options.name}{' --quick' if options.quick else ''}  "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC  {os.cpu_count()} cores  "
        f"load {os.getloadavg()[0]:.1f}  Python {platform.python_version()}  "
        f"Django {django.__version__}"
    )


def probed(names: Sequence[str], stock: dict[int, env.Database]) -> Found:
    """Every page of the chosen benches at every size."""
    found: Found = {}
    for n, database in stock.items():
        facts = database.facts
        pages: dict[str, str] = {}
        if "queue" in names:
            pages |= queue.pages(facts)
        if "detail" in names:
            pages |= detail.pages(facts) | detail.floors(facts)
        if "dashboard" in names:
            pages |= dashboard.pages(facts)
        found[n] = database.ask(pages)
        if "queue" in names:
            found[n] |= database.ask(queue.deeper(found[n]) | queue.floors(facts, found[n]))
    return found


def checked(names: Sequence[str], found: Found, where: str) -> Iterator[Line]:
    """The lines that need no clock."""
    if "queue" in names:
        yield from queue.checked(found, where)
    if "detail" in names:
        yield from detail.checked(found, where)
    if "dashboard" in names:
        yield from dashboard.checked(found, where)


def inside(options: argparse.Namespace, data: Path, raw: dict[str, Any]) -> Iterator[Line]:
    """What is timed inside the portal, before the databases of many cases are there."""
    if "import" not in options.names or options.quick:
        return
    with env.postgresql() as server, env.databases(server, data, (1000,)) as stock:
        raw["import"] = imported(stock, import_.sizes(quick=False), min(options.rounds, 3))
    yield from import_.timed(raw["import"])


def imported(
    stock: dict[int, env.Database], sizes: Sequence[int], rounds: int
) -> dict[int, dict[str, Any]]:
    """Spreadsheets of so many rows, in the smallest database: cases have no part in it."""
    database = stock[min(stock)]
    return {n: database.do("import", n=n, rounds=rounds) for n in sizes}


def quick(
    options: argparse.Namespace, data: Path, raw: dict[str, Any], *, imports: bool
) -> Iterator[Line]:
    """Statements, plans and touched pages, on PostgreSQL and on SQLite."""
    sizes = options.sizes if options.names else (1000,)
    rows = import_.sizes(quick=True) if imports else ()
    try:
        with env.postgresql() as server, env.databases(server, data, sizes) as stock:
            raw["postgresql"] = probed(options.names, stock)
            raw["import"] = imported(stock, rows, 0)
    except env.BenchError as problem:
        if "No PostgreSQL" not in str(problem):
            raise
        yield Line("--", "on PostgreSQL", {}, "", None, str(problem))
    else:
        yield from checked(options.names, raw["postgresql"], "PostgreSQL")
        yield from import_.checked(raw["import"], "PostgreSQL")
    with env.sqlite(data, sizes) as stock:
        raw["sqlite"] = probed(options.names, stock)
        raw["import/sqlite"] = imported(stock, rows, 0)
    yield from checked(options.names, raw["sqlite"], "SQLite")
    yield from import_.checked(raw["import/sqlite"], "SQLite")


def full(options: argparse.Namespace, data: Path, raw: dict[str, Any]) -> Iterator[Line]:
    """Everything, with the clock."""
    peer = peers.read(options.peer)
    with env.postgresql() as server, contextlib.ExitStack() as stack:
        print(f"PostgreSQL {server.version()}{'' if server.own else ', not our own'}", flush=True)
        stock = stack.enter_context(env.databases(server, data, options.sizes))
        found = raw["pages"] = probed(options.names, stock)
        raw["beat"] = {n: database.facts["beat"] for n, database in stock.items()}
        if "queue" in options.names:
            ends = {n: stock[n] for n in (options.sizes[0], options.sizes[-1])}
            raw["pairs"] = {n: d.ask(queue.pairs(d.facts)) for n, d in ends.items()}
        for database in stock.values():
            database.close()
        webs = {n: stack.enter_context(env.web(d, server)) for n, d in stock.items()}
        # One page at every size, then the next: what is compared is timed side by side.
        targets = sorted(_targets(options.names, stock, found, webs), key=lambda one: one.key)
        memory = {n: _memory(webs[n]) for n in stock if "dashboard" in options.names}
        if peer:
            targets += peer.targets(tuple(options.names))
        print(f"  {len(targets)} targets in turn", flush=True)
        series = measure.rounds(
            targets, number=options.rounds, requests=options.requests, tell=env.say
        )
        raw["series"] = {f"{n}/{name}": one.as_json() for (name, n), one in series.items()}
        raw["memory"] = {n: measure.pss(web.pids()) for n, web in webs.items()}
    raw["medians"] = medians(series, raw)
    name = peer.name if peer else None
    if "queue" in options.names:
        yield from queue.timed(series, found)
        yield from queue.checked_pairs(raw["pairs"])
        yield from queue.beside(series, options.sizes, name)
    if "detail" in options.names:
        yield from detail.timed(series, found)
        yield from detail.beside(series, options.sizes, name)
    if "dashboard" in options.names:
        yield from dashboard.timed(series, found, memory)
        yield from dashboard.beside(series, options.sizes, name)


def _targets(
    names: Sequence[str],
    stock: dict[int, env.Database],
    found: Found,
    webs: dict[int, env.Web],
) -> Iterator[measure.Target]:
    """What is timed: every page that answers, and the floors."""
    for n in stock:
        for name, page in found[n].items():
            if page["status"] == 200 and not name.startswith("floor/queue"):
                yield measure.Target((name, n), webs[n], (page["url"],))
        yield measure.Target(("floor/ok", n), webs[n], ("/bench/ok/",))
        if "queue" in names:
            yield measure.Target(("floor/queue", n), webs[n], (queue.bare(found[n]),))


def _memory(web: env.Web) -> tuple[float, float]:
    """A worker's resident memory before and after a hundred looks at the figures, once warm."""
    target = measure.Target(("dashboard", 0), web, (dashboard.ADDRESS,))
    with contextlib.suppress(env.BenchError):
        for _ in range(60):
            measure.get(target)
        before = measure.rss(web.pids()) / env.WORKERS
        for _ in range(100):
            measure.get(target)
        return before, measure.rss(web.pids()) / env.WORKERS
    return 0.0, 0.0


def medians(series: dict[tuple[str, int], measure.Series], raw: dict[str, Any]) -> dict[str, str]:
    """The raw figures, one line for each target, floors first."""
    rows = {"\nmilliseconds per request, median (min–max) of the rounds": ""}
    for name, n in sorted(series, key=lambda key: (not key[0].startswith("floor"), *key)):
        one = raw["series"][f"{n}/{name}"]
        wall, cpu, web, base = (one[k] for k in ("wall", "cpu", "web_cpu", "database_cpu"))
        rows[f"{name} {n}"] = (
            f"{name:38} {goals.short(n):>5}  wall {wall['median']:7.2f}  "
            f"cpu {cpu['median']:7.2f} ({cpu['min']:.2f}–{cpu['max']:.2f})  "
            f"web {web['median']:.2f}  db {base['median']:.2f}  {one['bytes']} bytes"
        )
    for n, took in raw["beat"].items():
        rows[f"beat {n}"] = f"the beat's counting at {goals.short(n)}: {took or 'none'} seconds"
    for n, megabytes in raw["memory"].items():
        rows[f"memory {n}"] = f"two workers at {goals.short(n)}: {megabytes:.1f} MB PSS at the end"
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
