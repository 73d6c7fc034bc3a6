"""Real processes for the fault tests: worker, mail server, databases; each ends what it started."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from tests.faults.sink import Sink

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that the kernel says is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true: Callable[[], object], seconds: float, what: str) -> None:
    """Wait for something that another process does; say what it was when it does not come."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            pytest.fail(f"after {seconds} s still not: {what}")
        time.sleep(0.05)


class Site:
    """One portal with a database, a broker and a data folder of its own."""

    def __init__(self, env: dict[str, str], **more: str) -> None:
        self.env = env | more
        self.folder = Path(env["DATA_DIR"])
        self.processes: list[subprocess.Popen[bytes]] = []
        for part in ("messages", "control", "processed"):
            (self.folder / "broker" / part).mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "-v0")

    def manage(self, *words: str, **more: str) -> str:
        """Run a management command; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            check=False,
            cwd=ROOT,
            env=self.env | more,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str, **more: str) -> str:
        """Run lines of Python inside the portal; what they print."""
        return self.manage("shell", "-v0", "-c", code, **more).strip()

    def start_worker(
        self, *, app: str = "portal", beat: bool = True, **more: str
    ) -> subprocess.Popen[bytes]:
        """A real Celery worker, as the trial runs it."""
        (self.folder / "beat-schedule").unlink(missing_ok=True)
        log = (self.folder / "worker.log").open("ab")
        with log:
            worker = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", app, "worker"),
                    *(["-B"] if beat else []),
                    *("-P", "threads", "-c", "2", "--loglevel", "WARNING"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                cwd=ROOT,
                env=self.env | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(worker)
        return worker

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a process and whatever it started: no goodbye, as by the kernel."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        """End what this site started."""
        for process in self.processes:
            self.kill(process)

    def log(self) -> str:
        """What the workers wrote, for a failure's message."""
        path = self.folder / "worker.log"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def smtp_sink() -> Iterator[Sink]:
    """A running SMTP server on a port from the kernel."""
    sink = Sink().start()
    yield sink
    sink.stop()


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of our own, in memory only; the test is skipped, visibly, where there is none."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server is not installed")
    port = free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port)

    def answers() -> bool:
        with contextlib.suppress(redis.ConnectionError):
            return bool(client.ping())
        return False

    wait_until(answers, 10, "Redis answers")
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A database of our own on a running PostgreSQL; skipped, visibly, where there is none."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        server = "postgres://postgres@127.0.0.1:5432/postgres"
    try:
        admin = psycopg2.connect(server, connect_timeout=2)
    except psycopg2.OperationalError:
        pytest.skip("no PostgreSQL is running")
    admin.autocommit = True
    name = f"faults_{uuid.uuid4().hex[:12]}"
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    yield f"{server.rpartition('/')[0]}/{name}"
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture
def trial(product_env: dict[str, str], smtp_sink: Sink) -> Iterator[Site]:
    """The portal as `bin/run` starts it: SQLite and the file broker, with a mail server."""
    site = Site(product_env, EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}", EMAIL_TIMEOUT="3")
    yield site
    site.stop()


@pytest.fixture
def work(
    product_env: dict[str, str], smtp_sink: Sink, postgres_url: str, redis_url: str
) -> Iterator[Site]:
    """The portal at work: PostgreSQL and Redis, with a mail server."""
    site = Site(
        product_env,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}",
        EMAIL_TIMEOUT="3",
        DATABASE_URL=postgres_url,
        BROKER_URL=redis_url,
    )
    yield site
    site.stop()


@pytest.fixture(params=["trial", "work"])
def site(request: pytest.FixtureRequest) -> Site:
    """Once as the trial runs, once as the real thing runs."""
    return request.getfixturevalue(request.param)
