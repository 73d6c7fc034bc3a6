"""Text messages over real HTTP, to a gateway that limits, stumbles, lies and hangs up."""

import datetime as dt
import ipaddress
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.utils import timezone

from notifications import catalog, channels, delivery, gateway, outbox, retry_after
from notifications.admin import showing
from notifications.gateway import line, phones, wording
from notifications.models import FAILED, HELD, MAIL, PARKED, QUEUED, SENT, TEXT, Notice
from notifications.transport import Answer, Outcome
from tests.notifications import text_gateway
from tests.notifications.text_gateway import TextGateway, says, slow, taken_but

PHONE = "+821012345678"
KINDS = ("answer", "answer_waiting", "extension_asked", "supplement_request", "supplement_soon")
FACTS = {
    "number": "GT-2026-000123-7",
    "until": "2026-12-03",
    "closes": "2026-12-03",
    "link": "/follow/GT-2026-000123-7/",
    "title": "Shrimp at the border",
}


@pytest.fixture
def server(settings) -> Iterator[TextGateway]:
    """A gateway that the settings point to."""
    found = TextGateway().start()
    settings.TEXT_GATEWAY_URL = found.url
    settings.TEXT_GATEWAY_KEY = "key-1"
    settings.TEXT_GATEWAY_SENDER = "0212345678"
    gateway.register()
    channels.of(TEXT).rest.end()
    yield found
    channels.forget(TEXT)
    found.stop()


@pytest.fixture
def text(db):
    """Write a text message that is due now, whatever the hour."""

    def write(number: int = 1, kind: str = "answer", **facts) -> Notice:
        with transaction.atomic():
            row = outbox.text_message(
                kind,
                to=f"{PHONE[:-2]}{number:02d}",
                context=FACTS | facts,
                subject_key=f"GT-{number}",
                urgent=True,
            )
            return outbox.enqueue_many([row])[0]

    return write


def fresh(row: Notice) -> Notice:
    return Notice.objects.get(pk=row.pk)


def again(row: Notice) -> Notice:
    """Its wait is over, and the channel's too."""
    Notice.objects.filter(pk=row.pk).update(next_try_at=timezone.now())
    channels.of(TEXT).rest.end()
    delivery.deliver_due()
    return fresh(row)


def test_text_is_posted_with_its_key_and_the_gateways_name_is_kept(text, server):
    row = text()

    delivery.deliver_due()

    headers, body = server.requests[0]
    assert (fresh(row).state, fresh(row).answer) == (SENT, "202 m-1")
    assert headers["Authorization"] == "Bearer key-1"
    assert headers["Idempotency-Key"] == row.message_id.strip("<>")
    assert body == {
        "to": "+821012345601",
        "from": "0212345678",
        "type": "LMS",
        "text": wording.short("answer", "ko", FACTS).text,
        "reference": row.message_id.strip("<>"),
    }


def test_kakao_channel_names_the_template_and_how_it_falls_back(text, server, settings):
    settings.TEXT_GATEWAY_PROFILE = "@one-team"
    text()

    delivery.deliver_due()

    body = server.requests[0][1]
    found = (body["type"], body["profile"], body["template"], body["fallback"])
    assert found == ("ATA", "@one-team", "answer.ko", "LMS")


def test_batch_uses_one_connection(text, server):
    for number in range(1, 6):
        text(number)

    delivery.deliver_due()

    assert (len(server.phones), server.connections) == (5, 1)


@pytest.mark.parametrize(
    ("mood", "state", "answer"),
    [
        (says(400, b'{"error": "bad number"}'), FAILED, '400 {"error": "bad number"}'),
        (says(422, b""), FAILED, "422"),
        (says(500, b"<html>oops</html>"), QUEUED, "500 <html>oops</html>"),
        (says(503, b""), QUEUED, "503"),
        (says(202, b"<html>Welcome</html>"), QUEUED, "202 <html>Welcome</html>"),
        (says(200, b'{"id":'), QUEUED, '200 {"id":'),
        (says(200, b"[]"), QUEUED, "200 []"),
        (says(200, b'{"id": null}'), QUEUED, '200 {"id": null}'),
        (says(200, b"[" * 60000), QUEUED, ("200 " + "[" * 600)[:500]),
        (says(200, b'{"id":"a\x00"}'), QUEUED, '200 {"id":"a"}'),
        (says(200, b"\xff\xfe"), QUEUED, "200 ��"),
    ],
)
def test_each_answer_has_its_consequence_and_stays_on_the_row(text, server, mood, state, answer):
    server.moods = [mood]
    row = text()

    delivery.deliver_due()

    found = fresh(row)
    assert (found.state, found.permanent, found.answer, found.attempts) == (
        state,
        state == FAILED,
        answer,
        1,
    )
    assert server.phones == []


