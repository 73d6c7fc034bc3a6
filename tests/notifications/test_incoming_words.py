"""Recorded replies say what a person would say was written, and hostile ones cost nothing."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest

from notifications.incoming import automatic, charsets, headers, pages, quoting, reading

REPLIES = Path(__file__).parent.parent / "data" / "mails" / "replies"
NAMES = sorted(path.stem for path in REPLIES.glob("*.eml"))
MACHINES = {
    "bounce": automatic.RETURNED,
    "out-of-office-bare": automatic.AUTOMATIC,
    "out-of-office-ko": automatic.AUTOMATIC,
    "read-receipt": automatic.AUTOMATIC,
}
FILES = {
    "iphone-ko": ["IMG_0123.jpeg"],
    "only-attachment": ["원산지증명서.pdf"],
    "winmail-attachment": ["contract.pdf"],
    "winmail-body-only": ["a.txt"],
}


def raw(name: str) -> bytes:
    return (REPLIES / f"{name}.eml").read_bytes()


def said(name: str) -> str:
    """What a person says was written."""
    mail = raw(name)
    if automatic.kind(headers.read(mail)):
        return ""
    return quoting.split(reading.read(mail).text).text


def test_replies_are_at_least_forty():
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_reply_parses_to_what_was_written(name):
    expected = (REPLIES / f"{name}.txt").read_text("utf-8").strip()

    assert said(name) == expected


@pytest.mark.parametrize("name", NAMES)
def test_reply_of_a_machine_is_known_as_one(name):
    assert automatic.kind(headers.read(raw(name))) == MACHINES.get(name, "")


@pytest.mark.parametrize("name", NAMES)
def test_reply_brings_its_files_without_logos(name):
    found = reading.read(raw(name)).files

    assert [file.name for file in found] == FILES.get(name, [])


@pytest.mark.parametrize("name", NAMES)
def test_reply_keeps_every_word_somewhere(name):
    text = reading.read(raw(name)).text
    words = quoting.split(text)

    kept = f"{words.text}\n{words.rest}".split()
    missing = [word for word in text.split() if word not in kept]

    assert missing == []


def test_subject_of_raw_korean_letters_is_read():
    assert headers.read(raw("charset-euc-kr-raw-8bit")).text("Subject") == "회신합니다"
    assert headers.read(raw("charset-iso-2022-kr")).text("Subject") == "회신"


def test_decomposed_hangul_is_composed():
    text = quoting.split(reading.read(raw("applemail-nfd")).text).text

    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("charset", ["hex", "zlib", "base64", "rot13", "\x00", "가", "idna"])
def test_a_name_that_is_no_charset_does_no_harm(charset):
    assert charsets.decode("가나다".encode(), charset) == "가나다"


HOSTILE = [
    "On " * 20_000,
    "On a 2026\n" * 6_000,
    "From: \n" * 9_000,
    "> " * 30_000,
    "2026년 " * 12_000,
    "T. 02-123-4567 " * 4_000,
    "2026-11-23 a:\n" * 4_000,
    "-" * 64_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_splitting_hostile_text_costs_little(text):
    started = time.process_time()

    quoting.split(text)

    assert time.process_time() - started < 1.5


MARKUP = ["<div>" * 12_000, "<!" * 30_000, "<a b='" * 10_000, "<!--" * 16_000, "&#" * 30_000]


@pytest.mark.parametrize("markup", MARKUP, ids=lambda text: repr(text[:8]))
def test_reading_hostile_markup_costs_little(markup):
    started = time.process_time()

    pages.as_text(markup)

    assert time.process_time() - started < 1.0


def _nested(depth: int) -> bytes:
    return b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(depth)
    )


BOMBS = {
    "deep": _nested(3_000) + b"Content-Type: text/plain\r\n\r\nhi",
    "wide": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 50_000,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 3_000 + b"hi",
    "endless head": b"A: b\r\n" * 100_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_of_parts_is_refused_before_it_is_parsed(name):
    with pytest.raises(reading.TooNestedError):
        reading.read(BOMBS[name])


@pytest.mark.parametrize(
    "head",
    [
        b"From: " + b"(" * 30_000,
        b"From: " + b"<a@b" * 20_000,
        b"Subject: " + b"=?utf-8?B?" * 5_000,
        b"Content-Disposition: attachment; filename=" + b"(" * 30_000,
        b"From: \xff\xfe\x00 <a@b.example>",
        b"From:\r\n \r\n\t",
    ],
    ids=range(6),
)
def test_hostile_head_is_read_without_an_error(head):
    found = headers.read(head + b"\r\n\r\nhi")

    assert automatic.kind(found) == ""
    assert isinstance(found.sender + found.sender_name + found.text("Subject"), str)


def test_nul_and_controls_do_not_reach_the_text():
    mail = b"Content-Type: text/plain; charset=utf-8\r\n\r\nA\x00B\x1b[31m\xe2\x80\xaeC\r\n"

    assert reading.read(mail).text == "AB[31mC"
