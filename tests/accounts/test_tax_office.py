"""The tax office's status service, asked over real HTTP: what it answers and how it fails."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from accounts import tasks, tax_office
from accounts.models import Company, Member, Organisation

KEY = "a+b/c=="
NUMBERS = ["1018100001", "1018100002", "1018100003", "1018100004"]


def row(number, code, tax_type="부가가치세 일반과세자"):
    return {"b_no": number, "b_stt_cd": code, "b_stt": "", "tax_type": tax_type}


def ok(rows):
    answer = {"status_code": "OK", "match_cnt": len(rows), "data": rows}
    return json.dumps(answer).encode()


GATEWAY = (
    b"<OpenAPI_ServiceResponse><cmmMsgHeader><returnAuthMsg>SERVICE_KEY_IS_NOT_REGISTERED_ERROR"
    b"</returnAuthMsg></cmmMsgHeader></OpenAPI_ServiceResponse>"
)


class Server:
    """A service of our own, which answers one thing after another."""

    def __init__(self):
        self.answers, self.asked = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                outer.asked.append((self.path, json.loads(self.rfile.read(length))))
                at = min(len(outer.asked), len(outer.answers)) - 1
                outer.answers[at](self)

            def log_message(self, *args):
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/api/v1/status"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def say(body, status=200, length=None):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(length or len(body)))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body)

    return answer


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(2000):
            handler.wfile.write(b" " * 64 * 1024)


def dripping(handler):
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)


def silent(handler):
    time.sleep(1.5)


def cut(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server():
    found = Server()
    yield found
    found.http.shutdown()
    found.http.server_close()


@pytest.fixture
def service(server):
    return tax_office.Service(server.url, KEY, pauses=(0, 0), wait=lambda _seconds: None)


def test_states_are_read_for_what_was_asked(server, service):
    server.answers = [
        say(
            ok(
                [
                    row(NUMBERS[0], "01"),
                    row(NUMBERS[1], "02"),
                    row(NUMBERS[2], "03"),
                    row(NUMBERS[3], "", "국세청에 등록되지 않은 사업자등록번호입니다."),
                    row("9999999999", "01"),
                    "garbage",
                ]
            )
        )
    ]

    assert service.states(NUMBERS) == dict(zip(NUMBERS, ("01", "02", "03", "00"), strict=True))


@pytest.mark.parametrize("key", [KEY, "a%2Bb%2Fc%3D%3D"])
def test_key_is_encoded_once_in_whichever_form_it_was_set(server, key):
    server.answers = [say(ok([]))]

    tax_office.Service(server.url, key).states(NUMBERS[:1])

    path, body = server.asked[0]
    assert "serviceKey=a%2Bb%2Fc%3D%3D" in path
    assert parse_qs(urlsplit(path).query)["serviceKey"] == [KEY]
    assert body == {"b_no": NUMBERS[:1]}


def test_hundred_numbers_are_asked_at_once(server, service):
    server.answers = [say(ok([]))]

    service.states([f"{n:010d}" for n in range(250)])

    assert [len(body["b_no"]) for _path, body in server.asked] == [100, 100, 50]


@pytest.mark.parametrize(
    ("answer", "times", "why"),
    [
        (say(b"down", 500), 3, "HTTP 500"),
        (say(b"slow down", 429), 3, "HTTP 429"),
        (say(b"no", 403), 1, "HTTP 403"),
        (say(GATEWAY), 1, "the gateway refused"),
        (say(b"\x00\xff nonsense"), 3, "not JSON"),
        (say(b"[]"), 1, "an answer of another shape"),
        (say(b'{"status_code":"ERROR","data":[]}'), 1, "an answer of another shape"),
        (say(ok([]), length=9999), 3, "the answer was cut off"),
        (endless, 1, "the answer is too large"),
        (silent, 3, "no answer (TimeoutError)"),
        (dripping, 3, "no answer (TimeoutError)"),
        (cut, 3, "no answer (RemoteDisconnected)"),
    ],
)
def test_every_fault_is_named_without_the_key(
    server, service, monkeypatch, caplog, answer, times, why
):
    monkeypatch.setattr(tax_office, "READ_SECONDS", 0.4)
    monkeypatch.setattr(tax_office, "WHOLE_SECONDS", 0.6)
    caplog.set_level(logging.DEBUG)
    server.answers = [answer]

    with pytest.raises(tax_office.ServiceError) as error:
        service.states(NUMBERS[:1])

    assert str(error.value) == why
    assert len(server.asked) == times
    assert "a+b" not in caplog.text + repr(error.value.__context__)
    assert "a%2Bb" not in caplog.text


def test_second_try_is_taken(server, service):
    server.answers = [say(b"", 503), say(ok([row(NUMBERS[0], "01")]))]

    assert service.states(NUMBERS[:1]) == {NUMBERS[0]: "01"}


def test_nobody_there_is_a_fault_like_any_other():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = tax_office.Service(f"http://127.0.0.1:{port}/", KEY, pauses=())

    with pytest.raises(tax_office.ServiceError, match="ConnectionRefusedError"):
        service.states(NUMBERS)


@pytest.fixture
def rows(loaded):
    kbiz, innobiz = (Organisation.objects.get(code=code) for code in ("KBIZ", "INNOBIZ"))
    companies = [Company.objects.create(business_number=n, name=n) for n in NUMBERS]
    found = [
        Member.objects.create(organisation=kbiz, company=one, name=one.name) for one in companies
    ]
    found.append(
        Member.objects.create(organisation=innobiz, company=companies[0], name="같은 기업")
    )
    return found


def states():
    return [(one.tax_state, one.tax_checked_at is None) for one in Member.objects.order_by("pk")]


def test_task_is_off_without_a_key(rows, settings):
    settings.NTS_SERVICE_KEY = ""

    assert tasks.check_tax_states() == 0
    assert states() == [("", True)] * 5


def test_task_keeps_what_was_told_for_every_directory(rows, settings, server):
    settings.NTS_SERVICE_URL, settings.NTS_SERVICE_KEY = server.url, KEY
    server.answers = [say(ok([row(NUMBERS[0], "03"), row(NUMBERS[1], "01")]))]

    told = tasks.check_tax_states()
    again = tasks.check_tax_states()

    assert (told, again) == (2, 0)
    assert states() == [("03", False), ("01", False), ("", False), ("", False), ("03", False)]
    assert len(server.asked) == 1


def test_task_leaves_what_is_known_when_the_service_is_away(
    rows, settings, server, monkeypatch, caplog
):
    settings.NTS_SERVICE_URL, settings.NTS_SERVICE_KEY = server.url, KEY
    monkeypatch.setattr(tax_office, "PAUSES", ())
    monkeypatch.setattr(
        tax_office, "service", lambda: tax_office.Service(server.url, KEY, pauses=())
    )
    long_ago = timezone.now() - tasks.STALE * 2
    Member.objects.update(tax_state="01", tax_checked_at=long_ago)
    server.answers = [say(b"", 500)]

    told = tasks.check_tax_states()

    assert told == 0
    assert set(Member.objects.values_list("tax_state", "tax_checked_at")) == {("01", long_ago)}
    assert KEY not in caplog.text
