"""The channel of text messages: a row becomes a few words and goes to the gateway."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from notifications.gateway import wording
from notifications.gateway.line import Line
from notifications.models import Notice
from notifications.transport import Answer


class TextSender:
    """Text messages of one batch, over one session; nothing is opened before the first."""

    def __init__(self) -> None:
        self._line: Line | None = None

    def send(self, row: Notice) -> Answer:
        """Hand over the text message of a row, under the row's own key."""
        body = message(row)
        if self._line is None:
            self._line = Line()
        return self._line.post(body, key=body["reference"])

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()


def message(row: Notice) -> dict[str, Any]:
    """What the gateway is sent: the same every time, so that a second one can be recognised.

    With TEXT_GATEWAY_PROFILE as an 알림톡 of that Kakao channel, whose template is named after
    the notice; the same words go as a text message where the phone has no KakaoTalk.
    """
    short = wording.short(row.kind, row.language, row.context)
    body: dict[str, Any] = {
        "to": row.to_address,
        "from": settings.TEXT_GATEWAY_SENDER,
        "type": short.form,
        "text": short.text,
        "reference": row.message_id.strip("<>"),
    }
    if settings.TEXT_GATEWAY_PROFILE:
        body |= {
            "type": "ATA",
            "profile": settings.TEXT_GATEWAY_PROFILE,
            "template": f"{row.kind}.{row.language}",
            "fallback": short.form,
        }
    return body
