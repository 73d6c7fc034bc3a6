"""Take mail from the mail server of this machine or network by LMTP (LMTP_LISTEN)."""

from __future__ import annotations

import asyncio
import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications.incoming import lmtp


class Command(BaseCommand):
    """`manage.py lmtp`: runs until it is told to stop."""

    help = "Takes incoming mail by LMTP and keeps it; the worker makes messages of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--listen", default="", help="host:port, or the path of a socket")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        if not settings.REPLY_DOMAIN:
            raise CommandError("REPLY_DOMAIN is not set: there is no address to take mail for")
        asyncio.run(self._run(options["listen"] or settings.LMTP_LISTEN))

    async def _run(self, listen: str) -> None:
        task = asyncio.create_task(lmtp.serve(listen, self._say))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            self.stdout.write("stopped")

    def _say(self, place: Any) -> None:
        self.stdout.write(f"listening on {place}")
        self.stdout.flush()
