"""The trial's broker of files, made safe against half-written messages.

Kombu's own transport opens a message under its final name and then fills it. A worker that looks
in between reads nothing, loses the message and ends; a writer that is killed in between leaves a
file that ends every later worker. Here a message appears whole, and what cannot be read is told
and passed by: it was a wake-up, and the sweep finds what it was about (0030).
"""

from __future__ import annotations

import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):  # type: ignore[misc]
    """A channel whose messages and tables are whole or not there."""

    def _put(  # type: ignore[override]
        self, queue: str, message: Any, **kwargs: Any
    ) -> None:
        """Write beside, then name: a reader sees all of a message or none."""
        folder = Path(self.data_folder_out)
        number = f"{round(monotonic() * 1000)}_{uuid.uuid4()}"
        part = folder / f".{number}.part"
        try:
            part.write_bytes(str_to_bytes(dumps(message)))
            part.replace(folder / f"{number}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {queue!r}") from error

    def _get(self, queue: str, timeout: Any = None) -> Any:
        """The next message that can be read; one that cannot is gone already."""
        for _message in os.listdir(self.data_folder_in):
            try:
                return super()._get(queue)
            except ValueError:
                log.warning("a message that was cut off half-way was passed by")
        raise Empty

    def get_table(self, exchange: str) -> Any:
        """Who listens to an exchange; a table that is being written names nobody yet."""
        try:
            return super().get_table(exchange)
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Listen to an exchange; a table that was cut off half-way is begun anew."""
        try:
            super()._queue_bind(exchange, routing_key, pattern, queue)
        except ValueError:
            log.warning("the table of %s was cut off half-way and is begun anew", exchange)
            self._exchange_file(exchange).unlink(missing_ok=True)
            super()._queue_bind(exchange, routing_key, pattern, queue)


class Transport(filesystem.Transport):  # type: ignore[misc]
    """`filesystem://` as this portal means it."""

    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = "portal.broker:Transport"
