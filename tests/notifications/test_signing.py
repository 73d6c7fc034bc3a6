"""A signed mail is verified by another program, with Korean subjects and after another folding."""

import email
from email import policy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifications import delivery, signing

needs_dkim = pytest.mark.skipif(signing.dkim is None, reason="dkimpy is not installed")


@pytest.fixture
def record(settings, tmp_path: Path) -> bytes:
    """Mails are signed; what the domain's DNS says of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    settings.DKIM_KEY_FILE = str(path)
    settings.DKIM_SELECTOR, settings.DKIM_DOMAIN = "mail", "portal.example"
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def verified(content: bytes, record: bytes) -> bool:
    """What a server that receives the mail finds."""
    assert signing.dkim is not None
    return bool(signing.dkim.verify(content, dnsfunc=lambda name, timeout=5: record))


@needs_dkim
@pytest.mark.parametrize("language", ["ko", "en"])
def test_mail_that_arrives_is_verified(enqueue, smtp, record, language):
    facts = {"number": "GT-2026-000123-7 " + "통관 보류 문의 " * 12, "company": "한빛정밀(주)"}
    enqueue(
        thread="GT-1",
        language=language,
        context=facts | {"due": "2026-12-03", "text": "가나다\n.점\nFrom 앞", "path": "/a/"},
    )

    delivery.deliver_due()

    (mail,) = smtp.mails
    assert verified(mail.content, record) is True
    signed = mail.parsed["DKIM-Signature"].replace(" ", "")
    for name in ("from", "to", "subject", "date", "message-id", "references", "auto-submitted"):
        assert name in signed.split(";h=")[1].split(";")[0].split(":")


@needs_dkim
def test_signature_outlasts_another_folding_of_the_headers(enqueue, smtp, record):
    enqueue(thread="GT-1")
    delivery.deliver_due()

    head, _gap, body = smtp.mails[0].content.partition(b"\r\n\r\n")
    folded = head.replace(b"References: ", b"References:\r\n  ").replace(b"; ", b";\r\n\t")

    assert folded != head
    assert verified(folded + b"\r\n\r\n" + body, record) is True


@needs_dkim
@pytest.mark.parametrize(
    ("genuine", "forged"),
    [(b"Auto-Submitted: auto-generated", b"Auto-Submitted: no"), (b"multipart/alt", b"multipart/")],
)
def test_changed_mail_is_found_out(enqueue, smtp, record, genuine, forged):
    enqueue()
    delivery.deliver_due()
    content = smtp.mails[0].content

    changed = content.replace(genuine, forged, 1)

    assert changed != content
    assert verified(changed, record) is False


def test_mail_without_a_key_is_not_signed(enqueue, smtp):
    row = enqueue()

    delivery.deliver_due()

    assert smtp.mails[0].parsed["DKIM-Signature"] is None
    assert delivery.message(row).message()["DKIM-Signature"] is None


@needs_dkim
def test_header_of_the_signature_is_one_line_until_it_is_sent(enqueue, record):
    header = delivery.message(enqueue()).message()["DKIM-Signature"]

    assert "\n" not in header
    assert header.startswith("v=1; a=rsa-sha256; c=relaxed/relaxed; d=portal.example; ")


def test_mail_reads_the_same_with_and_without_its_signature(enqueue, record):
    if signing.dkim is None:
        pytest.skip("dkimpy is not installed")
    row = enqueue()

    read = email.message_from_bytes(
        delivery.message(row).message().as_bytes(), policy=policy.default
    )

    assert read["Subject"] == "[GT-2026-000123-7] 알림 시험입니다"
    assert read["Message-ID"] == row.message_id


# --- The system check -----------------------------------------------------------------------------
def test_check_is_silent_without_settings(settings):
    assert signing.check() == []


def test_check_names_the_missing_library(settings, record, monkeypatch):
    monkeypatch.setattr(signing, "dkim", None)

    assert [error.id for error in signing.check()] == ["notifications.E003"]


def test_check_names_what_is_set_by_half(settings, record):
    settings.DKIM_SELECTOR = ""
    half = {error.id for error in signing.check()}
    settings.DKIM_KEY_FILE = ""
    without_key = {error.id for error in signing.check()}

    assert (half - {"notifications.E003"}, without_key) == (
        {"notifications.E002"},
        {"notifications.E001"},
    )


def test_check_names_a_key_that_cannot_be_read(settings, record, tmp_path):
    settings.DKIM_KEY_FILE = str(tmp_path / "nowhere.pem")

    assert "notifications.E004" in {error.id for error in signing.check()}
