"""The demonstration's mailbox keeps every mail, shows it safely, and is not there otherwise."""

import pytest
from django.urls import reverse

from notifications import delivery, mailbox


@pytest.fixture
def folder(settings, tmp_path):
    """A mailbox of our own, in demo mode."""
    settings.DEMO = True
    settings.EMAIL_BACKEND = "notifications.mailbox.FolderBackend"
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def test_mail_is_kept_whole_and_for_our_eyes_only(enqueue, folder):
    row = enqueue()

    delivery.deliver_due()

    (path,) = folder.iterdir()
    (kept,) = mailbox.kept()
    assert (path.suffix, path.stat().st_mode & 0o777) == (".eml", 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert kept.mail["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert row.answer == "250 kept in the mailbox folder"


def test_newest_mail_comes_first_and_can_be_filtered(client, enqueue, folder):
    enqueue("a@example.kr")
    enqueue("b@example.kr", language="en")
    delivery.deliver_due()

    everybody = client.get(reverse("demo-mailbox")).context["mails"]
    one = client.get(reverse("demo-mailbox"), {"to": "A@example"}).context["mails"]

    assert [kept.to for kept in everybody] == ["b@example.kr", "a@example.kr"]
    assert [kept.to for kept in one] == ["a@example.kr"]


@pytest.mark.parametrize("query", [{}, {"to": "nobody@example.kr"}])
def test_empty_mailbox_says_what_to_do(client, db, folder, query):
    page = client.get(reverse("demo-mailbox"), query)

    assert page.context["mails"] == []
    assert page.content.decode().count("<table") == 0


def test_mail_shows_its_text_with_links_to_follow(client, enqueue, folder, settings):
    enqueue(context={"company": "<b>x</b>", "path": "/status/", "due": "2026-12-03", "text": "t"})
    delivery.deliver_due()
    (kept,) = mailbox.kept()

    page = client.get(reverse("demo-mail", args=[kept.name])).content.decode()

    assert f'href="{settings.PUBLIC_URL}/status/"' in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_mail_shows_quoted_lines_as_a_quotation(client, enqueue, folder, monkeypatch):
    enqueue()
    delivery.deliver_due()
    (kept,) = mailbox.kept()
    text = "You asked:\n> first\n> second\n\nSee <http://a.example/x>.\n"
    monkeypatch.setattr(mailbox.KeptMail, "part", lambda self, subtype: text)

    parts = client.get(reverse("demo-mail", args=[kept.name])).context["parts"]

    assert [(part.text, part.quoted) for part in parts] == [
        ("You asked:", False),
        ("first\nsecond", True),
        ("See http://a.example/x.", False),
    ]


def test_html_part_is_shown_in_a_sandbox(client, enqueue, folder):
    enqueue()
    delivery.deliver_due()
    (kept,) = mailbox.kept()

    page = client.get(reverse("demo-mail-html", args=[kept.name]))

    assert page.content.decode().strip() == kept.part("html").strip()
    policy = page["Content-Security-Policy"].split("; ")
    assert policy[0].split()[0] == "sandbox"
    assert "allow-scripts" not in policy[0]
    assert policy[1] == "default-src 'none'"


@pytest.mark.parametrize("name", ["20261122T155716123456-0123abcd", "..", "x%2F..%2Fsecret_key"])
def test_unknown_mail_is_not_found(client, db, folder, name):
    assert client.get(f"/demo/mailbox/{name}/").status_code == 404
    assert mailbox.find("../" + name) is None


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["", "20261122T155716123456-0123abcd/"])
def test_mailbox_does_not_exist_outside_the_demonstration(client, db, settings, method, path):
    settings.DEMO = False

    response = getattr(client, method)(f"/demo/mailbox/{path}")

    assert response.status_code == 404
    # A method of programs is refused before the address is looked at.
    assert client.put(f"/demo/mailbox/{path}").status_code == client.put("/nothing/").status_code


def test_mailbox_only_reads(client, db, folder):
    assert client.post("/demo/mailbox/").status_code == 405
