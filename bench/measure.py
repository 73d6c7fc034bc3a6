"""Times addresses in turns and reads what the kernel booked for it on web and database."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.env import BenchError, Web


@dataclass(frozen=True)
class Target:
    """One page on one web server, by all the addresses that make it up; `key` is its name."""

    key: tuple[str, int]
    web: Web
    urls: tuple[str, ...]

    def headers(self) -> dict[str, str]:
        """What a browser that is signed in sends."""
        cookie = self.web.cookie
        if "=" not in cookie:
            cookie = f"sessionid={cookie}"
        return {"Cookie": cookie, "Connection": "close", "Accept-Encoding": "identity"}


@dataclass
class Series:
    """What was measured of one target, a figure for each round (milliseconds per request)."""

    wall: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def cpu(self) -> list[float]:
        """Web and database together."""
        return [a + b for a, b in zip(self.web, self.database, strict=True)]

    def as_json(self) -> dict[str, object]:
        """Medians of the rounds with their spread."""
        kinds = {"wall": self.wall, "p95": self.p95, "web_cpu": self.web}
        kinds |= {"database_cpu": self.database, "cpu": self.cpu}
        found: dict[str, object] = {"bytes": self.size, "rounds": len(self.wall)}
        for name, values in kinds.items():
            found[name] = {
                "median": round(statistics.median(values), 3),
                "min": round(min(values), 3),
                "max": round(max(values), 3),
            }
        return found


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the rounds' ratios: both sides of a round met the same neighbours."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True) if b)


def rounds(
    targets: Sequence[Target],
    *,
    number: int,
    requests: int,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[tuple[str, int], Series]:
    """Every target in turn, so many times; before that each once to warm both workers."""
    found = {target.key: Series() for target in targets}
    for target in targets:
        for _ in range(6):
            found[target.key].size = get(target)[1]
    for turn in range(number):
        began = time.monotonic()
        # There and back: what grows or fades on the machine meets both sides alike.
        for target in targets if turn % 2 == 0 else reversed(targets):
            backends = target.web.backends()
            workers = target.web.pids()
            before = cpu(workers), cpu(backends)
            walls = [get(target)[0] for _ in range(requests)]
            after = cpu(workers), cpu(backends)
            if workers != target.web.pids():
                raise BenchError("a web worker died while it was measured")
            series = found[target.key]
            series.wall.append(statistics.median(walls))
            series.p95.append(sorted(walls)[max(0, int(len(walls) * 0.95) - 1)])
            series.web.append((after[0] - before[0]) / requests)
            series.database.append((after[1] - before[1]) / requests)
        tell(f"  round {turn + 1} of {number}: {time.monotonic() - began:.0f} s")
    return found


def get(target: Target) -> tuple[float, int]:
    """The page once: milliseconds and bytes. Anything but 200 ends the run."""
    wall, size = 0.0, 0
    for url in target.urls:
        connection = http.client.HTTPConnection("127.0.0.1", target.web.port, timeout=300)
        began = time.perf_counter()
        try:
            connection.request("GET", url, headers=target.headers())
            response = connection.getresponse()
            size += len(response.read())
            if response.status != 200:
                where = response.getheader("Location", "")
                raise BenchError(f"{url} answers {response.status} {where}")
            wall += (time.perf_counter() - began) * 1000
        finally:
            connection.close()
    return wall, size


def cpu(pids: Iterable[int]) -> float:
    """Milliseconds that the processes, all their threads, were on a processor so far."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(task.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / 1e6


def rss(pids: Iterable[int]) -> float:
    """Resident memory of the processes in megabytes; what they share is counted for each."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total / 1024


def pss(pids: Iterable[int]) -> float:
    """Proportional memory of the processes in megabytes."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
