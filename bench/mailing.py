"""Jobs inside the portal for the bench of notices: fill the outbox, and the bare mail beside it."""

from __future__ import annotations

import time
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.template import Context, Engine

from bench.probe import Recorder
from notifications import delivery, outbox, texts
from notifications.models import Notice, new_message_id

KIND = "receipt"
# So many mail domains: no reader's server is what limits the rate.
DOMAINS = 200
# What differs from reader to reader and is therefore filled in by the bare mail too.
_FILLED = ("number", "title", "link")


def _address(number: int) -> str:
    return f"reader-{number}@d{number % DOMAINS}.example"


def _facts(number: int) -> dict[str, Any]:
    return texts.sample(KIND) | {"number": f"GT-2026-{number:06d}-7"}


def fill(*, n: int, start: int = 0) -> list[str]:
    """Write `n` notices in one transaction and wake the worker; their Message-IDs."""
    with transaction.atomic():
        rows = outbox.enqueue_many(
            outbox.notice(
                KIND,
                to=_address(number),
                context=_facts(number),
                subject_key=f"bench-{number}",
                thread=f"bench-{number}",
            )
            for number in range(start, start + n)
        )
    return [row.message_id for row in rows]


def one_by_one(*, n: int, pause: float, start: int = 0) -> list[tuple[str, int]]:
    """Single notices with a rest between; each one's Message-ID and the moment of its commit."""
    found = []
    for number in range(start, start + n):
        (name,) = fill(n=1, start=number)
        found.append((name, time.monotonic_ns()))
        time.sleep(pause)
    return found


def bare(*, n: int) -> dict[str, float]:
    """`n` mails of the same words and size by Django alone over one line; seconds for one.

    The words are a compiled template with the reader's facts filled in, as PERFORMANCE 2.4
    measured it: no outbox, no database, no Celery.
    """
    shown = texts.render(KIND, "ko", _facts(0))
    engine, facts = Engine(), _facts(0)

    def compiled(text: str) -> Any:
        for name in _FILLED:
            text = text.replace(str(facts[name]), f"{{{{ {name} }}}}")
        return engine.from_string(text)

    subject, text, html = map(compiled, (shown.subject, shown.text, shown.html))
    line = get_connection(settings.EMAIL_BACKEND)
    line.open()
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(n):
        context = Context(_facts(number))
        mail = EmailMultiAlternatives(
            subject.render(context),
            text.render(context),
            to=[_address(number)],
            headers={"Message-ID": new_message_id()},
            connection=line,
        )
        mail.attach_alternative(html.render(context), "text/html")
        mail.send()
    found = {
        "cpu": (time.process_time() - cpu) / n,
        "wall": (time.perf_counter() - wall) / n,
        "bytes": len(mail.message().as_bytes()),
    }
    line.close()
    return found


def states() -> dict[str, int]:
    """How many notices stand where."""
    found: dict[str, int] = {}
    for state in Notice.objects.order_by().values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def tasks() -> dict[str, int]:
    """How many tasks of each name the worker has run so far."""
    said = current_app.control.inspect(timeout=3).stats() or {}
    found: dict[str, int] = {}
    for worker in said.values():
        for name, number in worker.get("total", {}).items():
            found[name] = found.get(name, 0) + number
    return found


def answers() -> bool:
    """Whether a worker listens."""
    return bool(current_app.control.inspect(timeout=1).ping())


def statements(*, sizes: list[int]) -> dict[int, int]:
    """How many statements it takes to deliver so many notices in one batch, mails to memory."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    found = {}
    start = 1_000_000
    for n in sizes:
        fill(n=n, start=start)
        start += n
        recorder = Recorder()
        with connection.execute_wrapper(recorder):
            delivery.deliver_due(n)
        found[n] = len(recorder.statements)
        left = states()
        if set(left) - {"sent"}:
            raise RuntimeError(f"not all were delivered: {left}")
    return found
