"""Wake a worker after commit, without ever making the person who submitted wait for a broker.

The publishing happens on a thread of its own: a broker that is away costs the request nothing,
and what it does not hear now the sweep finds in the table a few seconds later.
"""

import logging
import os
import threading
import time

from celery import current_app

log = logging.getLogger(__name__)

DELIVER = "notifications.tasks.deliver_batch"
# After a failure the thread stays quiet for this long (seconds): the sweep covers the gap.
REST = 2.0


class Waker:
    """One background thread that turns any number of calls into few wake-up messages."""

    def __init__(self, task: str = DELIVER) -> None:
        self._task = task
        self._wanted = threading.Event()
        self._lock = threading.Lock()
        self._pid = 0

    def call(self) -> None:
        """Ask for a wake-up; returns at once."""
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid():
                    # Threads do not survive a fork: each web process starts its own.
                    self._pid = os.getpid()
                    threading.Thread(target=self._run, name="notice-waker", daemon=True).start()
        self._wanted.set()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if not publish(self._task):
                time.sleep(REST)


def publish(task: str = DELIVER) -> bool:
    """Tell the broker once, without retrying; False when it is away."""
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception as error:
        # Any broker raises its own kinds of error, and none of them may matter here.
        log.warning("broker away, the sweep will deliver: %s", type(error).__name__)
        return False
    return True


_waker = Waker()


def wake() -> None:
    """Let a worker look at the outbox soon. Never raises, never blocks."""
    _waker.call()
