"""`manage.py up` with real processes: it stops cleanly, and half of it never stays alive."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from portal.management.commands.up import Command

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc"),
]


def processes(env):
    """The command lines, by number, of all processes that work on this data folder."""
    mark = f"DATA_DIR={env['DATA_DIR']}".encode()
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().decode()
            except OSError:
                continue
    return found


def gone(env, seconds=15):
    """Wait until nothing works on this data folder; what is left."""
    deadline = time.monotonic() + seconds
    while (left := processes(env)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A migrated database, copied for each start."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    env = os.environ | {"DATA_DIR": str(data), "DEMO": "yes", "BROKER_URL": "filesystem://"}
    env["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    env.pop("DATABASE_URL", None)
    data.mkdir()
    command = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=env, check=True)
    return data / "portal.sqlite3"


@pytest.fixture
def up(product_env, prepared, tmp_path):
    """Start the portal on a free port; answers the launcher, its address and its environment."""
    started = []

    def start():
        (Path(product_env["DATA_DIR"]) / "portal.sqlite3").write_bytes(prepared.read_bytes())
        log = (tmp_path / "log.txt").open("w+")
        launcher = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", "0"],
            cwd=settings.BASE_DIR,
            env=product_env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append((launcher, log))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and launcher.poll() is None:
            match = re.search(r"The portal is up: (\S+)", (tmp_path / "log.txt").read_text())
            if match:
                return launcher, match[1], product_env
            time.sleep(0.2)
        raise AssertionError((tmp_path / "log.txt").read_text())

    yield start
    for launcher, log in started:
        if launcher.poll() is None:
            launcher.terminate()
            launcher.wait(timeout=20)
        log.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_everything_cleanly(up, number):
    launcher, url, env = up()
    with urllib.request.urlopen(f"{url}healthz") as answer:  # noqa: S310
        status = answer.status

    launcher.send_signal(number)
    code = launcher.wait(timeout=20)

    assert (status, code, gone(env, seconds=0)) == (200, 0, {})


@pytest.mark.parametrize("word", ["gunicorn", "celery"])
def test_death_of_one_child_ends_the_rest_with_code_1(up, word):
    launcher, _, env = up()
    children = Path(f"/proc/{launcher.pid}/task/{launcher.pid}/children").read_text().split()
    victim = next(int(pid) for pid in children if word in processes(env)[int(pid)])

    os.kill(victim, signal.SIGKILL)
    code = launcher.wait(timeout=20)

    assert (code, gone(env, seconds=2)) == (1, {})


def test_children_end_when_the_launcher_is_killed(up):
    launcher, _, env = up()

    launcher.kill()
    launcher.wait(timeout=5)

    assert gone(env) == {}


def test_second_start_on_the_same_data_is_refused(up):
    _, _, env = up()

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", "0"],
        cwd=settings.BASE_DIR,
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )

    assert second.returncode == 1
    assert second.stderr == f"CommandError: The portal already runs on {env['DATA_DIR']}.\n"


def test_taken_port_is_named_with_what_to_do(product_env):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=product_env,
            check=False,
            capture_output=True,
            text=True,
        )

    assert done.stderr == (
        f"CommandError: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Take another port (--port).\n"
    )


def test_signal_is_noted_and_raises_nothing():
    """Raised inside `Popen.poll`, an exception would leave its lock taken: the end never came."""
    command = Command()
    command.asked_to_stop = False

    command._stop(15, None)

    assert command.asked_to_stop
