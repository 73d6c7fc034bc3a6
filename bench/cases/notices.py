"""Notices through a real worker to a real mail server, against Django's bare mail (P9)."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from bench import env, measure
from bench.goals import Line, short

NAME = "notices"
SHARE, OWN_CPU_MS, LATENCY_MS, MEMORY, PER_MAIL = 0.75, 1.8, 50.0, 1.10, 1.0
# Ten thousand in all, in turns with as many bare mails; then single ones on an idle machine.
TURNS, A_TURN, SINGLES, PAUSE = 5, 2_000, 80, 0.15
BATCH = 50


@dataclass
class Sink:
    """The mail server and what it wrote down."""

    port: int
    log: Path

    def arrived(self) -> dict[str, list[int]]:
        """When each Message-ID came, in nanoseconds."""
        found: dict[str, list[int]] = {}
        for line in self.log.read_text().splitlines():
            name, moment, _reader = line.split(" ")
            found.setdefault(name, []).append(int(moment))
        return found


@contextlib.contextmanager
def _process(words: Sequence[str], environment: dict[str, str], **more: Any) -> Iterator[Any]:
    process = subprocess.Popen(
        words, cwd=env.ROOT, env=environment, start_new_session=True, text=True, **more
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(8)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def sink(data: Path, environment: dict[str, str], port: int = 0) -> Iterator[Sink]:
    """The mail server in a process of its own, on a port from the kernel or a given one."""
    log = data / "sink.log"
    log.touch()
    words = [sys.executable, "-m", "bench.sink", str(log), str(port)]
    with _process(words, environment, stdout=subprocess.PIPE) as process:
        yield Sink(int(process.stdout.readline()), log)


@contextlib.contextmanager
def broker(data: Path) -> Iterator[str]:
    """A Redis of our own, in memory only."""
    binary = shutil.which("redis-server")
    if binary is None:
        raise env.BenchError("No redis-server: the 50 ms of P9 hold on Redis only.")
    path = data / "redis.sock"
    words = [binary, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(data)]
    with _process(words, dict(os.environ), stdout=subprocess.DEVNULL):
        client = redis.Redis(unix_socket_path=str(path))
        for _ in range(100):
            with contextlib.suppress(redis.RedisError):
                if client.ping():
                    break
            time.sleep(0.05)
        yield f"redis+socket://{path}"


@contextlib.contextmanager
def worker(environment: dict[str, str], job: env.Database, *, beat: bool = False) -> Iterator[int]:
    """The worker as `manage.py up` starts it; without the beat nothing else has its turn."""
    words = [sys.executable, "-m", "celery", "--quiet", "-A", "portal", "worker"]
    words += ["-P", "threads", "-c", "2", "--loglevel", "WARNING"]
    words += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    words += ["-B", "-s", str(Path(environment["DATA_DIR"]) / "beat")] if beat else []
    quiet = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    with _process(words, environment | quiet) as process:
        for _ in range(30):
            if job.do("notices/worker"):
                break
            if process.poll() is not None:
                raise env.BenchError("the worker ended by itself")
        else:
            raise env.BenchError("the worker does not answer")
        yield process.pid


def run(data: Path, raw: dict[str, Any], *, quick: bool) -> Iterator[Line]:
    """All of P9; `quick`: the statements alone, on SQLite."""
    if quick:
        with env.sqlite(data, (1000,)) as stock:
            raw["notices"] = stock[1000].do("notices/statements", sizes=[10, BATCH])
        yield from checked(raw["notices"], "SQLite")
        return
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(broker(data))
        except env.BenchError as problem:
            yield Line("P9", "notices", {}, f">={SHARE}", None, str(problem))
            return
        server = stack.enter_context(env.postgresql())
        job = stack.enter_context(env.databases(server, data, (1000,)))[1000]
        counted = job.do("notices/statements", sizes=[10, BATCH])
        job.close()
        said = stack.enter_context(sink(data, job.env))
        # One environment for the jobs and the worker: the same mail server, the same broker.
        job.env |= {"BROKER_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{said.port}"}
        pid = stack.enter_context(worker(job.env, job))
        name = job.url.rpartition("/")[2]
        found = raw["notices"] = measured(job, said, pid, server, name)
        job.close()
    yield from checked(counted, "PostgreSQL")
    yield from timed(found)


def measured(
    job: env.Database, said: Sink, pid: int, server: env.Server, name: str
) -> dict[str, Any]:
    """Turns of bare mails and of notices, the memory after each, then single notices."""
    turns, memory = [], []
    _drained(job, said, 200, start=9_000_000)  # warm: templates, line, statements
    job.do("notices/bare", n=200)
    before = job.do("notices/tasks")
    for turn in range(TURNS):
        bare = job.do("notices/bare", n=A_TURN)
        backends = server.backends(name)
        own, base = measure.cpu([pid]), measure.cpu(backends)
        wall = _drained(job, said, A_TURN, start=turn * A_TURN)
        turns.append(
            {
                "bare": bare,
                "own": (measure.cpu([pid]) - own) / A_TURN,
                "base": (measure.cpu(backends) - base) / A_TURN,
                "wall": wall / A_TURN,
            }
        )
        memory.append(measure.rss([pid]))
        env.say(f"  turn {turn + 1} of {TURNS}: {A_TURN / wall:,.0f} notices a second")
    ran = job.do("notices/tasks")
    time.sleep(1)
    singles = job.do("notices/one_by_one", n=SINGLES, pause=PAUSE, start=5_000_000)
    time.sleep(1)
    arrived = said.arrived()
    return {
        "turns": turns,
        "memory": memory,
        "tasks": ran.get("notifications.tasks.deliver_batch", 0)
        - before.get("notifications.tasks.deliver_batch", 0),
        "singles": [(arrived[one][0] - moment) / 1e6 for one, moment in singles if one in arrived],
        "missing": sum(one not in arrived for one, _moment in singles),
        "doubled": sum(len(moments) - 1 for key, moments in arrived.items() if key != "-"),
        "states": job.do("notices/states"),
    }


def _drained(job: env.Database, said: Sink, n: int, *, start: int) -> float:
    """Write `n` notices and wait until the server has them all; seconds from first to last."""
    names = set(job.do("notices/fill", n=n, start=start))
    end = time.monotonic() + 120
    while time.monotonic() < end:
        arrived = said.arrived()
        if names <= arrived.keys():
            moments = [arrived[one][0] for one in names]
            return (max(moments) - min(moments)) / 1e9
        time.sleep(0.3)
    raise env.BenchError(f"{len(names - said.arrived().keys())} of {n} notices never came")


def checked(found: Mapping[Any, int], where: str) -> Iterator[Line]:
    """One statement for each mail beside what a batch costs."""
    few, many = sorted(int(key) for key in found)
    counts = {int(key): value for key, value in found.items()}
    each = (counts[many] - counts[few]) / (many - few)
    yield Line(
        "P9",
        "notices/sql",
        {"sql": f"{few}={counts[few]} {many}={counts[many]}", "a mail": f"{each:.2f}", "on": where},
        f"<={PER_MAIL:g} a mail",
        each <= PER_MAIL,
    )


def timed(found: Mapping[str, Any]) -> Iterator[Line]:
    """Rate, own processor time, tasks, waiting time, memory."""
    turns = found["turns"]
    shares = [one["bare"]["cpu"] * 1000 / one["own"] for one in turns]
    walls = [one["bare"]["wall"] / one["wall"] for one in turns]
    own = statistics.median(one["own"] for one in turns)
    base = statistics.median(one["base"] for one in turns)
    bare = statistics.median(one["bare"]["cpu"] for one in turns) * 1000
    yield Line(
        "P9",
        "notices:bare mail",
        {
            "cpu": f"{statistics.median(shares):.2f} ({min(shares):.2f}–{max(shares):.2f})",
            "wall": f"{statistics.median(walls):.2f}",
            "a second": f"{1 / statistics.median(o['wall'] for o in turns):,.0f}:"
            f"{1 / statistics.median(o['bare']['wall'] for o in turns):,.0f}",
            "against": "one reused line, compiled templates",
        },
        f">={SHARE}",
        statistics.median(shares) >= SHARE,
    )
    yield Line(
        "P9",
        "notices/cpu",
        {"ms a mail": f"{own:.2f}", "bare": f"{bare:.2f}", "database": f"{base:.2f}"},
        f"<={OWN_CPU_MS}",
        own <= OWN_CPU_MS,
    )
    total = TURNS * A_TURN
    most = total // BATCH + TURNS * 2
    yield Line(
        "P9",
        "notices/tasks",
        {"notices": f"{total:,}", "tasks": str(found["tasks"])},
        f"<={most}",
        0 < found["tasks"] <= most,
    )
    waits = sorted(found["singles"])
    p95 = waits[int(len(waits) * 0.95)] if waits else float("inf")
    yield Line(
        "P9",
        "notices/commit to server",
        {
            "p50": f"{statistics.median(waits):.0f} ms" if waits else "–",
            "p95": f"{p95:.0f} ms",
            "missing": str(found["missing"]),
        },
        f"<={LATENCY_MS:g}",
        p95 <= LATENCY_MS and not found["missing"],
    )
    first, last = found["memory"][0], found["memory"][-1]
    yield Line(
        "P9",
        f"notices/memory {short(total)}:{short(A_TURN)}",
        {"rss": f"{first:.1f}→{last:.1f} MB"},
        f"<={MEMORY}",
        last <= first * MEMORY,
    )
    whole = {"sent"} == set(found["states"]) and not found["doubled"]
    yield Line(
        "P9",
        "notices/all told once",
        {"states": str(found["states"]), "doubled": str(found["doubled"])},
        "",
        whole,
    )
