"""Which way a notice goes out: each channel has a sender of its own, and rests by itself.

An application that brings a channel registers it once, at start:

    channels.register(TEXT, GatewaySender)

`GatewaySender()` is made once per batch and must not connect before its first row. `send(row)`
returns an `Answer` for what the other side said; whatever it raises means that this one row cannot
be written: the row is set aside and the others flow. `close()` never raises.

| outcome | what becomes of the row | what becomes of the channel |
|---|---|---|
| SENT | sent, with the answer | goes on |
| NEVER | failed for good | goes on |
| LATER | waits 30 s, 2 min, 8 min … | goes on |
| DROPPED | waits 5 s: it may have arrived | rests after two in a row |
| SLOWER | waits with its domain; without a domain it costs no attempt | rests, without a domain |
| AWAY | goes back untouched | rests |
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from notifications.models import Notice
from notifications.transport import Answer


class Sender(Protocol):
    """One batch's line to the other side."""

    def send(self, row: Notice) -> Answer:
        """Hand over one notice and say what became of it."""
        ...

    def close(self) -> None:
        """Say goodbye; never an error, the notices are gone."""
        ...


class Rest:
    """Remembers in this process that the server is away, so that nobody waits for it in vain."""

    longest = 15.0

    def __init__(self) -> None:
        self._until = 0.0
        self._step = 0.0

    def over(self) -> bool:
        """Whether it is time to try the server."""
        return time.monotonic() >= self._until

    def begin(self, at_least: float = 0.0) -> None:
        """The server is away: wait longer each time, a little unevenly."""
        self._step = min(max(1.0, self._step * 2), self.longest)
        wait = self._step * random.uniform(0.8, 1.0)  # noqa: S311
        self._until = time.monotonic() + max(wait, min(at_least, 300.0))

    def end(self) -> None:
        """The server is back."""
        self._until = self._step = 0.0


@dataclass
class Channel:
    """A way out, and whether it rests."""

    name: str
    open: Callable[[], Sender]
    rest: Rest = field(default_factory=Rest)
    # One batch at a time in this process where a slow gateway must not take every thread.
    turn: threading.Lock | None = None


_channels: dict[str, Channel] = {}


def register(name: str, opener: Callable[[], Sender], *, alone: bool = True) -> Channel:
    """Let notices of a channel be sent by `opener()`; registering again replaces the sender.

    `alone`: at most one thread of a process serves it, so that the others stay free for mail.
    """
    channel = _channels.get(name) or Channel(name, opener)
    channel.open = opener
    channel.turn = threading.Lock() if alone else None
    _channels[name] = channel
    return channel


def forget(name: str) -> None:
    """Take a channel away; its notices wait."""
    _channels.pop(name, None)


def of(name: str) -> Channel:
    """The channel of this name."""
    return _channels[name]


def every() -> Iterator[Channel]:
    """All channels, in the order in which they were registered."""
    return iter(list(_channels.values()))
