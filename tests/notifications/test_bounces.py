"""Returned mails, as servers write them: whose came back, for good or not, and what is none."""

import re
from pathlib import Path

import pytest
from django.utils import timezone
from flufl.bounce import all_failures
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import bounces
from notifications.models import SENT, Address, Notice
from notifications.models.address import BAD, UNKNOWN

FOLDER = Path(__file__).parent.parent / "data/mails/bounces"
OURS = "<0123456789abcdef0123456789abcdef@portal.example>"
CLERK = "clerk@company.example"
# Each recorded mail: whose address, whether it quotes our Message-ID, for good, given up.
READ = {
    "address_only": (CLERK, False, True, True),
    "bounce_of_bounce": ("", False, False, False),
    "daum_unknown_euckr": ("clerk@hanmail.example", True, True, True),
    "exchange_en_unknown": (CLERK, True, True, True),
    "exchange_ko_full": (CLERK, True, False, True),
    "exchange_ko_unknown": (CLERK, True, True, True),
    "forwarded_unknown": (CLERK, True, True, True),
    "gmail_full": (CLERK, True, False, True),
    "gmail_unknown": (CLERK, True, True, True),
    "kakao_full": ("clerk@hanmail.example", True, False, True),
    "naver_dormant": ("clerk@naver.example", True, True, True),
    "naver_full": ("clerk@naver.example", True, False, True),
    "naver_unknown": ("clerk@naver.example", True, True, True),
    "policy_spam": (CLERK, True, False, True),
    "postfix_delayed": (CLERK, True, False, False),
    "postfix_expired": (CLERK, True, False, True),
    "postfix_unknown": (CLERK, True, True, True),
    "qmail_unknown": (CLERK, True, True, True),
}
NOTHING_RETURNED = ("answer_about_a_bounce", "out_of_office_en", "out_of_office_ko", "success")


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def test_every_recorded_mail_is_read_as_a_person_would() -> None:
    found = {path.stem: bounces.read(path.read_bytes()) for path in FOLDER.glob("*.eml")}

    assert {name for name, one in found.items() if one is None} == set(NOTHING_RETURNED)
    assert {
        name: (one.address, one.message_id == OURS, one.permanent, one.given_up)
        for name, one in found.items()
        if one is not None
    } == READ


def test_reason_is_what_the_server_said_without_the_address() -> None:
    reasons = {name: bounces.read(raw(name)).reason for name in READ if name != "bounce_of_bounce"}

    assert reasons["naver_full"] == (
        "수신자의 메일함 용량이 초과되어 메일을 받을 수 없습니다. (552 5.2.2 Mailbox full)"
    )
    assert reasons["daum_unknown_euckr"] == "해당 사용자를 찾을 수 없습니다."
    assert [name for name, said in reasons.items() if re.search(r"\w@\w", said) or not said] == []


def test_words_of_korean_providers_are_beyond_the_library_alone() -> None:
    """The positive control: without our own reading these would be lost."""
    import email

    alone = {name: all_failures(email.message_from_bytes(raw(name))) for name in READ}

    lost = {name for name, found in alone.items() if not any(found)}
    assert {"naver_unknown", "daum_unknown_euckr", "kakao_full", "address_only"} <= lost


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(READ)), st.data())
def test_torn_mails_are_read_without_a_fault(name: str, data: st.DataObject) -> None:
    whole = raw(name)
    start = data.draw(st.integers(0, len(whole)))
    torn = whole[:start] + data.draw(st.binary(max_size=40)) + whole[start + 30 :]

    found = bounces.read(torn)

    assert found is None or len(found.reason) <= 500


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_no_returned_mail(noise: bytes) -> None:
    assert bounces.read(b"From: a@example.kr\r\n\r\n" + noise) is None


# --- What is done with them -----------------------------------------------------------------
@pytest.fixture
def sent(enqueue) -> Notice:
    """The notice that the recorded mails return."""
    row = enqueue(to=CLERK)
    Notice.objects.filter(pk=row.pk).update(
        message_id=OURS, state=SENT, sent_at=timezone.now(), domain="company.example"
    )
    row.refresh_from_db()
    return row


def state() -> tuple[str, int]:
    row = Address.objects.filter(email=CLERK).first()
    return (row.state, row.strikes) if row else ("", 0)


def test_unknown_user_gives_the_address_up_at_once(sent) -> None:
    taken = bounces.take(raw("gmail_unknown"))

    sent.refresh_from_db()
    assert (taken, state(), bool(sent.bounced_at)) == (True, (BAD, 1), True)
    assert sent.bounce.startswith("5.1.1 550-5.1.1 The email account")


def test_full_mailbox_counts_and_the_same_return_counts_once(sent) -> None:
    bounces.take(raw("exchange_ko_full"))
    bounces.take(raw("exchange_ko_full"))

    assert state() == (UNKNOWN, 1)


def test_delay_leaves_everything_as_it_is(sent) -> None:
    taken = bounces.take(raw("postfix_delayed"))

    sent.refresh_from_db()
    assert (taken, state(), sent.bounced_at) == (True, ("", 0), None)


def test_mail_that_names_only_an_address_never_gives_it_up(sent) -> None:
    """Anybody can write such a mail; nobody else's address may be shut by it."""
    taken = bounces.take(raw("address_only"))

    assert (taken, state()) == (True, (UNKNOWN, 1))


def test_unknown_message_id_changes_nothing(sent) -> None:
    forged = raw("gmail_unknown").replace(b"0123456789abcdef" * 2, b"f" * 32)

    taken = bounces.take(forged)

    sent.refresh_from_db()
    assert (taken, state(), sent.bounced_at) == (True, ("", 0), None)


@pytest.mark.parametrize("name", ["answer_about_a_bounce", "out_of_office_en", "out_of_office_ko"])
def test_answers_and_absences_are_left_to_others(sent, name) -> None:
    taken = bounces.take(raw(name))

    sent.refresh_from_db()
    assert (taken, state(), sent.bounced_at) == (False, ("", 0), None)


@pytest.mark.parametrize("name", ["bounce_of_bounce", "success"])
def test_reports_about_nothing_of_ours_are_taken_and_change_nothing(sent, name) -> None:
    taken = bounces.take(raw(name))

    assert (taken, state()) == (True, ("", 0))
