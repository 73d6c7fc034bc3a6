"""A seeded storm: notices are written while whatever delivers them is killed and started again.

Everything is a real process of its own and dies by SIGKILL. What was promised is what the writers
noted down after their commit; what was kept is what the mail server noted down before its answer.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from tests.processes import ROOT, environment, free_port

sys.path.insert(0, str(ROOT / "bin" / "bootstrap"))
import servers

# Several notices go to one reader about one case: their order is part of the promise.
A_CASE = 3
# What may be down, and for how long (seconds): a restart, not an afternoon.
DOWN = {
    "worker": (0.1, 1.0),
    "second worker": (0.1, 1.0),
    "beat": (0.5, 4.0),
    "broker": (0.3, 3.0),
    "mail server": (0.3, 3.0),
    "database": (0.2, 1.0),
}
WRITER = """
import sys, time
from django.db import InterfaceError, OperationalError, connection, transaction
from notifications import outbox, texts
start, count, pause, path = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
facts = texts.sample("sample")
with open(path, "a", buffering=1) as ledger:
    for number in range(start, start + count):
        case = number // {a_case}
        while True:
            try:
                with transaction.atomic():
                    row = outbox.enqueue(
                        "sample", to=f"reader-{{case}}@d{{case % 97}}.example", context=facts,
                        subject_key=f"case-{{case}}", dedupe=f"storm-{{number}}",
                    )
                break
            except (InterfaceError, OperationalError):
                connection.close()
                time.sleep(0.1)
        ledger.write(f"{{number}} {{row.message_id}}\\n")
        time.sleep(pause)
time.sleep(0.3)
"""
# The positive control: after commit straight to the broker, as many projects do it.
NAIVE_WRITER = """
import sys, time
from tests.faults import naive
start, count, pause, path = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
with open(path, "a", buffering=1) as ledger:
    for number in range(start, start + count):
        address = f"reader-{number}@d{number % 97}.example"
        try:
            naive.enqueue([address])
        except Exception:
            pass
        ledger.write(f"{number} {address}\\n")
        time.sleep(pause)
