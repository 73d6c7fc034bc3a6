"""Steps that run only when their input changed, and failures that say what to do."""

import errno
import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / ".venv-setup"  # stamps, logs, the lock and npm's folders; git-ignored

ADVICE = (
    (
        r"No space left on device|ENOSPC|Disk quota exceeded",
        "The disk is full. Free about 1 GB, then start again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A downloaded package is not the one that was locked. Empty the package cache "
        "(pip cache purge; npm cache clean --force) and start again; if it stays so, the "
        "package source in use hands out something else.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER",
        "The package source's certificate is not trusted here. Behind an inspecting proxy, name "
        "its certificate: PIP_CERT and NODE_EXTRA_CA_CERTS.",
    ),
    (
        r"name resolution|Name or service not known|NewConnectionError|ProxyError|ConnectTimeout"
        r"|Network is unreachable|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH"
        r"|No matching distribution found|Read timed out",
        "The package source cannot be reached. Connect this machine to the network (behind a "
        "proxy set HTTPS_PROXY), then start again: what is done is kept.",
    ),
    (
        r"OperationalError|connection to server",
        "The database does not answer. Check DATABASE_URL and that the server runs; without "
        "DATABASE_URL the portal uses a SQLite file in the data folder.",
    ),
    (
        r"Permission denied|EACCES|Read-only file system",
        "This user may not write there. Use a clone of your own, or another data folder "
        "(--data DIR).",
    ),
)


class SetupError(Exception):
    """Something a person must mend; the text says what and how."""


def advice(text: str, otherwise: str) -> str:
    """What to do about a failure with this text."""
    return next((hint for pattern, hint in ADVICE if re.search(pattern, text)), otherwise)


def explain(error: OSError) -> str:
    """A failed file operation in words."""
    name = errno.errorcode.get(error.errno or 0, "")
    return f"{error}\n{advice(f'{name} {error}', 'Mend this, then start again.')}"


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)


def digest(inputs: Iterable[Path | str]) -> str:
    """One hash over texts and the names and contents of files and folders."""
    sums = hashlib.sha256()
    for item in inputs:
        files = [item]
        if isinstance(item, Path) and item.is_dir():
            files = sorted(path for path in item.rglob("*") if path.is_file())
        for file in files:
            sums.update(f"{file}\0".encode())
            sums.update(file.read_bytes() if isinstance(file, Path) else b"")
    return sums.hexdigest()


class Stamp:
    """Remembers with which input a step was last finished."""

    def __init__(self, path: Path, inputs: Iterable[Path | str]) -> None:
        """`inputs` are hashed now; files among them must exist."""
        self.path, self.value = path, digest(inputs)

    def current(self) -> bool:
        """Whether the step was finished with exactly this input."""
        try:
            return self.path.read_text() == self.value
        except FileNotFoundError:
            return False

    def set(self) -> None:
        """The step is finished."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what is being done and, at the end, how long it took."""
    say(f"  {what} …")
    began = time.monotonic()
    yield
    say(f"  {what}: done in {time.monotonic() - began:.0f} s")


def hold(path: Path, *, wait: str | None) -> int | None:
    """Lock `path` until this process ends; None when another holds it and `wait` is None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait is None:
            os.close(handle)
            return None
        say(wait)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


@contextmanager
def only_one() -> Iterator[None]:
    """Keep two set-ups of this clone from working at once."""
    handle = hold(SETUP / "lock", wait="  another set-up of this clone is at work; waiting …")
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def command(
    arguments: list[str],
    *,
    what: str,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    on_line: Callable[[str], None] | None = None,
    otherwise: str | None = None,
    tail: int = 12,
) -> str:
    """Run a program, answer its output; a failure becomes a SetupError with advice."""
    SETUP.mkdir(exist_ok=True)
    log = SETUP / "last-failure.log"
    child = subprocess.Popen(
        arguments,
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    lines: list[str] = []
    try:
        for line in child.stdout or ():
            lines.append(line)
            if on_line:
                on_line(line.rstrip())
        code = child.wait()
    except BaseException:
        _end(child)
        raise
    finally:
        if child.stdout:
            child.stdout.close()
    output = "".join(lines)
    if code:
        log.write_text(output)
        last = "".join(f"    {line}" for line in lines[-tail:] if tail)
        if otherwise is None:
            otherwise = f"The whole output is in {log}."
        hint = advice(output, otherwise) if otherwise else ""
        raise SetupError(f"{what} failed (exit code {code}):\n{last}{hint}")
    return output


def _end(child: "subprocess.Popen[str]") -> None:
    """Stop a program and everything it started."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(timeout=5)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        pass
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def warn(text: str) -> None:
    """Something that does not stop the start, set apart so that it is read."""
    print(f"\n  ! {text}\n", file=sys.stderr, flush=True)
