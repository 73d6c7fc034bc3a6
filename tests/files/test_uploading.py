"""The upload handler, fed as Django's parser feeds it."""

import os
import unicodedata
from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from files import uploading
from files.checking import check
from files.refusal import FileRefused
from tests.files import corpus

HANDLER = ["files.uploading.BoundedUploadHandler"]


def body(name, content):
    head = f'--x\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n'
    return (head + "Content-Type: application/pdf\r\n\r\n").encode() + content + b"\r\n--x--\r\n"


def request_of(raw, length=None):
    made = RequestFactory().generic("POST", "/")
    made.environ["CONTENT_TYPE"] = "multipart/form-data; boundary=x"
    made.environ["CONTENT_LENGTH"] = str(len(raw) if length is None else length)
    made.environ["wsgi.input"] = BytesIO(raw)
    return WSGIRequest(made.environ)


@pytest.fixture(autouse=True)
def _handler(settings, tmp_path):
    settings.FILE_UPLOAD_HANDLERS = HANDLER
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("name", ["가" * 200 + ".pdf", "a." + "각" * 84, "견적서.pdf"])
def test_upload_takes_any_length_of_name(name, form):
    request = request_of(body(unicodedata.normalize(form, name), corpus.pdf()))

    file = request.FILES["f"]

    assert (file.size, file.read()) == (len(corpus.pdf()), corpus.pdf())
    file.close()


def test_django_s_own_handler_fails_on_such_a_name(settings):
    """Positive control: the long ending is an error without our handler."""
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

    with pytest.raises(OSError, match="too long"):
        _ = request_of(body("a." + "각" * 84, corpus.pdf())).FILES


def test_upload_beyond_the_limit_is_counted_but_not_kept(settings, tmp_path):
    settings.MAX_FILE_BYTES = 100_000
    request = request_of(body("a.pdf", b"x" * 900_000))

    file = request.FILES["f"]

    kept = os.path.getsize(file.temporary_file_path())
    assert (file.size, kept < 300_000) == (900_000, True)
    with pytest.raises(FileRefused) as refusal:
        check(file)
    assert refusal.value.code == "too_big"
    file.close()


@pytest.mark.parametrize("moment", ["open", "write"])
def test_upload_onto_a_full_disk_is_refused_with_a_sentence(monkeypatch, moment):
    class Full(uploading.TemporaryUploadedFile):
        def __init__(self, *args, **kwargs):
            if moment == "open":
                raise OSError(28, "No space left on device")
            super().__init__(*args, **kwargs)

        def write(self, data):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploading, "TemporaryUploadedFile", Full)
    request = request_of(body("a.pdf", corpus.pdf()))

    with pytest.raises(FileRefused) as refusal:
        check(request.FILES["f"])

    assert refusal.value.code == "store_full"


def test_upload_cut_at_any_byte_leaves_no_file(tmp_path):
    whole = body("a.pdf", corpus.pdf(b"x" * 300_000))

    for at in range(0, len(whole) - 10, len(whole) // 20):
        request = request_of(whole[:at], length=len(whole))
        for file in request.FILES.values():
            file.close()
        del request

    assert list(tmp_path.iterdir()) == []