@pytest.mark.parametrize("status", [401, 402, 403, 404, 301, 307])
def test_our_own_account_is_no_fault_of_a_message(text, server, status):
    server.moods = [says(status, b"", Location=f"{server.url}/elsewhere")]
    rows = [text(1), text(2)]

    delivery.deliver_due()

    found = {(fresh(row).state, fresh(row).attempts) for row in rows}
    assert (found, len(server.requests)) == ({(QUEUED, 0)}, 1)
    assert channels.of(TEXT).rest.over() is False


def test_rate_limit_makes_the_channel_rest_and_blames_no_message(text, server):
    server.moods = [says(429, b"", Retry_After="30")]
    rows = [text(1), text(2)]

    delivery.deliver_due()

    assert {(fresh(row).state, fresh(row).attempts) for row in rows} == {(QUEUED, 0)}
    assert (len(server.requests), channels.of(TEXT).rest.over()) == (1, False)
    assert [again(row).state for row in rows] == [SENT, SENT]


def test_retry_after_of_a_failure_is_kept(text, server):
    server.moods = [says(503, b"", Retry_After="900")]
    row = text()
    start = timezone.now()

    delivery.deliver_due()

    wait = fresh(row).next_try_at - start
    assert dt.timedelta(seconds=900) <= wait < dt.timedelta(seconds=960)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("-3", 0), ("nan", 0), ("inf", 3600), ("soon", 0), (None, 0), ("1e9", 3600)],
)
def test_retry_after_is_read_with_care(said, seconds):
    assert retry_after.seconds(said, most=3600) == seconds


@pytest.mark.parametrize(
    "mood",
    [
        text_gateway.taken_and_gone,
        slow(0.5),
        text_gateway.dripping,
        text_gateway.endless,
        taken_but(500, b""),
        taken_but(202, b"<html>"),
    ],
    ids=["cut off", "slow", "dripping", "endless", "error", "html"],
)
def test_what_was_taken_without_our_knowing_reaches_the_phone_once(text, server, monkeypatch, mood):
    monkeypatch.setattr(line, "READ", 0.2)
    monkeypatch.setattr(line, "WHOLE", 0.3)
    server.moods = [mood]
    row = text()

    delivery.deliver_due()
    first = fresh(row)
    last = again(row)

    assert (first.state, first.attempts, last.state, last.answer) == (QUEUED, 1, SENT, "202 m-1")
    assert (len(server.requests), len(server.phones)) == (2, 1)


def test_naive_sender_without_the_key_doubles(text, server, monkeypatch):
    """The broken twin: what the test above would catch."""
    monkeypatch.setattr(line.Line, "post", _without_key(line.Line.post))
    server.moods = [text_gateway.taken_and_gone]
    row = text()

    delivery.deliver_due()

    assert again(row).state == SENT
    assert len(server.phones) == 2


def _without_key(post):
    return lambda self, body, *, key: post(self, body, key="")


def test_line_that_closes_without_a_word_is_tried_again(text, server):
    server.moods = [text_gateway.gone]
    row = text()

    delivery.deliver_due()

    assert (fresh(row).state, fresh(row).attempts) == (QUEUED, 1)
    assert again(row).state == SENT


def test_gateway_that_is_away_costs_no_attempt_and_mail_goes_on(text, enqueue, server, smtp):
    server.stop()
    row, mail = text(), enqueue()

    delivery.deliver_due()

    assert (fresh(row).state, fresh(row).attempts, fresh(mail).state) == (QUEUED, 0, SENT)
    assert (channels.of(TEXT).rest.over(), channels.of(MAIL).rest.over()) == (False, True)


