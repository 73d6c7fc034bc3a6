"""`bin/run`: from a fresh clone to the running portal."""

import argparse
import os
import secrets
import socket
from pathlib import Path

import assets
from libraries import PYTHON, locked
from steps import ROOT, SETUP, SetupError, Stamp, command, hold, only_one, say, step

EPILOG = """
Without further settings the portal runs on SQLite with everything in the data folder.
DATABASE_URL, BROKER_URL and the other variables of docs/operations.md are honoured.
Ctrl-C stops everything; the next start goes on with what was there.
"""


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of bin/run."""
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Sets up and starts the portal: web server, worker and schedule.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=8000, help="port to listen on; 0 takes any free (%(default)s)"
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=Path(os.environ.get("DATA_DIR") or ROOT / "var"),
        help="folder for database, files and mailbox (var)",
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="no demo data, no demo accounts, no demo mailbox"
    )
    options = parser.parse_args(arguments)
    if not 0 <= options.port <= 65535:
        parser.error("--port must be between 0 and 65535")
    options.data = options.data.expanduser().resolve()
    return options


def main(arguments: list[str]) -> int:
    """Every step that is not yet done, then the launcher in this process's place."""
    options = parse(arguments)
    _port_is_free(options.host, options.port)
    lock = _own(options.data)
    say(f"Setting up the portal in {ROOT}")
    locked(ROOT / ".venv", [ROOT / "requirements.txt"], "Installing the Python packages")
    env = environment(options.data, demo=not options.no_demo)
    assets.krds(Path(env.get("ASSETS_DIR") or options.data / "assets"))
    translations(env)
    _secret_key(options.data, env)
    _database(options.data, env)
    # The lock stays with this process, which becomes the launcher.
    os.set_inheritable(lock, True)
    env["DATA_LOCK_FD"] = str(lock)
    say("Starting web server, worker and schedule …")
    os.chdir(ROOT)
    launcher = [str(PYTHON), "manage.py", "up", "--host", options.host, "--port"]
    os.execve(PYTHON, [*launcher, str(options.port)], env)  # noqa: S606
    return 1


def environment(data: Path, *, demo: bool) -> dict[str, str]:
    """What the portal's own programs get to see."""
    env = os.environ | {
        "DATA_DIR": str(data),
        "DEMO": "yes" if demo else "no",
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    for name in ("PYTHONPATH", "PYTHONHOME"):
        env.pop(name, None)
    return env


def translations(env: dict[str, str]) -> None:
    """Compile the translations when one of them changed."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    stamp = Stamp(SETUP / "translations", sources)

    def current() -> bool:
        return stamp.current() and all(one.with_suffix(".mo").exists() for one in sources)

    if current():
        return
    with only_one(), step("Compiling the translations"):
        if current():
            return
        command(
            [str(PYTHON), "manage.py", "messages", "--compile"],
            what="Compiling the translations",
            env=env | {"SECRET_KEY": "not needed for this"},
        )
        stamp.set()


def _port_is_free(host: str, port: int) -> None:
    """Say at once that the port is taken, not after minutes of set-up."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise SetupError(f"Port {port} needs special rights. Take one above 1023.") from None
        except OSError as error:
            raise SetupError(
                f"Cannot listen on {host} port {port}: {error.strerror}.\nTake another port "
                "(bin/run --port 8001), or any free one (bin/run --port 0)."
            ) from None


def _own(data: Path) -> int:
    """Make the data folder and keep any second start away from it."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = hold(data / "run.lock", wait=None)
    except OSError as error:
        raise SetupError(
            f"The data folder {data} cannot be written: {error.strerror}.\n"
            "Name another one: bin/run --data DIR"
        ) from None
    if lock is None:
        raise SetupError(
            f"The portal already runs on {data}.\nStop that one first (Ctrl-C there), or start "
            "this one beside it: bin/run --data OTHER_DIR --port 0"
        )
    return lock


def _secret_key(data: Path, env: dict[str, str]) -> None:
    """Make the signing key once; without it every start would void links and sessions."""
    path = data / "secret_key"
    if env.get("SECRET_KEY") or path.exists():
        return
    partly = data / "secret_key.new"
    partly.touch(mode=0o600)
    partly.write_text(secrets.token_urlsafe(64))
    partly.rename(path)


def _database(data: Path, env: dict[str, str]) -> None:
    """Migrate and load data when code, seed data or database changed."""
    inputs: list[Path | str] = [env.get("DATABASE_URL", ""), env["DEMO"]]
    for pattern in ("*/migrations/*.py", "*/data/**/*", "**/management/commands/load_*.py"):
        inputs += sorted(path for path in ROOT.glob(pattern) if path.is_file())
    stamp = Stamp(data / "stamps" / "database", inputs)
    # What stands in a database server can change without us: ask it every time.
    if stamp.current() and not env.get("DATABASE_URL") and (data / "portal.sqlite3").exists():
        return
    told: list[str] = []

    def progress(line: str) -> None:
        """Show the parts; a stack trace is summed up by the failure itself."""
        told.append(line)
        if not any(one.startswith("Traceback") for one in told):
            say(f"    {line}")

    with step("Preparing the database"):
        command(
            [str(PYTHON), "manage.py", "prepare"],
            what="Preparing the database",
            env=env,
            on_line=progress,
        )
        stamp.set()
