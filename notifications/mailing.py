"""The channel of mail: a row becomes a mail and goes over one line."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives

from notifications import channels, headers, leaving, signing, wording
from notifications.models import MAIL, Notice
from notifications.transport import Answer, Line


class MailSender:
    """Mails of one batch, over one connection."""

    def __init__(self) -> None:
        self.line = Line()

    def send(self, row: Notice) -> Answer:
        """Hand over the mail of a row."""
        return self.line.send(message(row))

    def close(self) -> None:
        """Say goodbye to the server."""
        self.line.close()


def message(row: Notice) -> EmailMultiAlternatives:
    """The mail for a row: the same bytes of meaning every time, under the same Message-ID."""
    text = wording.of_row(row, leaving.facts(row))
    mail = signing.SignedMail(
        subject=text.subject, body=text.text, to=[row.to_address], headers=headers.of(row)
    )
    mail.attach_alternative(text.html, "text/html")
    return mail


channels.register(MAIL, MailSender, alone=False)