def test_key_goes_to_no_other_place_than_the_gateway(text, server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login stranger password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    text()

    delivery.deliver_due()

    assert server.requests[0][0]["Authorization"] == "Bearer key-1"


def test_text_without_its_facts_is_parked(text, server):
    row = text(kind="supplement_request")
    Notice.objects.filter(pk=row.pk).update(context={})

    delivery.deliver_due()

    assert (fresh(row).state, server.requests) == (PARKED, [])


# --- Words --------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_short_words_say_the_number_and_where_and_no_more(kind, language):
    short = wording.short(kind, language, FACTS)

    assert short.text.splitlines()[-1].endswith("/follow/GT-2026-000123-7/")
    assert ("GT-2026-000123-7" in short.text, "Shrimp" in short.text) == (True, False)
    assert wording.size(short.text) <= 250


def test_every_kind_that_may_go_as_text_has_words():
    assert {kind.name for kind in catalog.every() if kind.text} == set(KINDS) == wording.kinds()


def test_length_counts_bytes_of_korean_networks_and_picks_the_form(monkeypatch):
    sizes = [wording.size("가" * 45), wording.size("a" * 90), wording.size("😀")]
    forms = [wording._form("가" * 45), wording._form("가" * 45 + "a")]

    assert (sizes, forms) == ([90, 90, 1], ["SMS", "LMS"])


def test_text_keeps_only_what_a_locked_screen_may_show(db):
    row = outbox.text_message("answer", to=PHONE, context=FACTS, subject_key="GT-1")

    assert sorted(row.context) == ["closes", "link", "number", "until"]


# --- Numbers ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("010-1234-5678", "+821012345678"),
        ("０１０ １２３４ ５６７８", "+821012345678"),
        ("+82 10-1234-5678", "+821012345678"),
        ("+84 912 345 678", "+84912345678"),
        ("02-123-4567", ""),
        ("1588-1234", ""),
        ("010-1234-5678 ext. 5", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_only_numbers_that_take_texts_are_written_to(typed, number):
    assert phones.mobile(typed) == number


@pytest.mark.parametrize("to", ["01012345678", "+82 10", "a@b.kr", "+82101234567890123", "+8210\n"])
def test_text_is_refused_for_what_is_no_number(db, to):
    with pytest.raises(outbox.BadAddressError):
        outbox.text_message("answer", to=to, context=FACTS, subject_key="GT-1")


def test_text_is_refused_for_a_kind_that_has_none(db):
    with pytest.raises(outbox.UnknownKindError):
        outbox.text_message("receipt", to=PHONE, context=FACTS, subject_key="GT-1")


# --- Hours --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("clock", "urgent", "found"),
    [
        ("2026-11-23 22:00", False, (HELD, "2026-11-24 08:00")),
        ("2026-11-23 22:00", True, (QUEUED, "")),
        ("2026-11-23 06:59", False, (HELD, "2026-11-23 08:00")),
        ("2026-11-23 12:00", False, (QUEUED, "")),
    ],
)
def test_text_never_comes_at_night_unless_it_is_urgent(db, monkeypatch, clock, urgent, found):
    moment = timezone.make_aware(dt.datetime.fromisoformat(clock))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    row = outbox.text_message("answer", to=PHONE, context=FACTS, subject_key="1", urgent=urgent)

    with transaction.atomic():
        outbox.enqueue_many([row])

    until = row.held_until and timezone.localtime(row.held_until).strftime("%Y-%m-%d %H:%M")
    assert (row.state, until or "") == found


def test_without_a_gateway_there_is_no_channel(settings):
    settings.TEXT_GATEWAY_URL = ""
    gateway.register()

    assert (gateway.is_on(), TEXT in {channel.name for channel in channels.every()}) == (
        False,
        False,
    )


def test_judgement_keeps_at_most_five_hundred_signs():
    assert line.judged(400, b"x" * 4000) == Answer(Outcome.NEVER, ("400 " + "x" * 600)[:500])


@pytest.mark.parametrize("kind", KINDS)
def test_desk_sees_the_short_words_with_their_length(kind):
    found = showing.text_messages(catalog.of(kind))

    assert [(code, size == wording.size(short.text)) for code, short, size in found] == [
        ("ko", True),
        ("en", True),
    ]


# --- TLS ----------------------------------------------------------------------------------
def test_gateway_whose_certificate_nobody_vouches_for_hears_nothing(
    text, server, settings, tmp_path
):
    """The same server is spoken to once its authority is named."""
    key, certificate = self_signed(tmp_path)
    server.secure(certificate, key)
    settings.TEXT_GATEWAY_URL = server.url
    row = text()

    delivery.deliver_due()
    refused = (fresh(row).state, fresh(row).attempts, len(server.requests))
    settings.TEXT_GATEWAY_CA = str(certificate)
    last = again(row)

    assert (refused, last.state) == ((QUEUED, 0, 0), SENT)


def self_signed(folder):
    """Key and certificate for 127.0.0.1 that nobody has signed but themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate = folder / "key.pem", folder / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate
