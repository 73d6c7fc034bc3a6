"""Incoming mail is kept once, told apart, and handed on once, whatever comes in between."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from files.folder import storage
from files.models import StoredFile
from notifications import outbox, replying, texts
from notifications.incoming import automatic, forgetting, handling, headers, hooks, keeping, take
from notifications.incoming.hooks import Letter, Word
from notifications.models import IncomingMail, Notice

pytestmark = pytest.mark.django_db


class Box:
    """Takes whatever comes to `test+<code>@`, and remembers it."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.held_letters: list[Letter] = []
        self.fails: list[Exception] = []
        self.word = Word("taken", "", "GT-1")

    def knows(self, code: str) -> bool:
        return code != "unknown"

    def judge(self, code: str, sender: str) -> Word:
        if sender.startswith("stranger"):
            return Word("quarantined", "other_sender", "GT-1")
        return self.word

    def take(self, letter: Letter) -> Word:
        self.letters.append(letter)
        if self.fails:
            raise self.fails.pop(0)
        return self.word

    def held(self, letter: Letter, word: Word) -> None:
        self.held_letters.append(letter)


@pytest.fixture
def box(settings, monkeypatch):
    """Mail comes in at replies.example."""
    settings.REPLY_DOMAIN = "replies.example"
    found = Box()
    monkeypatch.setitem(hooks.takers, "test", found)
    return found


def mail(text: str = "안녕하세요", *, code: str = "abc", **head: str) -> bytes:
    said = {
        "From": "hong@company.example",
        "To": f"test+{code}@replies.example",
        "Message-ID": "<one@company.example>",
        "Subject": "Re: GT-1",
        "Content-Type": "text/plain; charset=utf-8",
    } | {name.replace("_", "-"): value for name, value in head.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return lines.encode() + b"\r\n" + text.encode()


def attached(*files: tuple[str, bytes]) -> bytes:
    parts = b"".join(
        b"--b\r\nContent-Type: application/octet-stream\r\n"
        b'Content-Disposition: attachment; filename="'
        + name.encode()
        + b'"\r\n\r\n'
        + content
        + b"\r\n"
        for name, content in files
    )
    head = mail("", Content_Type="multipart/mixed; boundary=b", Message_ID="<files@x.example>")
    return head + b"--b\r\n\r\nsee files\r\n" + parts + b"--b--\r\n"


def test_mail_is_kept_and_taken(box):
    row = take(mail(), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.subject_key, row.text) == ("taken", "GT-1", "안녕하세요")
    assert keeping.raw_of(row) == mail()
    assert [letter.text for letter in box.letters] == ["안녕하세요"]


def test_same_mail_twice_is_taken_once(box):
    take(mail(), source="lmtp", to=["test+abc@replies.example"])
    handling.handle_waiting()
    take(b"Received: from elsewhere\r\n" + mail(), source="imap")
    handling.handle_waiting()

    assert IncomingMail.objects.count() == 1
    assert len(box.letters) == 1


def test_naive_twin_without_a_fingerprint_takes_it_twice(box, monkeypatch):
    """The positive control: what the test above holds is held by the fingerprint."""
    numbers = iter(range(10))
    monkeypatch.setattr(keeping, "fingerprint", lambda *_said: str(next(numbers)))

    for _turn in range(2):
        take(mail(), source="lmtp")
        handling.handle_waiting()

    assert len(box.letters) == 2


def test_two_mails_of_one_text_are_two(box):
    take(mail(), source="test")
    take(mail(Message_ID="<two@company.example>"), source="test")

    assert IncomingMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_same_mail_twice_at_once_is_kept_once(box):
    barrier = threading.Barrier(4)
    errors: list[BaseException] = []

    def bring() -> None:
        try:
            barrier.wait()
            take(mail(), source="test")
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert IncomingMail.objects.count() == 1
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_a_mail_once(box):
    row = take(mail(), source="test")
    barrier = threading.Barrier(3)
    written: list[int] = []

    def write(letter: Letter) -> Word:
        written.append(letter.mail.pk)
        return Word("taken", "", "GT-1")

    box.take = write

    def work() -> None:
        try:
            barrier.wait()
            handling.handle(row.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _turn in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert written == [row.pk]


def test_worker_killed_between_keeping_and_taking_loses_nothing(box):
    row = take(mail(), source="test")
    box.fails = [OperationalError("server closed the connection")]

    with pytest.raises(OperationalError):
        handling.handle_waiting()
    row.refresh_from_db()
    state_between = row.state
    handling.handle_waiting()

    row.refresh_from_db()
    assert (state_between, row.state, row.attempts) == ("new", "taken", 2)


def test_poison_mail_is_set_aside_and_others_flow(box, monkeypatch):
    poison = take(mail("poison", Message_ID="<p@x.example>"), source="test")
    good = take(mail(), source="test")
    real = handling.reading.read

    def read(raw: bytes) -> Any:
        if raw.endswith(b"poison"):
            raise ValueError("no mail")
        return real(raw)

    monkeypatch.setattr(handling.reading, "read", read)
    handling.handle_waiting()

    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.state, poison.reason) == ("failed", "unreadable")
    assert good.state == "taken"


def test_mail_that_fails_again_and_again_is_given_up(box):
    row = take(mail(), source="test")
    box.fails = [RuntimeError("broken")] * 5

    for _turn in range(4):
        handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "given_up")


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Precedence": "bulk"}, "automatic"),
        ({"X_Auto_Response_Suppress": "All"}, "automatic"),
        ({"Return_Path": "<>"}, "automatic"),
        ({"Subject": "자동 회신: Re: GT-1"}, "automatic"),
        ({"Subject": "=?utf-8?B?67aA7J6s7KSR?="}, "automatic"),
        ({"Subject": "Out of Office: Re: GT-1"}, "automatic"),
        ({"X_Loop": "replies.example"}, "loop"),
        ({"To": "somebody@elsewhere.example"}, "no_address"),
        ({"To": "other+abc@replies.example"}, "nobody_takes"),
        ({"To": "test+unknown@replies.example"}, "unknown_address"),
    ],
)
def test_mail_of_no_person_is_left_aside(box, head, reason):
    row = take(mail(**head), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.reason, box.letters) == ("ignored", reason, [])
    assert Notice.objects.count() == 0


