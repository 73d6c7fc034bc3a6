"""Notices to try things with, and a mail server that answers as it is told."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction

from notifications import delivery, outbox, texts
from notifications.models import Notice
from tests.faults.sink import Sink


@pytest.fixture
def enqueue(db) -> Callable[..., Notice]:
    """Write the sample notice; any fact may be set."""

    def write(to: str = "reader@example.kr", **facts) -> Notice:
        given = {"context": texts.sample("sample"), "subject_key": "GT-1"} | facts
        with transaction.atomic():
            return outbox.enqueue(given.pop("kind", "sample"), to=to, **given)

    return write


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    """What a worker process remembers between batches starts anew in each test."""
    delivery.rest.end()
    delivery.stopping.clear()
    yield
    delivery.rest.end()
    delivery.stopping.clear()


@pytest.fixture
def smtp(settings) -> Iterator[Sink]:
    """A real SMTP server that the settings point to."""
    sink = Sink().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = sink.port
    settings.EMAIL_TIMEOUT = 2
    yield sink
    sink.stop()
