"""Reports of mail providers through django-anymail's own views: signed, tied to a notice, once."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone

from notifications import addresses, catalog, headers
from notifications.models import SENT, Address, IncomingMail, Notice, Unsubscription
from notifications.models.address import BAD, UNKNOWN

PATH = "/notices/provider/"
KEY = "a-signing-key"
SECRET = "provider:very-long-secret"
CLERK = "clerk@company.example"


@pytest.fixture
def row(enqueue) -> Notice:
    row = enqueue(to=CLERK)
    Notice.objects.filter(pk=row.pk).update(state=SENT, sent_at=timezone.now())
    row.refresh_from_db()
    return row


@pytest.fixture
def mailgun(settings) -> None:
    settings.EMAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def postmark(settings) -> None:
    settings.EMAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def basic(secret: str = SECRET) -> str:
    return "Basic " + base64.b64encode(secret.encode()).decode()


def signed(key: str = KEY, *, token: str = "t" * 50) -> dict[str, str]:
    moment = str(int(timezone.now().timestamp()))
    mark = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": moment, "token": token, "signature": mark}


def report(row: Notice, event: str, *, name: bool = True, **more) -> dict:
    """What Mailgun posts about a mail."""
    said = {
        "event": event,
        "timestamp": timezone.now().timestamp() + 1,
        "recipient": CLERK,
        "message": {"headers": {"message-id": row.message_id.strip("<>")}},
        "user-variables": {"notice": row.message_id.strip("<>")} if name else {},
    } | more
    return {"signature": signed(), "event-data": said}


def post(said: object, auth: str | None = None) -> int:
    """As the provider posts it: no cookie, no token of a form."""
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": basic() if auth is None else auth}
    return client.post(
        PATH, json.dumps(said), content_type="application/json", headers=headers
    ).status_code


def known() -> tuple[str, int]:
    row = addresses.state_of(CLERK)
    return row.state, row.strikes


NOBODY = {
    "severity": "permanent",
    "reason": "bounce",
    "delivery-status": {"message": "550 5.1.1 User unknown", "code": 550},
}


def test_permanent_failure_gives_the_address_up_and_a_replay_changes_nothing(row, mailgun) -> None:
    said = report(row, "failed", **NOBODY)

    answers = [post(said), post(said)]

    row.refresh_from_db()
    assert (answers, known(), row.bounce) == ([200, 200], (BAD, 1), "550 5.1.1 User unknown")


def test_replay_does_not_shut_an_address_that_is_good_again(row, mailgun) -> None:
    said = report(row, "failed", **NOBODY)
    post(said)
    addresses.prove(CLERK)

    post(said)

    assert known() == ("good", 0)


def test_temporary_failure_is_no_return(row, mailgun) -> None:
    post(report(row, "failed", severity="temporary", reason="generic"))

    assert known() == (UNKNOWN, 0)


def test_arrival_after_a_return_clears_it(row, mailgun, enqueue) -> None:
    post(report(row, "failed", **NOBODY))

    post(report(row, "delivered", timestamp=timezone.now().timestamp() + 60))

    assert known() == (UNKNOWN, 0)


def test_complaint_leaves_what_can_be_left_and_keeps_the_address(row, mailgun, monkeypatch) -> None:
    free = replace(catalog.of("sample"), name="free", proceedings=False, topic=catalog.LIBRARY)
    monkeypatch.setitem(catalog._kinds, "free", free)

    post(report(row, "complained"))

    left = set(Unsubscription.objects.values_list("email", "topic"))
    assert ((CLERK, catalog.LIBRARY) in left, known()) == (True, (UNKNOWN, 0))


def test_report_about_an_unknown_mail_changes_nothing(row, mailgun) -> None:
    said = report(row, "failed", **NOBODY)
    said["event-data"]["user-variables"] = {}
    said["event-data"]["message"] = {"headers": {"message-id": "other@portal.example"}}

    assert (post(said), Address.objects.count()) == (200, 0)


def test_message_id_alone_is_enough(row, mailgun) -> None:
    post(report(row, "failed", name=False, **NOBODY))

    assert known() == (BAD, 1)


@pytest.mark.parametrize("auth", ["", basic("provider:wrong"), "Bearer x"])
def test_wrong_secret_is_refused(row, mailgun, auth) -> None:
    status = post(report(row, "failed", **NOBODY), auth)

    assert (status, Address.objects.count()) == (400, 0)


def test_wrong_signature_is_refused(row, mailgun) -> None:
    said = report(row, "failed", **NOBODY) | {"signature": signed("another-key")}

    assert (post(said), Address.objects.count()) == (400, 0)


def test_garbage_is_answered_and_forgotten(row, mailgun) -> None:
    assert post({"signature": signed(), "event-data": []}) == 400


@pytest.mark.parametrize(("kind", "expected"), [("HardBounce", BAD), ("SoftBounce", UNKNOWN)])
def test_postmark_tells_hard_from_soft(row, postmark, kind, expected) -> None:
    said = {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": kind,
        "MessageID": "00000000-0000-0000-0000-000000000000",
        "Metadata": {"notice": row.message_id.strip("<>")},
        "Email": CLERK,
        "Details": "smtp;550 5.1.1 User unknown" if kind == "HardBounce" else "mailbox full",
        "BouncedAt": "2026-11-16T10:00:00Z",
    }

    assert (post(said), known()[0]) == (200, expected)


def test_mails_carry_their_name_through_the_provider(row, mailgun, settings) -> None:
    name = row.message_id.strip("<>")

    found = [headers.of(row)["X-Mailgun-Variables"]]
    settings.EMAIL_PROVIDER = "sendgrid"
    found.append(headers.of(row)["X-SMTPAPI"])

    assert found == [json.dumps({"notice": name}), json.dumps({"unique_args": {"notice": name}})]


def test_there_is_no_such_address_without_a_provider(row) -> None:
    assert post(report(row, "failed", **NOBODY)) == 404


def test_looking_is_not_possible(mailgun, db) -> None:
    assert Client().get(PATH).status_code == 405


def mail_for_us(*, key: str = KEY, auth: str | None = None) -> int:
    """As Mailgun posts a mail that it received for us: the whole of it beside its envelope."""
    said = signed(key) | {
        "sender": CLERK,
        "recipient": "reply+code@replies.example",
        "body-mime": f"From: {CLERK}\r\nMessage-ID: <1@company.example>\r\n\r\nThank you.\r\n",
    }
    headers = {"Authorization": basic() if auth is None else auth}
    client = Client(enforce_csrf_checks=True)
    return client.post(f"{PATH}mail/", said, headers=headers).status_code


def test_mail_that_the_provider_received_is_kept_once(db, mailgun, settings):
    settings.REPLY_DOMAIN = "replies.example"

    answers = [mail_for_us(), mail_for_us()]

    kept = list(IncomingMail.objects.values_list("source", "to_address"))
    assert (answers, kept) == ([200, 200], [("webhook", "reply+code@replies.example")])


def test_mail_with_a_wrong_signature_or_secret_is_refused(db, mailgun):
    answers = [mail_for_us(key="another"), mail_for_us(auth=basic("provider:guess"))]

    assert (answers, IncomingMail.objects.count()) == ([400, 400], 0)


def test_without_a_provider_nobody_takes_mail(db, settings):
    settings.EMAIL_PROVIDER = ""

    assert mail_for_us() == 404