def test_our_own_mail_that_comes_back_is_a_loop(box, settings):
    found = headers.read(mail(Message_ID=f"<{'a' * 32}@{settings.MESSAGE_ID_DOMAIN}>"))

    assert automatic.kind(found) == "loop"


def test_returned_mail_goes_to_who_reads_returned_mail(box, monkeypatch):
    seen: list[bytes] = []
    monkeypatch.setattr(hooks, "_bounced", [lambda raw: bool(seen.append(raw)) or True])
    raw = mail(Content_Type="multipart/report; report-type=delivery-status; boundary=b")

    row = take(raw, source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, seen) == ("bounce", [raw])


def test_stranger_is_quarantined_with_the_words_kept(box):
    row = take(mail(From="stranger@elsewhere.example"), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.reason, row.text) == ("quarantined", "other_sender", "안녕하세요")
    assert (len(box.letters), len(box.held_letters)) == (0, 1)


def test_mail_that_its_domain_disowns_is_quarantined(box, settings):
    settings.REPLY_AUTHSERV = "mx.portal.example"
    said = "mx.portal.example; dkim=none; dmarc=fail header.from=company.example"
    row = take(mail(Authentication_Results=said), source="test")
    forged = take(
        mail(Authentication_Results="mx.evil.example; dmarc=fail", Message_ID="<f@x.example>"),
        source="test",
    )
    handling.handle_waiting()

    row.refresh_from_db()
    forged.refresh_from_db()
    assert (row.state, row.reason, forged.state) == ("quarantined", "disowned", "taken")


def test_flood_of_one_sender_waits_for_an_officer(box, monkeypatch):
    monkeypatch.setattr(handling, "AN_HOUR_AT_MOST", 2)
    for number in range(3):
        take(mail(Message_ID=f"<{number}@x.example>"), source="test")
        handling.handle_waiting()

    states = IncomingMail.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [("taken", ""), ("taken", ""), ("quarantined", "too_often")]


def test_empty_mail_is_left_aside(box):
    row = take(mail("\r\n"), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.reason) == ("ignored", "empty")


