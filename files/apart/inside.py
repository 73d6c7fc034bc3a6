"""The other side: limits first, then the script; what it finds goes out in lines of JSON.

Knows the standard library alone, nothing of the portal. Whatever goes wrong is a line too:
`refused` with a code (`bomb`, `protected`, `damaged`, or the script's own).
"""

from __future__ import annotations

import contextlib
import json
import resource
import runpy
import sys
from typing import Any

# What libraries call the error of a file that wants a password.
_LOCKED = "PasswordError"


class Refused(Exception):  # noqa: N818 - not an error: an answer
    """The file is not read; a code and what it speaks of."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def limit(limits: dict[str, Any]) -> None:
    """From here on no more memory, processor time or files than a file needs."""
    for kind, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def say(what: str, packed: bytes = b"", /, **facts: Any) -> None:
    """One line, and what stands behind it."""
    line = json.dumps([what, facts], ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + packed)


def main() -> None:
    """The script's path and what is asked of it, as JSON, come as arguments."""
    script, asked = sys.argv[1], json.loads(sys.argv[2])
    limit(asked["limits"])
    try:
        runpy.run_path(script)["read"](asked)
    except Refused as refused:
        say("refused", code=refused.code, facts=refused.facts)
    except MemoryError:
        say("refused", code="bomb", facts={})
    except Exception as error:
        code = "protected" if type(error).__name__ == _LOCKED else "damaged"
        say("refused", code=code, facts={})
