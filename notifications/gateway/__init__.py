"""Text messages through a gateway of one's own choice; nothing of it is on without its address."""

from __future__ import annotations

from django.conf import settings

from notifications import channels
from notifications.gateway.sending import TextSender
from notifications.models import TEXT


def is_on() -> bool:
    """Whether there is a gateway: without one no row is ever written for it."""
    return bool(settings.TEXT_GATEWAY_URL)


def register() -> None:
    """Let text messages go out where a gateway is set up; otherwise leave the channel away."""
    if is_on():
        channels.register(TEXT, TextSender)
    else:
        channels.forget(TEXT)
