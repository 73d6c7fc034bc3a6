"""The positive control: notices by `on_commit(task.delay)` alone, as many projects send them.

It does what a careful reader would write first, and loses mail. The assertions that the outbox
passes must fail here, or they prove nothing.
"""

import os

import django
from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction

from portal.celery import app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

__all__ = ["app"]


@shared_task(name="naive.send")
def send(address: str) -> None:
    """Send one mail straight from the task."""
    EmailMessage("naive", "naive", to=[address]).send()


def enqueue(addresses: list[str]) -> None:
    """Tell each address after commit, through the broker only."""
    django.setup()
    with transaction.atomic():
        for address in addresses:
            transaction.on_commit(lambda to=address: send.apply_async((to,), retry=False))
