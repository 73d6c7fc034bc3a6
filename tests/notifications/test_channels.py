"""Each channel has its own sender and its own rest; what fails in one leaves the other alone."""

import threading
from collections.abc import Iterator

import pytest

from notifications import channels, delivery
from notifications.models import FAILED, MAIL, PARKED, QUEUED, SENT, TEXT, Notice
from notifications.transport import Answer, Outcome


class Gateway:
    """A gateway for text messages that answers as it is told."""

    answer = Answer(Outcome.SENT, "200 accepted")
    told: list[str]
    closed: int

    def __call__(self) -> "Gateway":
        return self

    def __init__(self) -> None:
        self.told, self.closed = [], 0

    def send(self, row: Notice) -> Answer:
        """Take one message."""
        self.told.append(row.to_address)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self) -> None:
        """Goodbye."""
        self.closed += 1


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A registered channel of text messages."""
    found = Gateway()
    channel = channels.register(TEXT, found)
    channel.rest.end()
    yield found
    channels.forget(TEXT)


@pytest.fixture
def text(enqueue):
    """Write a text message."""

    def write(number: int = 1) -> Notice:
        row = enqueue(subject_key=f"text-{number}")
        Notice.objects.filter(pk=row.pk).update(
            channel=TEXT, to_address=f"+8210000000{number:02d}", domain=""
        )
        row.refresh_from_db()
        return row

    return write


def test_text_goes_through_its_own_sender(enqueue, text, gateway, smtp):
    mail, message = enqueue(), text()

    delivery.deliver_due()

    mail.refresh_from_db()
    message.refresh_from_db()
    assert (mail.state, message.state, message.answer) == (SENT, SENT, "200 accepted")
    assert (gateway.told, gateway.closed, len(smtp.mails)) == ([message.to_address], 1, 1)


def test_channel_without_a_sender_waits(enqueue, text, smtp):
    enqueue()
    message = text()

    delivery.deliver_due()

    message.refresh_from_db()
    assert (message.state, message.attempts, len(smtp.mails)) == (QUEUED, 0, 1)


def test_gateway_that_is_away_does_not_make_mail_rest(enqueue, text, gateway, smtp):
    gateway.answer = Answer(Outcome.AWAY, "503 maintenance", wait=120)
    messages = [text(number) for number in range(3)]

    delivery.deliver_due()
    mail = enqueue()
    delivery.deliver_due()

    mail.refresh_from_db()
    found = set(Notice.objects.filter(channel=TEXT).values_list("state", "attempts", "answer"))
    assert (mail.state, len(gateway.told), len(messages)) == (SENT, 1, 3)
    assert found == {(QUEUED, 0, "503 maintenance")}
    assert channels.of(TEXT).rest.over() is False
    assert channels.of(MAIL).rest.over() is True


def test_mail_server_that_is_away_does_not_make_texts_rest(enqueue, text, gateway, smtp):
    smtp.stop()
    enqueue()
    message = text()

    delivery.deliver_due()

    message.refresh_from_db()
    assert (message.state, delivery.rest.over()) == (SENT, False)


def test_gateway_that_is_asked_too_fast_rests_and_no_row_is_blamed(text, gateway):
    gateway.answer = Answer(Outcome.SLOWER, "429 too many requests", wait=30)
    message = text()

    delivery.deliver_due()

    message.refresh_from_db()
    rest = channels.of(TEXT).rest
    assert (message.state, message.attempts, rest.over()) == (QUEUED, 0, False)


def test_refusals_of_the_gateway_are_kept_as_those_of_mail(text, gateway):
    gateway.answer = Answer(Outcome.NEVER, "400 no such number")
    message = text()

    delivery.deliver_due()

    message.refresh_from_db()
    assert (message.state, message.permanent, message.answer) == (
        FAILED,
        True,
        "400 no such number",
    )


def test_text_that_cannot_be_written_is_parked(text, gateway):
    gateway.answer = ValueError("no words")
    message = text()

    delivery.deliver_due()

    message.refresh_from_db()
    assert (message.state, message.answer) == (PARKED, delivery.UNWRITABLE)


def test_slow_gateway_keeps_one_thread_at_most(text, gateway):
    text()
    busy = channels.of(TEXT).turn
    assert isinstance(busy, type(threading.Lock()))

    with busy:
        delivery.deliver_due()

    assert gateway.told == []


def test_turn_of_a_channel_ends_and_the_rest_goes_back(text, gateway, monkeypatch):
    monkeypatch.setattr(delivery, "TURN", -1.0)
    for number in range(3):
        text(number)

    more = delivery.deliver_due()

    assert (more, len(gateway.told)) == (True, 1)
    assert Notice.objects.filter(state=QUEUED, losses=0).count() == 2
