"""The error pages: nothing that was typed is lost, and they stand while the database does not."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from portal import errors

LONG = "호치민 세관에서 전자 원산지증명서를 인정하지 않습니다.\r\n서류를 세 번 냈습니다. <b>&"
KEY = str(uuid.uuid4())
TYPED = {"title": "베트남 통관 지연", "situation": LONG, "key": KEY, "password": "secret-word"}


def hidden(page):
    tags = page.all("input", type="hidden")
    names = {"csrfmiddlewaretoken", "next"}
    return {tag.attrs["name"]: tag.attrs["value"] for tag in tags if tag.attrs["name"] not in names}


@pytest.mark.django_db
def test_lost_cookie_offers_the_typed_form_again(read):
    client = Client(enforce_csrf_checks=True)

    response = client.post("/language/", TYPED)

    page = read(response)
    assert response.status_code == 403
    assert page.faults() == []
    assert hidden(page) == {"title": "베트남 통관 지연", "situation": LONG, "key": KEY}
    assert [tag.attrs.get("action") for tag in page.all("form")].count("/language/") == 3
    token = page.all("input", name="csrfmiddlewaretoken")[-1].attrs["value"]
    again = client.post("/language/", {**hidden(page), "csrfmiddlewaretoken": token})
    assert again.status_code == 302


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (errors.server_error, 500),
        (lambda request: errors.unavailable(request, OperationalError()), 503),
        (errors.csrf_failure, 403),
    ],
    ids=["500", "503", "csrf"],
)
def test_page_keeps_the_text_without_asking_the_database(read, request_for, answer, status):
    # No database mark: the first question to it fails this test.
    request = request_for("post", "/file/submit/?x=1", TYPED)

    response = answer(request)

    page = read(response)
    assert response.status_code == status
    assert page.faults() == []
    assert hidden(page) == {"title": "베트남 통관 지연", "situation": LONG, "key": KEY}
    assert [tag.attrs["action"] for tag in page.all("form", action="/file/submit/?x=1")] == [
        "/file/submit/?x=1"
    ]
    shown = [tag.text for tag in page.all(class_="typed-text")]
    assert shown == ["베트남 통관 지연", LONG.replace("\r\n", "\n")] or shown == [
        "베트남 통관 지연",
        LONG,
    ]
    assert "secret-word" not in page.html


@pytest.mark.parametrize(("with_file", "retries"), [(False, 1), (True, 0)])
def test_form_with_files_is_never_sent_again_by_itself(read, request_for, with_file, retries):
    data = dict(TYPED)
    if with_file:
        data["papers"] = SimpleUploadedFile("통지문.pdf", b"%PDF-1.7")
    request = request_for("post", "/file/submit/", data)

    page = read(errors.unavailable(request, OperationalError()))
    request.close()

    assert len(page.all("form", data_retry="5")) == retries
    assert len(page.all("p", data_retry_note=True)) == retries
    assert len(page.all(class_="notice warning")) == int(with_file)


def test_page_that_was_only_read_is_loaded_again(read, request_for):
    response = errors.unavailable(request_for(path="/library/?q=1"), OperationalError())

    page = read(response)
    assert response["Retry-After"] == "5"
    assert len(page.all("div", data_retry="5")) == 1
    assert page.one("a", class_="krds-btn primary").attrs["href"] == "/library/?q=1"
    assert hidden(page) == {}


@pytest.mark.parametrize(
    ("answer", "status"),
    [(errors.bad_request, 400), (errors.permission_denied, 403), (errors.page_not_found, 404)],
)
def test_refusals_are_whole_pages_with_a_way_on(read, request_for, answer, status):
    response = answer(request_for())

    page = read(response)
    assert response.status_code == status
    assert page.faults() == []
    assert len(page.all("a", class_="krds-btn tertiary", href="/")) == 1
    assert "0" * 32 in page.html
