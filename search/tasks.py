"""What Celery runs: wake-ups and the beat. The table says what is to be done."""

import threading
from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from search import tokeniser, working


@worker_ready.connect
def _load(**_facts: Any) -> None:
    """The first document should not wait for the model, nor the worker for either."""
    threading.Thread(target=tokeniser.load, name="search-model", daemon=True).start()


@shared_task(name="search.tasks.index_waiting", expires=60)
def index_waiting() -> int:
    """Index what waits: woken after commit, and by the beat for what no wake-up told."""
    return working.index_waiting()


@shared_task(name="search.tasks.fill", expires=60)
def fill() -> int:
    """Fill again what another tokeniser filled; on the beat, a turn at a time."""
    return working.fill()
