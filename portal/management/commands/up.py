"""`manage.py up`: web server, worker and schedule as children of one launcher."""

import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.config import KNOWN_SETTINGS

from portal.launcher import Children

START_SECONDS = 60
# Celery's warning about root speaks of pickled tasks, which this worker does not accept.
_QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
_ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(BaseCommand):
    """Start everything, say where it is, and stop everything on a signal."""

    help = "Starts the web server, the worker and the schedule; Ctrl-C stops them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000, help="0 takes any free port")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal comes or a child dies."""
        lock = _own_data_dir()
        listening = _listen(options["host"], options["port"])
        url = _public_url(options["host"], listening.getsockname()[1])
        for folder in _folders():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The handlers only take a note: an exception out of one could leave a lock of
        # subprocess taken, and the last wait for the children would never end.
        self.asked_to_stop = False
        for number in _ENDS:
            signal.signal(number, self._stop)
        env = os.environ | {"PUBLIC_URL": url, "PYTHONUNBUFFERED": "1"}
        env.pop("DATA_LOCK_FD", None)
        children = Children()
        code = 0
        try:
            socket_fd = listening.fileno()
            children.start(
                "web server", _web(socket_fd), env=env, cwd=settings.BASE_DIR, keep=[socket_fd]
            )
            children.start("worker", _worker(), env=env | _QUIET, cwd=settings.BASE_DIR)
            code = self._watch(children, listening, url)
            if self.asked_to_stop:
                self.stdout.write("\nStopping …")
        finally:
            # A second Ctrl-C must not leave children behind.
            for number in _ENDS:
                signal.signal(number, signal.SIG_IGN)
            children.stop()
            listening.close()
            os.close(lock)
        self.stdout.write("Stopped.")
        sys.exit(code)

    def _watch(self, children: Children, listening: socket.socket, url: str) -> int:
        """Wait for the first answer, say so, then wait for a signal or a death."""
        deadline = time.monotonic() + START_SECONDS
        ready = False
        while not self.asked_to_stop:
            dead = children.dead()
            if dead:
                self.stderr.write(
                    f"The {dead[0]} ended by itself (code {dead[1]}); stopping the rest. "
                    "Its last lines above say why."
                )
                return 1
            if not ready and _healthy(listening):
                ready = True
                self._greet(url)
            if not ready and time.monotonic() > deadline:
                self.stderr.write(
                    f"No answer from {url}/healthz within {START_SECONDS} s; stopping. "
                    "The lines above say why."
                )
                return 1
            time.sleep(0.2 if ready else 0.1)
        return 0

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Leave the waiting loop at its next turn."""
        self.asked_to_stop = True

    def _greet(self, url: str) -> None:
        """The address and, in a demo, who may sign in."""
        self.stdout.write(f"\nThe portal is up: {url}/")
        if settings.DEMO and "demo_accounts" in get_commands():
            call_command("demo_accounts", stdout=self.stdout)
            connections.close_all()
        elif not settings.DEMO:
            self.stdout.write("The first account: .venv/bin/python manage.py createsuperuser")
        self.stdout.write("Ctrl-C stops it.\n")
        self.stdout.flush()


def _folders() -> list[Path]:
    """What must exist before the children start: the file broker does not make its own."""
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    broker = [text for name, text in options.items() if name.endswith(("_in", "_out", "_folder"))]
    return [Path(text) for text in [*broker, settings.STATIC_ROOT]]


def _own_data_dir() -> int:
    """Hold the data folder's lock, unless the caller already does and hands it on."""
    inherited = os.environ.get("DATA_LOCK_FD")
    if inherited:
        os.set_inheritable(int(inherited), False)
        return int(inherited)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(settings.DATA_DIR / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(f"The portal already runs on {settings.DATA_DIR}.") from None
    return handle


def _listen(host: str, port: int) -> socket.socket:
    """The socket that the web server inherits: bound here, so that 0 means any free port."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise CommandError(
            f"Cannot listen on {host} port {port}: {error.strerror}. Take another port (--port)."
        ) from None
    listening.listen(512)
    return listening


def _public_url(host: str, port: int) -> str:
    """The address that mails and this start name."""
    if os.environ.get("PUBLIC_URL"):
        return str(settings.PUBLIC_URL)
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}"


def _web(descriptor: int) -> list[str | Path]:
    """gunicorn on the inherited socket; no access log, whose lines are personal data."""
    arguments: list[str | Path] = [sys.executable, "-m", "gunicorn", "portal.wsgi:application"]
    arguments += ["--bind", f"fd://{descriptor}", "--worker-class", "gthread"]
    arguments += ["--workers", os.environ.get("WEB_PROCESSES", "2")]
    arguments += ["--threads", os.environ.get("WEB_THREADS", "4"), "--preload"]
    arguments += ["--timeout", "60", "--graceful-timeout", "6", "--log-level", "warning"]
    if any(setting.name == "control_socket_disable" for setting in KNOWN_SETTINGS):
        arguments.append("--no-control-socket")
    return arguments


def _worker() -> list[str | Path]:
    """Celery with the schedule inside it: one process tree for a trial."""
    arguments: list[str | Path] = [sys.executable, "-m", "celery", "--quiet", "-A", "portal"]
    arguments += ["worker", "-B", "-s", settings.CELERY_BEAT_SCHEDULE_FILENAME, "-P", "threads"]
    arguments += ["-c", os.environ.get("WORKER_THREADS", "2"), "--loglevel", "WARNING"]
    arguments += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    return arguments


def _healthy(listening: socket.socket) -> bool:
    """Whether /healthz answers 200 on the listening address."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    named = next((name for name in settings.ALLOWED_HOSTS if name.strip("*.")), "127.0.0.1")
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": named.lstrip(".")})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
