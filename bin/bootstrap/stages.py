"""`bin/test` and `bin/check`: every stage, then what was skipped, times and counts."""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import assets
import launch
import servers
from libraries import PYTHON, locked
from steps import ROOT, SETUP, SetupError, command, say

LOCKS = [ROOT / "requirements.txt", ROOT / "tests" / "requirements.txt"]
PACKAGES = ["portal", "casestudies", "intake", "marketinfo", "accounts", "notifications"]
PACKAGES += ["reference", "search", "files", "privacy"]
UNIT = "not browser and not faults"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Run:
    """What has been done so far, for the closing lines."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.stages: list[tuple[str, bool, float]] = []
        self.skipped: list[str] = []
        self.counts: Counter[str] = Counter()

    def stage(self, name: str, work: Callable[[], object]) -> None:
        """Do one stage; a failure is told and the next stage goes on."""
        say(f"\n== {name}")
        began, good = time.monotonic(), True
        try:
            work()
        except SetupError as problem:
            good = False
            say(str(problem))
        self.stages.append((name, good, time.monotonic() - began))

    def programs(self, name: str, *lines: list[str], env: dict[str, str]) -> None:
        """A stage of programs that print only when they fail."""

        def work() -> None:
            problems = []
            for line in lines:
                try:
                    command(line, what=_short(line), env=env, otherwise="", tail=120)
                except SetupError as problem:
                    problems.append(str(problem))
            if problems:
                raise SetupError("\n".join(problems))

        self.stage(name, work)

    def pytest(self, name: str, *options: str, env: dict[str, str]) -> None:
        """A stage of pytest, shown as it goes; its closing line is added to the sum."""

        def work() -> None:
            last = ""

            def show(line: str) -> None:
                nonlocal last
                print(line, flush=True)
                if re.search(r"\b(passed|failed|errors?|deselected|no tests ran)\b.* in \d", line):
                    last = line

            try:
                command(
                    [str(PYTHON), "-m", "pytest", *options],
                    what="pytest",
                    env=env,
                    on_line=show,
                    otherwise="",
                    tail=0,
                )
            except SetupError as problem:
                if "exit code 5)" in str(problem):
                    self.skipped.append(f"{name}: there is no such test yet")
                    return
                raise SetupError(f"pytest failed; the whole output is above. {last}") from None
            finally:
                for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", last):
                    self.counts["failed" if word.startswith("error") else word] += int(number)

        self.stage(name, work)

    def close(self) -> int:
        """The closing lines; 0 when everything that ran was good."""
        say("\nStages")
        for name, good, seconds in self.stages:
            say(f"  {'ok    ' if good else 'FAILED'} {seconds:6.0f} s  {name}")
        if self.skipped:
            say("\nSKIPPED")
            for line in self.skipped:
                say(f"  {line}")
        good = all(good for _, good, _ in self.stages) and not self.counts["failed"]
        say("\nEverything that ran is good." if good else "\nNot good: see above.")
        text = f"{self.counts['passed']} passed, {self.counts['failed']} failed"
        if self.counts["skipped"]:
            text += f", {self.counts['skipped']} skipped"
        say(text)
        return 0 if good else 1


def main(arguments: list[str]) -> int:
    """`bin/test`."""
    parser = argparse.ArgumentParser(
        prog="bin/test",
        description="The whole check: lint, types, contracts, generated parts, unit tests on "
        "SQLite and on PostgreSQL with Redis, browser and fault tests.",
    )
    parser.add_argument("--fast", action="store_true", help="only what bin/check does")
    if parser.parse_args(arguments).fast:
        return check([])
    run = Run()
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder, ExitStack() as stack:
        env = _prepare(Path(folder), run)
        _quick(run, env)
        redis = stack.enter_context(servers.redis())
        base = stack.enter_context(servers.postgresql())
        if redis:
            env["TEST_REDIS_URLS"] = ",".join(redis)
        else:
            run.skipped.append("Redis: none runs on 127.0.0.1 and there is no redis-server on PATH")
        if base:
            name = f"portal_{os.getpid()}"
            stack.callback(servers.drop_databases, base, f"test_{name}")
            stack.callback(servers.drop_databases, base, name)
            env["TEST_POSTGRES_URL"] = base
            # What needs no database would only find again what it found on the first one.
            work = env | {"DATABASE_URL": f"{base}/{name}", "TEST_SECOND_DATABASE": "yes"}
            title = f"unit tests on PostgreSQL{' and Redis' if redis else ''}"
            run.pytest(title, "-m", UNIT, "-n", "2", env=work)
        else:
            run.skipped.append("PostgreSQL: no server, no binaries, and the wheel does not work")
        bench(run, env)
        browser = chromium(run)
        if browser:
            env["TEST_CHROMIUM"] = browser
            pair = ["-n", "2", "--dist", "loadgroup"]
            run.pytest("browser tests", "-m", "browser and not faults", *pair, env=env)
        run.pytest("fault tests", "-m", "faults", env=env)
    return run.close()


def check(arguments: list[str]) -> int:
    """`bin/check`."""
    parser = argparse.ArgumentParser(
        prog="bin/check",
        description="The developer's loop: lint, types, contracts, migrations, translations, "
        "generated documents and the unit tests on SQLite.",
    )
    parser.parse_args(arguments)
    run = Run()
    with tempfile.TemporaryDirectory(prefix="portal-check-") as folder:
        _quick(run, _prepare(Path(folder), run, node=False))
    return run.close()


def _prepare(data: Path, run: Run, *, node: bool = True) -> dict[str, str]:
    """Everything that the stages need; answers the environment in which they run."""
    say(f"Setting up the check in {ROOT}")
    locked(ROOT / ".venv", LOCKS, "Installing the Python packages and the checks'")
    env = launch.environment(data, demo=False)
    # The tests say themselves what is set: nothing of this shell may reach in.
    for name in settings_variables():
        env.pop(name, None)
    env |= {"DATA_DIR": str(data), "SECRET_KEY": "only for this check " * 4}
    launch.translations(env)
    # pytest takes the suite's own settings from pyproject.toml; manage.py falls back by itself.
    del env["DJANGO_SETTINGS_MODULE"]
    try:
        modules = assets.npm(SETUP / "npm-test") if node else None
        if modules:
            env["TEST_NODE_MODULES"] = str(modules)
            env["PATH"] = assets.environment()["PATH"]
            assets.krds(SETUP / "test-assets")
            env["ASSETS_DIR"] = str(SETUP / "test-assets")
    except SetupError as problem:
        run.skipped.append(f"axe-core, html-validate and KRDS (npm): {problem}")
    return env


def _short(line: list[str]) -> str:
    """A program as a person would name it."""
    return " ".join([Path(line[0]).name, *line[1:]])


def settings_variables() -> list[str]:
    """The names of all variables that the settings read."""
    text = (ROOT / "portal" / "settings.py").read_text("utf-8")
    return re.findall(r"""(?:env\.\w+|flag)\(\s*"([A-Z_]+)\"""", text)


