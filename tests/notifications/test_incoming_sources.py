"""The doors by which mail comes in say "taken" only when it is in the database."""

from __future__ import annotations

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace

import pytest
from anymail.inbound import AnymailInboundMessage
from django.core.management import CommandError, call_command
from django.db import OperationalError

from notifications.incoming import headers, imap, keeping, lmtp, webhook
from notifications.models import IncomingMail
from tests.notifications.imap_server import ImapServer
from tests.notifications.test_incoming import Box, box, mail  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "test+abc@replies.example"


@pytest.fixture
def door(box: Box) -> Iterator[int]:  # noqa: F811
    """A real LMTP server on a port of its own."""
    ready = threading.Event()
    places: list[tuple[str, int]] = []
    loop = asyncio.new_event_loop()

    def say(place: tuple[str, int]) -> None:
        places.append(place)
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        task = loop.create_task(lmtp.serve("127.0.0.1:0", say))
        tasks.append(task)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    tasks: list[asyncio.Task[None]] = []
    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    yield places[0][1]
    loop.call_soon_threadsafe(tasks[0].cancel)
    thread.join(10)


def send(port: int, raw: bytes, to: list[str], sender: str = "hong@company.example") -> object:
    """What the mail server beside us would hear, as text."""
    with smtplib.LMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        client.mail(sender)
        codes = [client.rcpt(address)[0] for address in to]
        if 250 not in codes:
            return codes
        return [*codes, client.data(raw)[0]]


def test_mail_is_in_the_database_when_the_door_says_so(door):
    codes = send(door, mail(), [ADDRESS])

    assert codes == [250, 250]
    row = IncomingMail.objects.get()
    assert (row.source, row.to_address, row.state) == ("lmtp", ADDRESS, "new")


def test_door_lets_no_other_address_in(door):
    codes = send(door, mail(), ["test+unknown@replies.example", "x@elsewhere.example"])

    assert codes == [550, 550]
    assert IncomingMail.objects.count() == 0


def test_door_says_come_again_while_the_database_is_away(door, monkeypatch):
    def away(*_args: object, **_facts: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(lmtp, "take", away)
    refused = send(door, mail(), [ADDRESS])
    monkeypatch.undo()

    assert refused == [250, 451]
    assert IncomingMail.objects.count() == 0


def test_door_says_come_again_while_addresses_cannot_be_looked_up(door, monkeypatch):
    def away(_address: str) -> bool:
        raise OperationalError("the database is away")

    monkeypatch.setattr(lmtp, "known", away)

    assert send(door, mail(), [ADDRESS]) == [451]


def test_sender_of_the_envelope_is_kept_for_telling_machines(door):
    send(door, mail(), [ADDRESS], sender="")
    raw = keeping.raw_of(IncomingMail.objects.get())

    assert headers.read(raw).text("Return-Path") == "<>"


def test_command_needs_a_domain(settings):
    settings.REPLY_DOMAIN = ""

    with pytest.raises(CommandError):
        call_command("lmtp")


# --- IMAP -------------------------------------------------------------------------------------
@pytest.fixture
def mailbox(box: Box, settings) -> Iterator[ImapServer]:  # noqa: F811
    with ImapServer() as server:
        settings.IMAP_URL = f"imap://portal:secret@127.0.0.1:{server.port}/INBOX?done=Done"
        yield server


def test_unseen_mails_are_kept_marked_and_moved(mailbox):
    mailbox.add(mail())
    mailbox.add(mail("둘", Message_ID="<two@x.example>"))

    count = imap.poll()

    assert (count, IncomingMail.objects.count()) == (2, 2)
    assert (mailbox.moved, imap.poll()) == ({"Done": [1, 2]}, 0)


def test_bytes_are_kept_as_they_came(mailbox):
    raw = mail("가나다\r\n\r\n끝")
    mailbox.add(raw)

    imap.poll()

    assert keeping.raw_of(IncomingMail.objects.get()) == raw


def test_mail_is_marked_only_when_it_is_kept(mailbox, monkeypatch):
    mailbox.add(mail())

    def away(*_args: object, **_facts: object) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(imap, "take", away)
        with pytest.raises(OperationalError):
            imap.poll()
    seen_between = mailbox.mails[0].seen
    imap.poll()

    assert (seen_between, IncomingMail.objects.count()) == (False, 1)


def test_line_that_breaks_before_the_mark_gives_no_second_mail(mailbox):
    mailbox.add(mail())
    mailbox.cut_at_store = 1

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the broken line makes of it
        imap.poll()
    imap.poll()

    assert (IncomingMail.objects.count(), mailbox.moved) == (1, {"Done": [1]})


def test_polling_without_a_mailbox_does_nothing(settings):
    settings.IMAP_URL = ""

    assert imap.poll() == 0


def test_mail_that_a_provider_hands_over_is_kept(box):  # noqa: F811
    message = AnymailInboundMessage.parse_raw_mime_bytes(mail())
    message.envelope_sender, message.envelope_recipient = "hong@company.example", ADDRESS

    row = webhook.received(SimpleNamespace(message=message))

    assert (row.source, row.to_address, row.state) == ("webhook", ADDRESS, "new")
