"""Everything a run starts, and its end: a PostgreSQL of its own, databases, web servers."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bin" / "bootstrap"))
import servers  # noqa: E402 - the set-up's scripts are no package

SERVERS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "256MB",
    # Nothing of its own accord while pages are timed; the seed vacuums and analyses.
    "autovacuum": "off",
    "log_statement": "none",
}
WORKERS = 2
# Only these reach what a run starts: nothing of this shell's settings does.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "ASSETS_DIR")


class BenchError(Exception):
    """A run cannot be had here; the text says why and what helps."""


def stop_in_order() -> None:
    """Let the usual signals end the run through its context managers."""

    def stop(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, stop)


@dataclass
class Database:
    """One database of a size, and the process inside the portal that works on it."""

    url: str
    env: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    _inside: subprocess.Popen[str] | None = None

    def do(self, job: str, **words: Any) -> Any:
        """Have a job of `bench.inside` done; its answer. Raises BenchError with its trace."""
        if self._inside is None:
            self._inside = subprocess.Popen(
                [sys.executable, "-m", "bench.inside"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        print(json.dumps({"do": job, **words}), file=self._inside.stdin, flush=True)
        line = self._inside.stdout.readline() if self._inside.stdout else ""
        said = json.loads(line or '{"error": "it ended by itself"}')
        if "error" in said:
            raise BenchError(f"{job} failed inside the portal:\n{said['error']}")
        return said["said"]

    def close(self) -> None:
        """End the process inside."""
        if self._inside is not None:
            if self._inside.stdin:
                self._inside.stdin.close()
            self._inside.wait(20)
            self._inside = None

    def load(self, n: int) -> None:
        """Load `n` cases and count what the beat counts."""
        self.facts = self.do("fill", n=n)
        self.facts["beat"] = self.do("count")

    def ask(self, pages: dict[str, str]) -> dict[str, dict[str, Any]]:
        """What pages ask of the database, by their names (`bench.probe`)."""
        found: dict[str, dict[str, Any]] = self.do("ask", cookie=self.facts["cookie"], pages=pages)
        return found


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder for the run, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        path = Path(name)
        path.chmod(0o755)
        (path / "static").mkdir()
        yield path


def environment(data: Path, url: str) -> dict[str, str]:
    """What the portal's processes see: as at work, but on loopback and with the floors' pages."""
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # The look that the set-up fetched: with it the pages are as large as at work.
    for assets in (ROOT / "var" / "assets", ROOT / ".venv-setup" / "test-assets"):
        if assets.is_dir():
            env.setdefault("ASSETS_DIR", str(assets))
    return env | {
        "DATABASE_URL": url,
        "DATA_DIR": str(data),
        "DEMO": "no",
        "DEBUG": "no",
        "SECRET_KEY": "only for this run " * 4,
        "CONN_MAX_AGE": "600",
        "DJANGO_SETTINGS_MODULE": "bench.site",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": "WARNING",
        # Everything is counted as at work, but one machine posts for thousands; and nothing waits.
        "POST_LIMIT_FACTOR": "1000000",
        "EVEN_SECONDS": "0",
    }


@dataclass
class Server:
    """A PostgreSQL in which databases can be made; `own` when nobody else uses it."""

    base: str
    own: bool
    made: list[str] = field(default_factory=list)

    def sql(self, statement: str, *values: object) -> list[Any]:
        """Run one statement in the maintenance database; its rows."""
        connection = psycopg2.connect(f"{self.base}/postgres")
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def create(self, name: str, template: str = "template0") -> str:
        """A new database; its URL."""
        encoding = " ENCODING 'UTF8'" if template == "template0" else ""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{encoding}')
        self.made.append(name)
        return f"{self.base}/{name}"

    def drop_all(self) -> None:
        """Remove what this run made."""
        for name in reversed(self.made):
            with contextlib.suppress(psycopg2.Error):
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def backends(self, name: str) -> list[int]:
        """Process numbers of the backends that serve clients of a database."""
        rows = self.sql(
            "SELECT pid FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND datname = %s",
            name,
        )
        return [pid for (pid,) in rows]

    def version(self) -> str:
        """The server's version."""
        return str(self.sql("SHOW server_version")[0][0]).split()[0]