def _quick(run: Run, env: dict[str, str]) -> None:
    """The stages that need no server and no browser."""
    python = str(PYTHON)
    binaries = PYTHON.parent
    manage = [python, "manage.py"]
    ruff = [str(binaries / "ruff")]
    run.programs("lint", [*ruff, "check"], [*ruff, "format", "--check"], env=env)
    run.programs(
        "import contracts",
        [python, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        env=env,
    )
    run.programs("types", [python, "-m", "mypy", *PACKAGES], env=env)
    run.programs(
        "migrations, translations and generated documents are current",
        [*manage, "makemigrations", "--check", "--dry-run"],
        [*manage, "messages", "--check"],
        [*manage, "generated", "--check"],
        env=env,
    )
    run.pytest("unit tests on SQLite", "-m", UNIT, "-n", "2", env=env)


def bench(run: Run, env: dict[str, str]) -> None:
    """What pages ask of the database, at two sizes; a figure that could not be had is told."""

    def tell(line: str) -> None:
        print(line, flush=True)
        if "  not run" in line:
            run.skipped.append(f"bench: {line}")

    line = [str(PYTHON), "-m", "bench.run", "all", "--quick"]
    run.stage(
        "bench, the part without a clock",
        lambda: command(line, what="bin/bench all --quick", env=env, on_line=tell, tail=0),
    )


def chromium(run: Run) -> str | None:
    """A browser's path, installed where this user may; else the skip is noted."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found:
        return found
    debian = Path("/etc/debian_version").exists() and shutil.which("apt-get")
    if os.geteuid() == 0 and debian and platform.system() == "Linux":
        say("\n== installing Chromium (Debian package)")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for line in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "chromium"]):
            done = subprocess.run(
                ["apt-get", *line],
                check=False,
                env=quiet,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=sys.stderr,
            )
            if done.returncode:
                break
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        if found:
            return found
    run.skipped.append("browser tests: no Chromium on PATH and none could be installed")
    return None
