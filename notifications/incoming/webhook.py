"""Mail that a provider hands over by its webhook, as django-anymail reads it."""

from __future__ import annotations

from typing import Any

from notifications.incoming.keeping import take
from notifications.models import IncomingMail


def received(event: Any) -> IncomingMail:
    """Keep the mail of an inbound event; raising makes the provider come again."""
    message = event.message
    path = message.envelope_sender
    raw = message.as_bytes()
    if path is not None:
        raw = f"Return-Path: <{path}>\r\n".encode("ascii", "ignore") + raw
    recipient = message.envelope_recipient
    return take(raw, source="webhook", to=[recipient] if recipient else [])
