"""Webhooks over real HTTP: signed, retried, pinned to public addresses, never twice unnoticed."""

import base64
import datetime as dt
import ipaddress
import json
import socket
from collections.abc import Iterator

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from accounts.models import User
from notifications.hooks import address, delivering, events, line, presence, signing, verbs
from notifications.models import (
    ACTIVE,
    DISABLED,
    FAILED,
    FAILURES,
    GONE,
    PARKED,
    QUEUED,
    SENDING,
    SENT,
    Hook,
    HookDelivery,
)
from tests.notifications import text_gateway
from tests.notifications.text_gateway import TextGateway, says


@pytest.fixture
def server(settings) -> Iterator[TextGateway]:
    """A partner's system at this machine, as a trial may have one."""
    settings.HOOK_ALLOW_LOOPBACK = True
    found = TextGateway().start()
    yield found
    found.stop()


@pytest.fixture
def hook(db, server) -> Hook:
    """A hook of that system that wants everything."""
    by = User.objects.create_user("manager@kbiz.example", None, name="김관리 「시연」")
    families = [family.name for family in events.families()]
    return verbs.add(owner="KBIZ", url=server.url, families=families, by=by)


def news(hook: Hook, number: str = "GT-1", verb: str = "answer") -> HookDelivery:
    """A step of a case, written down for the hook."""
    sight = events.Sight(events.FILED, "answered")
    step = events.News(number, verb, hook.families[0], timezone.now(), {hook.owner: sight})
    return events.spread([step])[0]


def later(**gap: float) -> None:
    """As if so much time had passed: nothing waits any more."""
    past = timezone.now() - dt.timedelta(seconds=1)
    HookDelivery.objects.filter(state=QUEUED).update(next_try_at=past)
    Hook.objects.update(rest_until=None)
    if gap:
        HookDelivery.objects.update(tried_since=timezone.now() - dt.timedelta(**gap))


# --- Signature ----------------------------------------------------------------------------------
def test_signature_is_that_of_the_published_example():
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    found = signing.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_event_arrives_signed_by_the_secret_that_was_shown(hook, server):
    row = news(hook)

    delivering.deliver_due()

    row.refresh_from_db()
    headers, body = server.requests[0]
    key = base64.b64decode(signing.secret(hook).removeprefix("whsec_"))
    raw = delivering.body_of(row)
    assert (row.state, row.status, row.attempts) == (SENT, 202, 1)
    assert body == json.loads(raw) == row.payload
    assert headers["webhook-id"] == str(row.event_id)
    assert headers["webhook-signature"] == signing.signature(
        key, str(row.event_id), int(headers["webhook-timestamp"]), raw
    )


def test_renewed_secret_signs_beside_the_one_before_for_a_day(hook):
    before = signing.key_of(hook.salt)
    now = timezone.now()

    renewed = verbs.renew_secret(hook=hook, by=hook.created_by)

    seconds = int(now.timestamp())
    both = [
        signing.signature(key, "e", seconds, b"{}")
        for key in (signing.key_of(renewed.salt), before)
    ]
    found = signing.headers(renewed, "e", b"{}", now)["webhook-signature"]
    tomorrow = now + dt.timedelta(hours=25)
    assert found == " ".join(both)
    assert len(signing.headers(renewed, "e", b"{}", tomorrow)["webhook-signature"].split()) == 1


def test_nothing_in_the_table_signs(hook, settings):
    mine = signing.secret(hook)

    settings.HOOK_KEY = "another server"

    assert signing.secret(hook) != mine
    assert mine not in json.dumps(Hook.objects.filter(pk=hook.pk).values().get(), default=str)


# --- Answers ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mood", "status"),
    [
        (says(500), 500),
        (says(400), 400),
        (says(302, Location="http://127.0.0.1:1/"), 302),
        (text_gateway.gone, None),
    ],
)
def test_what_was_not_taken_is_sent_again_under_the_same_id(hook, server, mood, status):
    row = news(hook)
    server.moods = [mood]

    delivering.deliver_due()
    row.refresh_from_db()
    first = (row.state, row.status, row.attempts, row.next_try_at > timezone.now())
    later()
    delivering.deliver_due()

    row.refresh_from_db()
    assert first == (QUEUED, status, 1, True)
    assert (row.state, row.attempts) == (SENT, 2)
    assert [headers["webhook-id"] for headers, _body in server.requests] == [str(row.event_id)] * 2
    assert Hook.objects.get().failures == 0


def test_slow_system_is_not_waited_for(hook, server, monkeypatch):
    monkeypatch.setattr(line, "READ", 0.2)
    row = news(hook)
    server.moods = [text_gateway.slow(0.5)]

    delivering.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.status, row.answer) == (QUEUED, None, "ReadTimeout")


