"""Runs programs as children of one process: all of them, or none."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

GRACE_SECONDS = 8.0
_PR_SET_PDEATHSIG = 1


class Children:
    """Programs that live and die together, each in a session of its own.

    A terminal's Ctrl-C therefore reaches the launcher alone, which stops them in order.
    """

    def __init__(self) -> None:
        """No child yet."""
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def start(
        self,
        name: str,
        arguments: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        keep: Sequence[int] = (),
    ) -> None:
        """Start one program; `keep` are file descriptors that it inherits."""
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own programs
            [str(argument) for argument in arguments],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            pass_fds=keep,
            start_new_session=True,
            preexec_fn=self._die_with_parent,  # noqa: PLW1509 - this process has one thread
        )

    def _die_with_parent(self) -> None:
        """Let Linux stop the child when the launcher itself is killed outright."""
        if self._libc is not None:
            self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    def dead(self) -> tuple[str, int] | None:
        """The name and exit code of a child that has ended, if any has."""
        for name, child in self._running.items():
            code = child.poll()
            if code is not None:
                return name, code
        return None

    def stop(self) -> None:
        """Ask every child to finish, and kill what is left of it after `GRACE_SECONDS`."""
        for child in self._running.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, deadline - time.monotonic()))
            # The session may hold more than the child: its workers, the embedded schedule.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._running.clear()
