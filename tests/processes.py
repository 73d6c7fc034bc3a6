"""Real processes for tests: web server, worker, databases. Each ends what it started."""

import contextlib
import http.client
import os
import re
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

ROOT = Path(__file__).resolve().parents[1]


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


def environment(data: Path) -> dict[str, str]:
    """The environment for a real process of the portal: its own data folder, no test settings."""
    settings = (ROOT / "portal" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"""(?:env\.\w+|flag)\(\s*"([A-Z_]+)\"""", settings))
    env = {name: value for name, value in os.environ.items() if name not in read}
    env |= {
        "DATA_DIR": str(data),
        "DEMO": "yes",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUNBUFFERED": "1",
        # Two seconds and 260 MB less for each process; `bench/` runs the product's own choice.
        "SEARCH_TOKENISER": "bigram",
        # A thousand companies of a test post from one machine.
        "POST_LIMIT_FACTOR": "1000000",
    }
    (data / "static").mkdir(parents=True, exist_ok=True)
    return env


class Site:
    """One portal with a database, a broker and a data folder of its own."""

    def __init__(self, env: dict[str, str], *, migrate: bool = True, **more: str) -> None:
        self.env = env | more
        self.folder = Path(env["DATA_DIR"])
        self.processes: list[subprocess.Popen[bytes]] = []
        for part in ("messages", "control", "processed"):
            (self.folder / "broker" / part).mkdir(parents=True, exist_ok=True)
        if migrate:
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
            timeout=300,
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
        return self._start(
            "worker.log",
            [
                *(sys.executable, "-m", "celery", "-A", app, "worker"),
                *(["-B"] if beat else []),
                *("-P", "threads", "-c", "2", "--loglevel", "WARNING"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            **more,
        )

    def start_web(self, port: int, *, seconds: float = 30, **more: str) -> subprocess.Popen[bytes]:
        """A real gunicorn as `manage.py up` runs it, on a port of the caller's."""
        web = self._start(
            "web.log",
            [
                *(sys.executable, "-m", "gunicorn", "portal.wsgi:application", "--preload"),
                *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
                *("--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "6"),
                *("--no-control-socket", "--log-level", "warning"),
            ],
            **({"PUBLIC_URL": f"http://127.0.0.1:{port}"} | more),
        )
        wait_until(lambda: listens(port), seconds, f"the web server listens\n{self.log('web.log')}")
        return web

    def _start(self, log: str, words: list[str], **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / log).open("ab") as out:
            process = subprocess.Popen(
                words,
                cwd=ROOT,
                env=self.env | more,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a process and whatever it started: no goodbye, as by the kernel."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        """End what this site started."""
        for process in self.processes:
            self.kill(process)

    def log(self, name: str = "worker.log") -> str:
        """What the processes wrote, for a failure's message."""
        path = self.folder / name
        return path.read_text() if path.exists() else ""


def listens(port: int) -> bool:
    """Whether a web server answers on the port, with whatever status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def redis_server(*, port: int = 0) -> Iterator[str]:
    """A Redis of our own, in memory only; skipped, visibly, where there is none."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary is None:
        offered = os.environ.get("TEST_REDIS_URLS", "").split(",")[0]
        if not offered:
            pytest.skip("redis-server is not installed and no Redis is offered")
        redis.Redis.from_url(offered).flushdb()
        yield offered
        return
    port = port or free_port()
    server = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    client = redis.Redis(port=port)

    def answers() -> bool:
        with contextlib.suppress(redis.ConnectionError):
            return bool(client.ping())
        return False

    try:
        wait_until(answers, 10, "Redis answers")
        client.close()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


@contextlib.contextmanager
def postgres_database(like: str = "") -> Iterator[str]:
    """A database of our own on a running PostgreSQL; skipped, visibly, where there is none.

    It begins empty, or as a copy of the one whose address is `like`, to which nobody may be
    connected.
    """
    server = os.environ.get("TEST_POSTGRES_URL", "") or os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        server = "postgres://postgres@127.0.0.1:5432"
    # With or without a database behind the host: ours stands beside it.
    server = re.sub(r"^(\w+://[^/?]*)(?:/[^?]*)?", r"\1/{}", server)
    try:
        admin = psycopg2.connect(server.format("postgres"), connect_timeout=2)
    except psycopg2.OperationalError:
        pytest.skip("no PostgreSQL is running")
    admin.autocommit = True
    name = f"faults_{uuid.uuid4().hex[:12]}"
    with admin.cursor() as cursor:
        template = like.rpartition("/")[2] or "template0"
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
    try:
        yield server.format(name)
    finally:
        with admin.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.close()