def test_retry_after_is_obeyed_by_the_whole_hook(hook, server):
    row, other = news(hook), news(hook, "GT-2")
    server.moods = [says(429, Retry_After="7200")]

    delivering.deliver_due()

    row.refresh_from_db()
    other.refresh_from_db()
    two_hours = timezone.now() + dt.timedelta(seconds=7100)
    assert row.next_try_at > two_hours
    assert Hook.objects.get().rest_until > two_hours
    assert (other.state, other.attempts, len(server.requests)) == (QUEUED, 0, 1)


@pytest.mark.parametrize("mood", [text_gateway.endless, text_gateway.taken_and_gone])
def test_taken_is_taken_however_the_answer_ends(hook, server, mood):
    row = news(hook)
    server.moods = [mood]

    delivering.deliver_due()

    row.refresh_from_db()
    assert row.state == SENT
    assert len(row.answer) <= 500


def test_gone_switches_off_and_tells_once(hook, server, monkeypatch):
    told = []
    monkeypatch.setattr(delivering, "_told", [told.append])
    row = news(hook)
    server.moods = [says(410)]

    delivering.deliver_due()
    delivering.disable(Hook.objects.get(), GONE)

    row.refresh_from_db()
    found = Hook.objects.get()
    assert (found.state, found.reason, row.state) == (DISABLED, GONE, FAILED)
    assert [one.pk for one in told] == [hook.pk]


def test_twenty_failures_in_a_row_switch_off(hook, server, monkeypatch):
    told = []
    monkeypatch.setattr(delivering, "_told", [told.append])
    news(hook)
    server.moods = [says(500)] * 25

    for _turn in range(25):
        later()
        delivering.deliver_due()

    found = Hook.objects.get()
    assert (found.state, found.reason, len(server.requests)) == (DISABLED, FAILURES, 20)
    assert len(told) == 1


def test_given_up_after_three_days(hook, server):
    row = news(hook)
    server.moods = [says(500)]
    later(days=3)

    delivering.deliver_due()

    row.refresh_from_db()
    assert row.state == FAILED


# --- Claims and order ---------------------------------------------------------------------------
def test_killed_between_answer_and_record_is_sent_again_under_the_same_id(
    hook, server, monkeypatch
):
    row = news(hook)
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "_record", lambda *_args: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            delivering.deliver_due()
    row.refresh_from_db()
    held = row.state

    delivering.reclaim()
    kept = HookDelivery.objects.get().state
    HookDelivery.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    delivering.reclaim()
    delivering.deliver_due()

    row.refresh_from_db()
    assert (held, kept, row.state, row.losses) == (SENDING, SENDING, SENT, 1)
    assert [headers["webhook-id"] for headers, _body in server.requests] == [str(row.event_id)] * 2


def test_row_that_three_workers_did_not_survive_is_set_aside(hook):
    row = news(hook)
    past = timezone.now() - dt.timedelta(seconds=1)

    for _turn in range(3):
        HookDelivery.objects.update(state=SENDING, lease_token="x", lease_until=past)
        delivering.reclaim()

    row.refresh_from_db()
    assert (row.state, row.losses) == (PARKED, 3)


def test_hook_that_another_worker_serves_is_left_alone(hook, server):
    news(hook)
    Hook.objects.update(busy_until=timezone.now() + dt.timedelta(seconds=60))

    delivering.deliver_due()

    assert server.requests == []


def test_later_event_of_a_case_waits_for_the_earlier_one(hook, server):
    news(hook, verb="first")
    news(hook, verb="second")
    news(hook, "GT-2", verb="other")
    server.moods = [says(400)]

    delivering.deliver_due()
    later()
    delivering.deliver_due()

    told = [body["data"]["verb"] for _headers, body in server.requests]
    assert told == ["first", "other", "first", "second"]


# --- Where it may point (F68) -------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.kr/",
        "https://user:secret@hooks.example.kr/",
        "https://hooks.example.kr:25/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://169.254.169.254/latest/",
        "https://10.0.0.1:8443/",
        "https://100.64.0.1/",
        "https://224.0.1.1/",
        "https://[fe80::1%25eth0]/",
        "https://0.0.0.0/",
        "https://hooks.example.kr/#x",
        "https://hooks.example.kr/ x",
        "https://hooks.example.kr/\nX: y",
        "https://hooks.example.kr:port/",
        "file:///etc/passwd",
        "https:///x",
        "//hooks.example.kr/",
    ],
)
def test_bad_address_is_refused(url):
    with pytest.raises(address.BadAddressError):
        address.parse(url)


def test_good_addresses_are_taken_apart():
    found = address.parse("https://hooks.example.kr:8443/in?x=1")

    assert (found.host, found.port, found.rest) == ("hooks.example.kr", 8443, "/in?x=1")
    assert found.authority == "hooks.example.kr:8443"


