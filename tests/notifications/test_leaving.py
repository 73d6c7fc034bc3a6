"""Leaving with one click: signed, idempotent, and only what is no part of the proceedings."""

from dataclasses import replace

import pytest
from django.core import signing
from django.core.mail import EmailMessage
from django.test import Client

from notifications import catalog, headers, leaving, mailing, outbox, texts
from notifications.incoming import handling, keeping
from notifications.models import DECLINED, QUEUED, IncomingMail, Notice, Unsubscription

READER = "Reader@Example.kr"


@pytest.fixture
def free(monkeypatch) -> None:
    """The sample is no part of the proceedings."""
    kind = replace(catalog.of("sample"), proceedings=False, topic=catalog.LIBRARY)
    monkeypatch.setitem(catalog._kinds, "sample", kind)


@pytest.fixture
def row(enqueue, free) -> Notice:
    return enqueue(to=READER)


def left() -> list[tuple[str, str]]:
    return list(Unsubscription.objects.values_list("email", "topic"))


def test_mail_carries_the_headers_of_one_click(row, settings) -> None:
    settings.PUBLIC_URL = "https://portal.example"

    found = headers.of(row)

    assert found["List-Unsubscribe"] == f"<https://portal.example{leaving.path(row)}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_mail_of_the_proceedings_cannot_be_left(enqueue, client) -> None:
    row = enqueue(to=READER)

    answer = client.post(leaving.path(row))

    assert [name for name in headers.of(row) if name.startswith("List-")] == []
    assert (answer.status_code, left()) == (404, [])


@pytest.mark.parametrize("language", ["ko", "en"])
def test_footer_names_the_link_in_both_parts(enqueue, free, settings, language) -> None:
    settings.PUBLIC_URL = "https://portal.example"
    row = enqueue(to=READER, language=language)

    mail = mailing.message(row)

    link = f"https://portal.example{leaving.path(row)}"
    assert (link in mail.body, link in mail.alternatives[0][0]) == (True, True)


def test_address_tells_nothing_of_the_reader(row) -> None:
    assert signing.Signer(salt="notifications.leaving").unsign_object(leaving.token(row)) == row.pk


def test_mail_program_leaves_without_cookie_or_token(row) -> None:
    program = Client(enforce_csrf_checks=True)
    said = {"List-Unsubscribe": "One-Click"}

    answers = [program.post(leaving.path(row), said).status_code for _turn in range(2)]

    assert (answers, left()) == ([200, 200], [("reader@example.kr", catalog.LIBRARY)])


@pytest.mark.parametrize("method", ["get", "head"])
def test_scanner_that_opens_the_link_leaves_nobody_out(row, client, method) -> None:
    answer = getattr(client, method)(leaving.path(row))

    assert (answer.status_code, left()) == (200, [])


def test_person_leaves_and_comes_back_by_buttons(row, client) -> None:
    gone = client.post(leaving.path(row), follow=True)
    there = left()
    back = client.post(f"{leaving.path(row)}back/", follow=True)

    assert (gone.context["gone"], there) == (True, [("reader@example.kr", catalog.LIBRARY)])
    assert (back.context["gone"], left()) == (False, [])


def test_page_shows_no_whole_address(row, client) -> None:
    page = client.get(leaving.path(row)).content.decode()

    assert (READER in page, READER.lower() in page, row.masked_address in page) == (
        False,
        False,
        True,
    )


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "xx", lambda t: "x", lambda t: f"{t}1"])
def test_forged_address_is_not_found(row, client, change) -> None:
    path = leaving.path(row).replace(leaving.token(row), change(leaving.token(row)))

    answers = [client.get(path).status_code, client.post(path).status_code]

    assert (answers, left()) == ([404, 404], [])


def test_token_of_another_purpose_is_not_found(row, client) -> None:
    other = signing.Signer(salt="intake.links.follow").sign_object(row.pk)

    answer = client.post(leaving.path(row).replace(leaving.token(row), other))

    assert (answer.status_code, left()) == (404, [])


def test_left_topic_is_declined_whatever_the_case_of_the_address(row, enqueue) -> None:
    leaving.leave(READER, catalog.LIBRARY)

    rows = [enqueue(to="READER@example.KR"), enqueue(to="other@example.kr")]

    assert [one.state for one in rows] == [DECLINED, QUEUED]


def test_proceedings_go_on_for_who_left_their_topic(enqueue) -> None:
    leaving.leave(READER, catalog.of("sample").topic)

    assert enqueue(to=READER).state == QUEUED


def test_proceedings_cost_no_question(db, django_assert_num_queries) -> None:
    rows = [outbox.notice("sample", to=READER, context={}, subject_key="")]

    with django_assert_num_queries(0):
        leaving.decline(rows)


@pytest.fixture
def farewell(row, settings):
    """A mail as a program sends it that knows no other way."""
    settings.REPLY_DOMAIN = "in.portal.example"
    mail = EmailMessage("unsubscribe", "unsubscribe", READER, [leaving.mail_address(row)])

    def come_in(to: str = "") -> str:
        mail.to = [to] if to else mail.to
        mail.extra_headers["Message-ID"] = f"<{to or 'right'}@program.example>"
        found = keeping.take(mail.message().as_bytes(), source="test", to=mail.to)
        handling.handle(found.pk)
        return IncomingMail.objects.get(pk=found.pk).state

    return come_in


def test_mail_program_may_leave_by_mail(row, farewell) -> None:
    ways = headers.of(row)["List-Unsubscribe"]

    state = farewell()

    assert f"<mailto:{leaving.mail_address(row)}?subject=unsubscribe" in ways
    assert (state, left()) == ("taken", [("reader@example.kr", catalog.LIBRARY)])


def test_forged_farewell_by_mail_changes_nothing(row, farewell) -> None:
    state = farewell(f"leave+{'a' * 32}@in.portal.example")

    assert (state, left()) == ("ignored", [])


def test_sample_text_stays_without_a_link() -> None:
    assert "leave" not in texts.render("sample", "ko", texts.sample("sample")).text
