"""Requests that no browser sends are turned away in words, in the person's language (F94, F98)."""

import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from files.models import StoredFile
from intake.models import Draft
from tests.faults.company import ANSWERS

pytestmark = pytest.mark.django_db
WORDS = {
    400: ("요청을 이해하지 못했습니다", "We could not read this request"),
    405: ("이 주소는 이런 방법으로 쓸 수 없습니다", "This address cannot be used like that"),
    413: ("양식이 받을 수 있는 양을 넘었습니다", "This is more than the form takes"),
}


def heading(response) -> str:
    text = response.content.decode()
    return text.partition("<h1>")[2].partition("</h1>")[0]


def speaker(language: str) -> Client:
    browser = Client(raise_request_exception=False)
    browser.cookies["django_language"] = language
    return browser


def answers(send) -> list[tuple[int, str]]:
    """Status and heading of one request, sent by a Korean and by an English browser."""
    found = []
    for language in ("ko", "en"):
        response = send(speaker(language))
        found.append((response.status_code, heading(response)))
    return found


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "BREW"])
@pytest.mark.parametrize("name", ["home", "intake:file", "intake:submit", "admin:login", "healthz"])
def test_other_methods_are_turned_away(method, name):
    sent = answers(lambda browser: browser.generic(method, reverse(name)))

    assert sent == [(405, WORDS[405][0]), (405, WORDS[405][1])]


def test_method_in_a_header_or_a_field_counts_for_nothing():
    browser = speaker("ko")
    browser.get(reverse("intake:file"))

    asked = browser.get(
        reverse("intake:submit"), {"_method": "POST"}, headers={"X-HTTP-Method-Override": "POST"}
    )
    filed = browser.get(reverse("intake:submit"))

    assert (asked.status_code, heading(asked)) == (filed.status_code, heading(filed))


def test_page_that_takes_posts_alone_says_so_in_words():
    sent = answers(lambda browser: browser.get(reverse("intake:ask-code")))

    assert sent == [(405, WORDS[405][0]), (405, WORDS[405][1])]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("&".join(f"a{n}=1" for n in range(10_000)), 400),
        ("title=" + "가" * 2_000_000, 413),
    ],
    ids=["10,000 fields", "six megabytes of text"],
)
def test_too_much_of_a_form_is_turned_away(body, status):
    kind = "application/x-www-form-urlencoded"

    sent = answers(lambda browser: browser.post(reverse("intake:send"), body, content_type=kind))

    assert sent == [(status, WORDS[status][0]), (status, WORDS[status][1])]


def test_of_a_thousand_files_none_is_taken_and_the_text_is_kept(reference_data):
    def send(browser):
        files = [SimpleUploadedFile(f"{n}.txt", b"x") for n in range(1000)]
        return browser.post(reverse("intake:send"), ANSWERS | {"files": files})

    assert [status for status, _heading in answers(send)] == [422, 422]
    assert Draft.objects.count() == 2
    assert StoredFile.objects.count() <= 2 * settings.MAX_FILES_PER_MESSAGE


def test_form_within_its_bounds_is_read():
    """The positive control: what is turned away above is not turned away for being a form."""
    sent = speaker("ko").post(reverse("intake:send"), {"title": "가" * 1000, "action": "check"})

    assert sent.status_code == 422


@pytest.mark.any_database
def test_no_address_breaks_on_deep_json_or_on_a_broken_form(addresses):
    deep = "[" * 50_000 + "]" * 50_000
    odd = {
        "application/json": [deep, "{", json.dumps({"a": "\x00"})],
        "multipart/form-data": ["x"],
        "multipart/form-data; boundary=b": [
            "--b\r\n\r\n--b",
            '--b\r\nContent-Disposition: "\r\n\r\n',
        ],
        "application/x-www-form-urlencoded; charset=no-such": ["a=1"],
    }
    browser = Client(raise_request_exception=False)

    broken = {
        (name, kind): status
        for name, path in addresses
        for kind, bodies in odd.items()
        for body in bodies
        if (status := browser.generic("POST", path, body, kind).status_code) >= 500
    }

    assert broken == {}