def test_mail_of_fifty_megabytes_is_not_read_and_its_sender_is_told(box):
    row = take(mail("x" * (50 * 1024 * 1024)), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert (row.state, row.reason, row.raw.size <= 64 * 1024) == ("failed", "too_big", True)
    notice = Notice.objects.get()
    assert (notice.kind, notice.to_address) == ("reply_refused", "hong@company.example")


def test_files_that_uploads_refuse_are_refused_and_the_words_taken(box):
    bomb = b"PK\x03\x04" + b"\0" * 100
    row = take(attached(("a.zip", bomb), ("b.exe", b"MZ"), ("c.txt", b"fine")), source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    letter = box.letters[0]
    assert [file.original_name for file in letter.files] == ["c.txt"]
    assert (row.state, len(row.result["refused"])) == ("taken", 2)
    assert Notice.objects.get().context["kept"] is True


def test_too_many_files_are_refused(box):
    files = [(f"{number}.txt", b"fine") for number in range(7)]
    take(attached(*files), source="test")
    handling.handle_waiting()

    assert len(box.letters[0].files) == 5
    assert len(box.letters[0].refused) == 1


def test_sender_is_told_of_refused_files_once_a_day(box):
    for number in range(2):
        raw = attached(("a.exe", b"MZ")).replace(b"files@", b"%d@" % number)
        take(raw, source="test")
        handling.handle_waiting()

    assert len(box.letters) == 2
    assert Notice.objects.filter(kind="reply_refused").count() == 1


def test_line_breaks_in_a_head_reach_no_mail_of_ours(box):
    raw = attached(("a.exe", b"MZ")).replace(
        b"From: hong@company.example",
        b"From: =?utf-8?B?aEBjLmV4YW1wbGUNCkJjYzogeEB5?= <h@c.example>",
    )
    row = take(raw, source="test")
    handling.handle_waiting()

    row.refresh_from_db()
    assert "\n" not in row.sender + row.subject
    assert [notice.to_address for notice in Notice.objects.all()] in ([], ["h@c.example"])


def test_old_mails_are_forgotten_and_the_waiting_stay(box, settings):
    settings.REPLY_KEEP_DAYS = 0
    kept = take(mail(From="stranger@elsewhere.example"), source="test")
    handling.handle_waiting()
    gone = take(mail(Message_ID="<two@x.example>"), source="test")
    handling.handle_waiting()

    forgetting.forget()

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.raw is not None, gone.raw, gone.text) == (True, None, "")


def test_bytes_are_on_the_disk_when_the_row_is_there(box):
    row = take(mail(), source="test")

    assert storage().exists(row.raw.storage_name)
    assert StoredFile.objects.get().claimed_at is not None


# --- The reply address ------------------------------------------------------------------------
@pytest.fixture
def notice(settings) -> Notice:
    settings.REPLY_DOMAIN = "replies.example"
    with transaction.atomic():
        return outbox.enqueue(
            "receipt",
            to="Hong@Company.example",
            context=texts.sample("receipt"),
            subject_key="GT-2026-000123-7",
            thread="GT-2026-000123-7",
        )


def test_address_is_short_small_and_leads_back(notice):
    address = replying.address_of(notice)
    local = address.partition("@")[0]

    assert address == address.lower()
    assert len(local) <= 64
    prefix, code = replying.parsed(address.upper())
    assert (prefix, replying.answered(code)) == ("reply", notice)


@pytest.mark.parametrize(
    "change",
    [
        {"to_address": "other@company.example"},
        {"subject_key": "GT-2026-000124-5"},
        {"kind": "message_to_body"},
    ],
)
def test_address_holds_for_its_subject_side_and_reader_alone(notice, change):
    code = replying.parsed(replying.address_of(notice))[1]
    Notice.objects.filter(pk=notice.pk).update(**change)

    assert replying.answered(code) is None


def test_no_letter_of_a_code_can_be_changed(notice):
    code = replying.parsed(replying.address_of(notice))[1]
    wrong = [
        code[:place] + ("a" if code[place] != "a" else "b") + code[place + 1 :]
        for place in range(len(code))
    ]

    assert [replying.answered(one) for one in wrong] == [None] * len(code)
    assert [replying.answered(one) for one in ("", "x", "가" * 32, code + "a", "=" * 32)] == [
        None
    ] * 5


def test_code_of_a_rotated_key_still_counts(notice, settings):
    code = replying.parsed(replying.address_of(notice))[1]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    without = replying.answered(code)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert (without, replying.answered(code)) == (None, notice)


def test_reply_to_is_set_only_where_an_answer_is_taken(notice, settings):
    code = Notice(pk=5, kind="one_time_code", to_address="a@b.example")
    with_domain = (set(replying.headers(notice)), replying.headers(code))
    settings.REPLY_DOMAIN = ""

    assert with_domain == ({"Reply-To", "X-Loop"}, {})
    assert replying.headers(notice) == {}


@pytest.mark.parametrize(("domain", "words"), [("", "발신 전용"), ("r.example", "그대로 회신")])
def test_footer_says_whether_to_reply(settings, domain, words):
    settings.REPLY_DOMAIN = domain
    text = texts.render("receipt", "ko", texts.sample("receipt")).text

    assert words in text