@pytest.mark.parametrize("name", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_names_for_the_machine_itself_are_found_out(name):
    with pytest.raises(address.BadAddressError):
        address.resolve(address.parse(f"https://{name}/"))


def test_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    answers(monkeypatch, [["8.8.8.8", "10.0.0.7"]])

    with pytest.raises(address.BadAddressError):
        address.resolve(address.parse("https://hooks.example.kr/"))


def answers(monkeypatch, turns: list[list[str]]) -> None:
    """A name server that says something else each time."""
    plain = socket.getaddrinfo

    def look_up(host, port, *args, **more):
        if host != "hooks.example.kr":
            return plain(host, port, *args, **more)
        found = turns.pop(0) if len(turns) > 1 else turns[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def as_if_public(monkeypatch, *found: str) -> None:
    """Addresses of this machine that stand for the public Internet; no other does."""
    chosen = {ipaddress.ip_address(one) for one in found}
    monkeypatch.setattr(address, "is_public", lambda ip: ip in chosen)


def unpinned(url: str, body: bytes, headers: dict[str, str]) -> line.Answer:
    """The broken twin: checks the name, then lets the library look it up again."""
    address.resolve(address.parse(url))
    answer = requests.post(url, data=body, headers=headers, timeout=2, allow_redirects=False)
    return line.Answer(answer.status_code, "", 0)


@pytest.mark.parametrize(("post", "hits"), [(line.post, 0), (unpinned, 1)])
def test_name_that_changes_its_address_reaches_nothing_inside(
    server, settings, monkeypatch, post, hits
):
    """127.0.0.2 stands for the Internet and has no listener; 127.0.0.1 is inside."""
    monkeypatch.setattr(address, "parse", _parse_http)
    settings.HOOK_ALLOW_LOOPBACK = False
    as_if_public(monkeypatch, "127.0.0.2")
    answers(monkeypatch, [["127.0.0.2"], ["127.0.0.1"]])

    post(server.url.replace("127.0.0.1", "hooks.example.kr"), b"{}", {})

    assert len(server.requests) == hits


def _parse_http(url: str) -> address.Target:
    """The parts of an address without TLS, for a listener that has none."""
    host, _colon, port = url.removeprefix("http://").partition("/")[0].partition(":")
    return address.Target("http", host, int(port), "/messages")


@pytest.mark.parametrize(
    ("certified", "status"), [("hooks.example.kr", 202), ("other.example.kr", None)]
)
def test_pinned_line_asks_for_the_certificate_of_the_name(
    server, settings, monkeypatch, tmp_path, certified, status
):
    key, certificate = _certificate(tmp_path, certified)
    server.secure(certificate, key)
    settings.HOOK_CA = str(certificate)
    answers(monkeypatch, [["127.0.0.1"]])

    url = server.url.replace("127.0.0.1", "hooks.example.kr")
    found = line.post(url, b"{}", {})

    hosts = [headers["Host"] for headers, _body in server.requests]
    assert found.status == status
    assert hosts == ([url.split("/")[2]] if status else [])


def _certificate(folder, host: str):
    """A key and a certificate of a name that certifies itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
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


# --- Steps of managers --------------------------------------------------------------------------
def test_paused_hook_is_told_nothing_and_resumed_hook_is(hook, server):
    verbs.pause(hook=hook, by=hook.created_by)
    sight = events.Sight(events.FILED, "answered")
    step = events.News("GT-1", "answer", hook.families[0], timezone.now(), {"KBIZ": sight})

    silent = events.spread([step])
    verbs.resume(hook=hook, by=hook.created_by)
    told = events.spread([step])

    assert (silent, len(told), hook.state) == ([], 1, ACTIVE)


def test_event_of_the_log_is_sent_again_under_its_id(hook, server):
    row = news(hook)
    delivering.deliver_due()
    row.refresh_from_db()

    verbs.send_again(delivery=row, by=hook.created_by)
    delivering.deliver_due()

    row.refresh_from_db()
    assert (row.state, row.again_by) == (SENT, hook.created_by)
    assert [headers["webhook-id"] for headers, _body in server.requests] == [str(row.event_id)] * 2


def test_ended_hook_keeps_its_log_and_sends_nothing_more(hook, server):
    row = news(hook)

    verbs.end(hook=hook, by=hook.created_by)
    delivering.deliver_due()

    row.refresh_from_db()
    assert (row.state, server.requests) == (FAILED, [])
    with pytest.raises(verbs.RefusedError):
        verbs.resume(hook=hook, by=hook.created_by)


def test_same_address_twice_is_refused(hook):
    with pytest.raises(verbs.RefusedError):
        verbs.add(owner="KBIZ", url=hook.url, families=hook.families, by=hook.created_by)


def test_who_has_hooks_is_asked_once_in_ten_seconds(hook, django_assert_num_queries):
    presence.forget()

    with django_assert_num_queries(1):
        found = [presence.owners() for _turn in range(3)]

    assert found == [frozenset({"KBIZ"})] * 3


def test_old_log_is_forgotten_and_what_waits_is_not(hook):
    done, waiting = news(hook), news(hook)
    old = timezone.now() - dt.timedelta(days=91)
    HookDelivery.objects.update(created_at=old)
    HookDelivery.objects.filter(pk=done.pk).update(state=FAILED)

    delivering.forget_old()

    assert list(HookDelivery.objects.all()) == [waiting]
