"""A mail server for the bench: takes every mail and writes down when it came.

`python -m bench.sink FILE PORT` (0: any) prints its port; each line of FILE is a Message-ID, the
nanoseconds of the monotonic clock, which every process of the machine shares, and the reader.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from aiosmtpd.smtp import SMTP

_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


class Sink:
    """What aiosmtpd asks: accept, and note the moment."""

    def __init__(self, log: TextIO) -> None:
        self._log = log

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """Accept the mail."""
        moment = time.monotonic_ns()
        found = _ID.search(envelope.content)
        self._log.write(f"{found[1].decode() if found else '-'} {moment} {envelope.rcpt_tos[0]}\n")
        self._log.flush()
        return "250 2.0.0 taken"


async def serve(path: Path, port: int) -> None:
    """Listen until the process is ended."""
    loop = asyncio.get_running_loop()
    with path.open("a") as log:
        server = await loop.create_server(
            lambda: SMTP(Sink(log), enable_SMTPUTF8=True, ident="sink", loop=loop),
            "127.0.0.1",
            port,
        )
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
