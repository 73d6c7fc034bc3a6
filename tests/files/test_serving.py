"""Every stored file leaves as a download that nothing can run."""

from pathlib import Path

import pytest
from csp.middleware import CSPMiddleware
from django.test import RequestFactory
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from files import storing
from files.models import State, StoredFile
from tests.files import corpus

pytestmark = pytest.mark.django_db


def headers_of(response):
    names = ("Content-Security-Policy", "X-Content-Type-Options", "Cache-Control")
    return [response[name] for name in names]


SEALED = ["sandbox; default-src 'none'; frame-ancestors 'none'", "nosniff", "private, no-store"]


@pytest.mark.parametrize("sample", corpus.GOOD, ids=str)
def test_download_is_an_attachment_sealed_off(upload, download, sample):
    content = sample.build()

    response = download(storing.store(upload(sample.name, content)))

    assert (
        response.status_code,
        b"".join(response.streaming_content) == content,
        response["Content-Disposition"].split(";")[0],
        headers_of(response),
    ) == (200, True, "attachment", SEALED)


def test_download_names_the_type_only_of_pictures_and_pdf(upload, download):
    types = {
        sample.name: download(storing.store(upload(sample.name, sample.build())))["Content-Type"]
        for sample in corpus.GOOD
    }

    named = {name: given for name, given in types.items() if given != "application/octet-stream"}
    assert named == {
        "a.pdf": "application/pdf",
        "bom.pdf": "application/pdf",
        "a.JPG": "image/jpeg",
        "a.jpeg": "image/jpeg",
        "phone.jpg": "image/jpeg",
        "a.png": "image/png",
        "a.gif": "image/gif",
        "a.webp": "image/webp",
    }


def test_site_policy_gives_way_to_the_download_s_own(upload, download):
    request = RequestFactory().get("/")
    stored = storing.store(upload())

    response = CSPMiddleware(lambda request: download(stored))(request)

    assert response["Content-Security-Policy"] == SEALED[0]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("plain.pdf", 'attachment; filename="plain.pdf"'),
        ('a";b.pdf', 'attachment; filename="a\\";b.pdf"'),
        ('견적서;".pdf', "attachment; filename*=utf-8''%EA%B2%AC%EC%A0%81%EC%84%9C%3B%22.pdf"),
    ],
)
def test_download_gives_the_name_by_rfc_6266(upload, download, name, disposition):
    response = download(storing.store(upload(name)))

    assert response["Content-Disposition"] == disposition


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(stem=st.text(min_size=1, max_size=60))
def test_no_name_splits_the_header(upload, download, stem):
    from files import names
    from files.refusal import FileRefused

    try:
        name = names.clean(f"a{stem}.pdf")
    except FileRefused:
        return
    stored = storing.store(upload())
    stored.original_name = name

    response = download(stored)

    raw = response.serialize_headers()
    assert (raw.count(b"\r\n"), raw.isascii()) == (len(response.headers) - 1, True)


@pytest.mark.parametrize(
    ("state", "status", "heading"),
    [
        (State.SCAN_PENDING, 409, "This file is still being checked"),
        (State.INFECTED, 410, "A virus was found in this file"),
        (State.MISSING, 410, "This file is missing or damaged"),
    ],
)
def test_download_of_a_file_that_is_not_ready_explains(upload, download, state, status, heading):
    stored = storing.store(upload())
    stored.state = state

    with translation.override("en"):
        response = download(stored)

    assert (
        response.status_code,
        f"<h1>{heading}</h1>" in response.content.decode(),
        headers_of(response),
    ) == (status, True, SEALED)


@pytest.mark.parametrize("harm", ["flip", "remove"])
def test_download_of_damaged_bytes_sends_none_and_writes_nothing(
    upload, download, settings, caplog, harm
):
    stored = storing.store(upload())
    path = Path(settings.FILE_STORE) / stored.storage_name
    if harm == "flip":
        path.write_bytes(path.read_bytes().replace(b"hello", b"hellO"))
    else:
        path.unlink()

    response = download(stored)

    assert (response.status_code, StoredFile.objects.get().state, len(caplog.records)) == (
        410,
        State.READY,
        1,
    )