"""


class NotHereError(Exception):
    """This machine lacks a part; the text says which."""


@dataclass
class Result:
    """What the storm left."""

    seed: int
    notices: int
    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    # A second mail that no mail program can recognise as the first one.
    unrecognisable: int = 0
    disordered: int = 0
    # Seconds from the end of the last fault to the last mail.
    drained: float = 0.0
    seconds: float = 0.0
    states: Counter[str] = field(default_factory=Counter)

    def wrong(self, *, drain: float, doubled: float) -> list[str]:
        """Each promise that was broken, in words."""
        found = []
        if self.lost:
            found.append(f"{self.lost} lost")
        if self.unrecognisable:
            found.append(f"{self.unrecognisable} unrecognisable")
        if self.disordered:
            found.append(f"{self.disordered} out of order")
        if self.doubled > doubled * self.notices:
            found.append(f"{self.doubled} doubled, of {doubled * self.notices:g} at most")
        if self.drained > drain:
            found.append(f"drained after {self.drained:.1f} s")
        return found

    def __str__(self) -> str:
        kills = ", ".join(f"{name} {number}" for name, number in sorted(self.kills.items()))
        return (
            f"seed {self.seed}: {self.notices:,} notices, {self.kills.total()} kills ({kills}); "
            f"lost {self.lost}, doubled {self.doubled}, out of order {self.disordered}, "
            f"drained {self.drained:.1f} s after the last fault, {self.seconds:.0f} s in all"
        )


class Storm:
    """The parts of a portal at work, each of which can be killed and started again."""

    def __init__(self, folder: Path, cluster: servers.Cluster, *, naive: bool = False) -> None:
        self.folder, self.cluster, self.naive = folder, cluster, naive
        self.arrived = folder / "arrived.log"
        self.arrived.touch()
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._broker_port, self._mail_port = free_port(), free_port()
        self._redis = shutil.which("redis-server") or shutil.which("valkey-server")
        if self._redis is None:
            raise NotHereError("no redis-server on this machine")
        self.env = environment(folder) | {
            "DATABASE_URL": f"{cluster.base}/storm",
            "BROKER_URL": f"redis://127.0.0.1:{self._broker_port}/0",
            "EMAIL_URL": f"smtp://127.0.0.1:{self._mail_port}",
            "EMAIL_TIMEOUT": "5",
            "PYTHONPATH": str(ROOT),
        }

    @property
    def parts(self) -> tuple[str, ...]:
        """What can be killed."""
        return tuple(DOWN)

    def prepare(self) -> None:
        """The database with its tables."""
        admin = psycopg2.connect(f"{self.cluster.base}/postgres")
        admin.autocommit = True
        with admin.cursor() as cursor:
            cursor.execute("CREATE DATABASE storm TEMPLATE template0 ENCODING 'UTF8'")
        admin.close()
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=self.env, check=True
        )

    def start(self, part: str) -> None:
        """Start a part; it need not be ready when this returns."""
        if part == "database":
            self.cluster.start()
            return
        app = "tests.faults.naive" if self.naive else "portal"
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", app]
        words = {
            "broker": [
                *(self._redis, "--port", str(self._broker_port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
            "mail server": [
                *(sys.executable, "-m", "bench.sink"),
                *(str(self.arrived), str(self._mail_port)),
            ],
            "beat": [*celery, "beat", "-s", str(self.folder / "beat"), "-l", "ERROR"],
        }
        worker = [*celery, "worker", "-P", "threads", "-c", "2", "-l", "ERROR"]
        worker += ["-n", part.replace(" ", "-"), "--without-gossip", "--without-mingle"]
        with (self.folder / f"{part}.log").open("ab") as log:
            self._running[part] = subprocess.Popen(
                [str(word) for word in words.get(part, worker)],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, part: str) -> None:
        """SIGKILL: no goodbye."""
        if part == "database":
            self.cluster.kill()
            return
        process = self._running.pop(part, None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def stop(self) -> None:
        """End whatever this storm started."""
        for part in list(self._running):
            self.kill(part)

    def writer(self, start: int, count: int, pause: float) -> subprocess.Popen[bytes]:
        """A process that writes notices and notes down each one that was committed."""
        code = NAIVE_WRITER if self.naive else WRITER.format(a_case=A_CASE)
        script = self.folder / "writer.py"
        boot = "import django; django.setup()\n"
        script.write_text(boot + code, "utf-8")
        ledger = str(self.folder / f"ledger-{start}.log")
        words = [sys.executable, str(script), str(start), str(count), str(pause), ledger]
        with (self.folder / "writer.log").open("ab") as log:
            return subprocess.Popen(
                words, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def promised(self) -> dict[int, str]:
        """What was committed: the number of each notice and its Message-ID (naive: address)."""
        found = {}
        for path in self.folder.glob("ledger-*.log"):
            for line in path.read_text().splitlines():
                number, _space, name = line.partition(" ")
                found[int(number)] = name
        return found

    def received(self) -> list[tuple[str, float]]:
        """What the mail server accepted, in order: Message-ID (naive: reader) and second."""
        found = []
        for line in self.arrived.read_text().splitlines():
            parts = line.split(" ")
            if len(parts) == 3:  # a line that its process did not finish is no acceptance
                found.append((parts[2] if self.naive else parts[0], int(parts[1]) / 1e9))
        return found

    def states(self) -> Counter[str]:
        """Where the rows stand."""
        line = psycopg2.connect(f"{self.cluster.base}/storm")
        with line, line.cursor() as cursor:
            cursor.execute("SELECT state, count(*) FROM notifications_notice GROUP BY state")
            found = Counter(dict(cursor.fetchall()))
        line.close()
        return found


@contextlib.contextmanager
def storm(folder: Path, *, naive: bool = False) -> Iterator[Storm]:
    """A portal at work with a database of its own; raises NotHereError where parts lack."""
    with servers.own_cluster({"fsync": "off", "synchronous_commit": "on"}) as cluster:
        if cluster is None or not cluster.start():
            raise NotHereError("no PostgreSQL binaries on this machine")
        made = Storm(folder, cluster, naive=naive)
        try:
            made.prepare()
            yield made
        finally:
            made.stop()


def rage(
    here: Storm, *, seed: int, notices: int, kills: int, seconds: float, patience: float = 90
) -> Result:
    """Write `notices` over about `seconds` while `kills` faults fall; wait; count."""
    draw = random.Random(seed)  # noqa: S311 - the same storm for the same seed
    for part in here.parts:
        if part != "database":
            here.start(part)
    half = notices // 2 - (notices // 2) % A_CASE
    pause = seconds / max(half, 1) * 0.7
    writers = [here.writer(0, half, pause), here.writer(half, notices - half, pause)]
    result = Result(seed, notices)
    back: dict[str, float] = {}
    _wait_for_words(here)
    began = time.monotonic()
    strikes = sorted(draw.uniform(0, seconds) for _ in range(kills))
    # Each part falls at least once where there are as many strikes.
    order = draw.sample(here.parts, len(here.parts))
    order += [draw.choice(here.parts) for _ in strikes[len(order) :]]
    for strike, part in zip(strikes, order, strict=False):
        down = draw.uniform(*DOWN[part])
        _wait_until(here, back, began + strike)
        # Where it lies on the ground already, another one is struck.
        struck = part if part not in back else next(one for one in here.parts if one not in back)
        here.kill(struck)
        result.kills[struck] += 1
        back[struck] = time.monotonic() + down
    _wait_until(here, back, max([*back.values(), time.monotonic()]))
    for writer in writers:
        writer.wait(seconds * 3 + 120)
    ended = max(time.monotonic(), 0.0)
    deadline = ended + patience
    while time.monotonic() < deadline:
        told = {name for name, _moment in here.received()}
        if not here.naive and set(here.promised().values()) <= told:
            break
        time.sleep(0.5)
    return _counted(here, result, ended, began)


def _wait_for_words(here: Storm) -> None:
    """Until both writers write: a storm before that would fall on nothing."""
    end = time.monotonic() + 120
    while len(list(here.folder.glob("ledger-*.log"))) < 2 or not here.promised():
        if time.monotonic() > end:
            raise RuntimeError((here.folder / "writer.log").read_text()[-2000:])
        time.sleep(0.1)


def _wait_until(here: Storm, back: dict[str, float], moment: float) -> None:
    """Let time pass, and raise again what has lain long enough."""
    while True:
        now = time.monotonic()
        for part in [part for part, when in back.items() if when <= now]:
            del back[part]
            here.start(part)
        if now >= moment and not (back and moment >= max(back.values())):
            return
        time.sleep(0.02)


def _counted(here: Storm, result: Result, ended: float, began: float) -> Result:
    promised, received = here.promised(), here.received()
    times = Counter(name for name, _moment in received)
    result.notices = len(promised)
    result.lost = sum(name not in times for name in promised.values())
    result.doubled = sum(times.values()) - len(times)
    known = set(promised.values())
    result.unrecognisable = sum(name not in known for name in times)
    first: dict[str, float] = {}
    for name, moment in received:
        first.setdefault(name, moment)
    last: dict[int, float] = {}
    for number in sorted(promised):
        moment = first.get(promised[number], 0.0)
        if moment < last.get(number // A_CASE, 0.0):
            result.disordered += 1
        last[number // A_CASE] = moment
    result.drained = max(0.0, max((m for _n, m in received), default=0.0) - ended)
    result.seconds = time.monotonic() - began
    result.states = here.states()
    return result
