"""Runs a script of ours over a file from outside in a process of its own, with narrow limits."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

_START = Path(__file__).with_name("start.py")
# How a process ends that was killed, for its time by us or by the system.
_KILLED = (-9, -24)


class Apart:
    """The process: what it says, line by line, and how it ended."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.lines = cast(IO[bytes], process.stdout)

    def line(self) -> tuple[str, dict[str, Any]] | None:
        """The next line: a word and its facts; None when the process ended instead."""
        line = self.lines.readline()
        if not line.endswith(b"\n"):
            return None
        what, facts = json.loads(line)
        return what, facts

    def packed(self, size: int) -> bytes | None:
        """So many bytes that stand behind a line; None when the process ended meanwhile."""
        found = self.lines.read(size)
        return found if len(found) == size else None

    def was_slow(self) -> bool:
        """Whether it ended for its time; else for its memory. Waits for the end."""
        return self._process.wait() in _KILLED


@contextmanager
def running(script: Path, asked: Mapping[str, Any], *, seconds: int) -> Iterator[Apart]:
    """A process that runs `read(asked)` of a script, and is ended with the block.

    `asked["limits"]` holds `memory` (bytes) and `seconds` (of processor); `seconds` here counts
    waiting too: a reader that stands still is ended like one that works too long.
    """
    process = subprocess.Popen(  # noqa: S603 - our own script, the path is one of ours
        [sys.executable, "-I", "-B", str(_START), str(script), json.dumps(asked)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    watch = threading.Timer(seconds, process.kill)
    watch.daemon = True
    watch.start()
    apart = Apart(process)
    try:
        yield apart
    finally:
        watch.cancel()
        process.kill()
        apart.lines.close()
        process.wait()