@dataclass(frozen=True)
class Web:
    """A running web server and the processes that answer."""

    port: int
    master: int
    cookie: str
    server: Server
    database: str

    def backends(self) -> list[int]:
        """The database's processes that work for it now."""
        return self.server.backends(self.database)

    def pids(self) -> list[int]:
        """The workers; the master only watches."""
        path = Path(f"/proc/{self.master}/task/{self.master}/children")
        return [int(pid) for pid in path.read_text().split()]


@contextlib.contextmanager
def postgresql() -> Iterator[Server]:
    """A cluster of our own; else, where none can be started, the server of DATABASE_URL."""
    with contextlib.ExitStack() as stack:
        base = stack.enter_context(servers.cluster(SERVERS))
        own = base is not None
        if base is None:
            given = os.environ.get("DATABASE_URL") or os.environ.get("TEST_POSTGRES_URL", "")
            if not given.startswith("postgres"):
                raise BenchError(
                    "No PostgreSQL: no initdb on this machine, and DATABASE_URL names none."
                )
            base = re.sub(r"^(\w+://[^/?]*).*", r"\1", given)
        server = Server(base, own)
        stack.callback(server.drop_all)
        yield server


@contextlib.contextmanager
def databases(server: Server, data: Path, sizes: Sequence[int]) -> Iterator[dict[int, Database]]:
    """One filled database for each size, all made from the same empty one."""
    prefix = f"bench_{os.getpid()}"
    with contextlib.ExitStack() as stack:
        empty = _database(server.create(f"{prefix}_base"), data, stack)
        empty.do("base")
        empty.close()
        found = {}
        for n in sizes:
            url = server.create(f"{prefix}_{n}", template=f"{prefix}_base")
            found[n] = _database(url, data, stack)
            found[n].load(n)
            say(f"  {n:>9,} cases loaded in {found[n].facts['seconds']} s")
        yield found


@contextlib.contextmanager
def sqlite(data: Path, sizes: Sequence[int]) -> Iterator[dict[int, Database]]:
    """The same on SQLite files."""
    with contextlib.ExitStack() as stack:
        base = data / "bench_base.sqlite3"
        empty = _database(f"sqlite:///{base}", data, stack)
        empty.do("base")
        empty.close()
        found = {}
        for n in sizes:
            path = data / f"bench_{n}.sqlite3"
            shutil.copyfile(base, path)
            found[n] = _database(f"sqlite:///{path}", data, stack)
            found[n].load(n)
        say(f"  the same sizes on SQLite: {', '.join(f'{n:,}' for n in sizes)}")
        yield found


@contextlib.contextmanager
def bare(server: Server | None, data: Path, job: str) -> Iterator[Database]:
    """One database without cases, made by a job of its own; on SQLite where no server is given."""
    with contextlib.ExitStack() as stack:
        path = data / "bench_bare.sqlite3"
        url = server.create(f"bench_{os.getpid()}_bare") if server else f"sqlite:///{path}"
        made = _database(url, data, stack)
        made.do(job)
        yield made


def _database(url: str, data: Path, stack: contextlib.ExitStack) -> Database:
    made = Database(url, environment(data, url))
    stack.callback(made.close)
    return made


def say(line: str) -> None:
    """One line of progress."""
    print(line, flush=True)


@contextlib.contextmanager
def web(database: Database, server: Server) -> Iterator[Web]:
    """gunicorn as the launcher starts it, two workers, on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = [sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--preload"]
    words += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
    words += ["--workers", str(WORKERS), "--timeout", "300", "--graceful-timeout", "3"]
    words += ["--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=database.env | {"PUBLIC_URL": f"http://127.0.0.1:{port}"},
        start_new_session=True,
    )
    try:
        _until_healthy(process, port)
        name = urllib.parse.urlsplit(database.url).path.rpartition("/")[2]
        yield Web(port, process.pid, database.facts.get("cookie", ""), server, name)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(8)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BenchError(f"the web server ended by itself (code {process.returncode})")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise BenchError("the web server does not answer /healthz within 60 s")
