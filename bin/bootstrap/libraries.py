"""The virtual environments and the locked Python packages in them."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from steps import ROOT, SETUP, SetupError, Stamp, command, only_one, say, step

PYTHON = ROOT / ".venv" / "bin" / "python"


def locked(venv: Path, locks: list[Path], what: str) -> Path:
    """Make sure that `venv` holds what `locks` name; answers its Python."""
    python = venv / "bin" / "python"
    stamp = Stamp(SETUP / f"{venv.name}-{locks[-1].parent.name}-{locks[-1].name}", locks)

    def current() -> bool:
        return _works(python) and stamp.current() and _made_by(venv) == _this_python()

    if current():
        return python
    with only_one():
        # Another set-up may have done it while this one waited.
        if not current():
            with step(what):
                if not _works(python):
                    _create(venv)
                for lock in locks:
                    _install(python, lock)
                (venv / ".made-by").write_text(_this_python())
                stamp.set()
    return python


def _works(python: Path) -> bool:
    """Whether this environment's Python runs and is new enough."""
    try:
        test = "import sys; sys.exit(sys.version_info < (3, 11))"
        return (
            subprocess.run([python, "-c", test], check=False, capture_output=True).returncode == 0
        )
    except OSError:
        return False


def _this_python() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor} {ROOT}"


def _made_by(venv: Path) -> str:
    try:
        return (venv / ".made-by").read_text()
    except OSError:
        return ""


def _create(venv: Path) -> None:
    """A new environment, with its own pip where this Python brings one."""
    base = [sys.executable, "-m", "venv", "--clear"]
    if importlib.util.find_spec("ensurepip"):
        try:
            command([*base, str(venv)], what="Making the virtual environment")
            return
        except SetupError:
            say("  this Python's own pip bundle does not work; taking the installed pip")
    command([*base, "--without-pip", str(venv)], what="Making the virtual environment")


def _install(python: Path, lock: Path) -> None:
    """Install exactly what the lock names."""
    pip = [str(python), "-m", "pip"]
    if not (python.parent / "pip").exists():
        if importlib.util.find_spec("pip") is None:
            raise SetupError(
                f"{sys.executable} has neither pip nor ensurepip. Install one of them "
                "(Debian and Ubuntu: apt-get install python3-pip), then start again."
            )
        pip = [sys.executable, "-m", "pip", "--python", str(python)]
    total = len(re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==", lock.read_text(), re.MULTILINE))
    seen = 0

    def progress(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting "):
            seen += 1
            if seen % 10 == 0:
                say(f"    {seen} of about {total} packages")
        elif line.startswith("Installing collected"):
            say("    unpacking")

    # A machine-wide "pip install --user" or "only in a virtual environment" must not reach in.
    env = os.environ | {
        "PIP_USER": "no",
        "PIP_REQUIRE_VIRTUALENV": "no",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_NO_INPUT": "1",
    }
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX"):
        env.pop(name, None)
    command(
        [*pip, "install", "--require-hashes", "--progress-bar", "off", "-r", str(lock)],
        what=f"Installing {lock.relative_to(ROOT)}",
        env=env,
        on_line=progress,
    )
