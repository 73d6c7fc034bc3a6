"""The trial's mail server: a folder with one file per mail, so that nothing leaves the machine."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

NAME = re.compile(r"\A\d{8}T\d{12}-[0-9a-f]{8}\Z")


class FolderBackend(BaseEmailBackend):
    """Writes each mail whole or not at all, readable by the portal's own user only."""

    last_reply = "250 kept in the mailbox folder"

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails."""
        folder = Path(settings.MAILBOX_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
            draft = folder / f".{name}.tmp"
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(mail.message().as_bytes())
                file.flush()
                os.fsync(file.fileno())
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class KeptMail:
    """A mail in the folder."""

    name: str
    mail: ParsedMail

    @property
    def subject(self) -> str:
        """The subject line."""
        return str(self.mail["Subject"] or "")

    @property
    def to(self) -> str:
        """Whom it was for."""
        return str(self.mail["To"] or "")

    @property
    def date(self) -> str:
        """When it was written, as the header says."""
        found = self.mail["Date"]
        return f"{timezone.localtime(found.datetime):%Y-%m-%d %H:%M:%S}" if found else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, decoded."""
        return [(key, str(value)) for key, value in self.mail.items()]

    def part(self, subtype: str) -> str:
        """The text ("plain") or HTML ("html") part."""
        found = self.mail.get_body(preferencelist=(subtype,))
        return str(found.get_content()) if found is not None else ""


def kept(*, to: str = "", limit: int = 200) -> list[KeptMail]:
    """The newest mails first, of one recipient if asked."""
    folder = Path(settings.MAILBOX_DIR)
    result: list[KeptMail] = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        found = _read(path)
        if found is not None and (not to or to.casefold() in found.to.casefold()):
            result.append(found)
        if len(result) == limit:
            break
    return result


def find(name: str) -> KeptMail | None:
    """One mail by the name of its file, or None."""
    if not NAME.match(name):
        return None
    return _read(Path(settings.MAILBOX_DIR) / f"{name}.eml")


def _read(path: Path) -> KeptMail | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    return KeptMail(path.stem, message_from_bytes(raw, policy=policy.default))
