"""Following a case without an account: the ways in, what is shown, and every step taken."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from files import storing
from files.models import StoredFile
from intake import actions, explain, links, receipt, workflow
from intake.models import AccessAttempt, Attachment, Case, OneTimeCode
from intake.timeline import COMPANY
from notifications.models import Notice
from tests.intake.test_filing import PDF, pdf, writes


def grant(client, case):
    """Open the case in this browser by its tracking code."""
    return client.post(
        reverse("intake:follow"), {"number": case.number, "code": case.tracking_code}
    )


def opened(case):
    client = Client()
    grant(client, case)
    return client


def step(client, name, case, **data):
    return client.post(reverse(f"intake:{name}", args=[case.number]), data)


def page(client, case):
    return client.get(reverse("intake:case", args=[case.number]))


def wrong(client, number, code="2222-2222-2222-2222"):
    return client.post(reverse("intake:follow"), {"number": number, "code": code})


def without_tokens(response, number):
    """The page as a person sees it, without what differs on every request or was typed."""
    text = response.content.decode().replace(number, "NUMBER")
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)
    return re.sub(r'nonce="[^"]+"', "", text)


def mailed_code(case):
    notice = Notice.objects.filter(kind="one_time_code", subject_key=case.number).last()
    return notice.context["code"]


def number_of_nobody():
    return receipt.number(2025, 42)


# --- Ways in -----------------------------------------------------------------------------


def test_tracking_code_opens_the_case_however_it_is_typed(cases):
    case = cases.new()
    client = Client()
    typed = case.pretty_tracking_code.lower().replace("-", " ")

    response = client.post(
        reverse("intake:follow"), {"number": case.number.lower()[3:], "code": typed}
    )

    assert response["Location"] == reverse("intake:case", args=[case.number])
    assert page(client, case).status_code == 200


def test_wrong_code_and_unknown_number_get_the_same_page(cases):
    case = cases.new()
    unknown = number_of_nobody()

    known, nobody = wrong(Client(), case.number), wrong(Client(), unknown)

    assert (known.status_code, nobody.status_code) == (422, 422)
    assert without_tokens(known, case.number) == without_tokens(nobody, unknown)


def test_five_wrong_codes_make_the_number_wait_and_no_other(cases):
    case, other = cases.new(), cases.new()
    client = Client()
    codes = [wrong(client, case.number).status_code for _ in range(5)]

    sixth = grant(client, case)

    assert codes == [422] * 5
    assert sixth.status_code == 429
    assert "15" in sixth.context["form"].non_field_errors()[0]
    assert grant(client, other).status_code == 302


def test_unknown_number_waits_after_five_wrong_codes_too(cases):
    unknown = number_of_nobody()
    client = Client()

    codes = [wrong(client, unknown).status_code for _ in range(6)]

    assert codes == [422] * 5 + [429]


def test_owner_gets_in_again_after_a_quarter_of_an_hour(cases):
    case = cases.new()
    client = Client()
    for _ in range(5):
        wrong(client, case.number)
    AccessAttempt.objects.update(at=timezone.now() - dt.timedelta(minutes=16))

    assert grant(client, case).status_code == 302


def test_one_time_code_from_the_mail_opens_the_case_once(cases):
    case = cases.new()
    client = Client()
    client.post(reverse("intake:ask-code"), {"ask-number": case.number})
    data = {"number": case.number, "code": mailed_code(case)}

    first = client.post(reverse("intake:enter-code"), data)
    second = Client().post(reverse("intake:enter-code"), data)

    assert first["Location"] == reverse("intake:case", args=[case.number])
    assert second.status_code == 422


def test_asking_for_a_code_says_the_same_for_a_number_that_does_not_exist(cases):
    case = cases.new()
    unknown = number_of_nobody()

    known, nobody = (
        Client().post(reverse("intake:ask-code"), {"ask-number": number})
        for number in (case.number, unknown)
    )

    assert (known.status_code, nobody.status_code) == (200, 200)
    assert without_tokens(known, case.number) == without_tokens(nobody, unknown)
    assert Notice.objects.filter(kind="one_time_code").count() == 1


def test_fourth_request_for_a_code_waits(cases):
    case = cases.new()
    client = Client()

    codes = [
        client.post(reverse("intake:ask-code"), {"ask-number": case.number}).status_code
        for _ in range(4)
    ]

    assert codes == [200, 200, 200, 429]


def test_old_one_time_code_is_refused(cases):
    case = cases.new()
    client = Client()
    client.post(reverse("intake:ask-code"), {"ask-number": case.number})
    OneTimeCode.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))

    response = client.post(
        reverse("intake:enter-code"), {"number": case.number, "code": mailed_code(case)}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["code"]


def test_bad_receipt_number_is_said_beside_the_field(cases):
    response = wrong(Client(), "GT-2026-000001-8")

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["number"]


# --- Links -------------------------------------------------------------------------------


def test_link_of_a_mail_shows_the_state_and_opens_by_its_button(cases):
    case = cases.new()
    client = Client()
    path = links.follow_path(case)

    shown = client.get(path)
    before = page(client, case)
    pressed = client.post(path)

    assert (shown.status_code, before.status_code) == (200, 302)
    assert case.title not in shown.content.decode()
    assert pressed["Location"] == reverse("intake:case", args=[case.number])
    assert page(client, case).status_code == 200


def test_expired_and_cut_links_say_what_to_do(cases, monkeypatch):
    path = links.follow_path(cases.new())
    cut = Client().get(path[:-6] + "/")
    real = time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 121 * 24 * 3600)
    expired = Client().get(path)

    assert (cut.status_code, expired.status_code) == (404, 410)
    for response in (cut, expired):
        assert reverse("intake:follow") in response.content.decode()


@pytest.mark.parametrize("purpose", [links.RECEIPT, links.DRAFT])
def test_link_of_another_purpose_opens_nothing(cases, purpose):
    token = links.make(purpose, cases.new().number)

    assert Client().get(reverse("intake:open-link", args=[token])).status_code == 404


# --- Who may read ------------------------------------------------------------------------


def test_grant_opens_one_case_and_no_other(cases):
    mine, other = cases.new(), cases.new()
    client = opened(mine)

    assert page(client, mine).status_code == 200
    assert page(client, other)["Location"] == reverse("intake:follow")


def test_grant_ends_after_four_hours(cases, monkeypatch):
    case = cases.new()
    client = opened(case)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 4 * 3600 + 1)

    assert page(client, case).status_code == 302


def test_leaving_forgets_the_case(cases):
    case = cases.new()
    client = opened(case)

    client.post(reverse("intake:leave"))

    assert page(client, case).status_code == 302


def test_personal_pages_are_neither_cached_nor_indexed(cases):
    case = cases.new()
    client = opened(case)

    for response in (page(client, case), client.get(links.follow_path(case))):
        assert response["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex">' in response.content.decode()


def attach(case, audience="submitter"):
    stored = storing.store(pdf())
    storing.claim([stored])
    return Attachment.objects.create(
        case=case, file=stored, role=workflow.SECRETARY, audience=audience
    )


def fetch(client, case, row):
    path = reverse("intake:attachment", args=[case.number, row.file.public_id])
    return client.get(path)


def test_attachment_is_served_with_the_grant_only(cases):
    case, other = cases.new(), cases.new()
    row = attach(case)

    mine = fetch(opened(case), case, row)
    content = b"".join(mine.streaming_content)

    assert content == PDF
    assert mine["Content-Disposition"].startswith("attachment")
    assert fetch(Client(), case, row).status_code == 404
    assert fetch(opened(other), other, row).status_code == 404
    assert fetch(opened(other), case, row).status_code == 404


@pytest.mark.parametrize("audience", ["internal", "bodies"])
def test_attachment_of_another_audience_is_not_served(cases, audience):
    case = cases.new()
    row = attach(case, audience)

    assert fetch(opened(case), case, row).status_code == 404


def test_internal_words_are_not_shown(cases):
    case = cases.at("reviewing")
    actions.note(case=case, text="내부 메모입니다", by=cases.by)
    actions.send_message(case=case, text="기관에만 하는 말", audience="bodies", by=cases.by)
    actions.send_message(case=case, text="기업에 하는 말", by=cases.by)

    text = page(opened(case), case).content.decode()

    shown = [words in text for words in ("내부 메모입니다", "기관에만 하는 말", "기업에 하는 말")]
    assert shown == [False, False, True]


# --- What is shown -----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("state", sorted(workflow.STATES))
def test_page_of_every_state_is_shown_in_both_languages(cases, state, language):
    case = cases.at(state)
    client = opened(case)
    client.cookies["django_language"] = language

    response = page(client, case)

    assert response.status_code == 200
    stages = response.context["stages"]
    assert [stage.now for stage in stages].count(True) == 1
    offered = set(response.context["forms"])
    allowed = {s.verb for s in workflow.available(state=state, role=workflow.SUBMITTER)}
    # Nobody has asked for more time or filed for the company; the supplement has its own form.
    # There is no gateway for text messages; consent to sharing is taken back by a button alone.
    apart = {"supplement", "agree_extension", "refuse_extension", "choose_texts"}
    apart.add("withdraw_sharing")
    of_proxy = {"confirm", "remind_confirmation", "take_over", "dismiss_proxy", "hand_over"}
    assert offered == allowed - apart - of_proxy
    assert (response.context["supplement"] is None) == (state != "supplement")


def test_bodies_are_shown_with_their_state_and_date(cases):
    case = cases.at("referred")
    referral = case.referrals.get()
    actions.accept_referral(referral=referral, by=cases.by)

    response = page(opened(case), case)

    assert [(row.organisation.code, row.state) for row in response.context["referrals"]] == [
        ("KCS", "accepted")
    ]


def test_body_that_was_asked_twice_has_one_line_and_its_words_stay_inside(cases):
    case = cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    first, second = case.referrals.order_by("pk")
    actions.answer_referral(referral=first, text="내부 답", by=cases.by)
    actions.decline_referral(referral=second, reason="내부 사유", by=cases.by)
    case.refresh_from_db()
    cases.refer(case, "KCS", "KATS")
    again = case.referrals.open().get(organisation__code="KATS")
    actions.recall_referral(referral=again, reason="내부 회수", by=cases.by)

    response = page(opened(case), case)

    lines = [(row.organisation.code, row.state) for row in response.context["referrals"]]
    assert lines == [("KCS", "asked"), ("KATS", "declined")]
    assert [row.code for row in response.context["credited"]] == ["KCS"]
    text = response.content.decode()
    assert [word for word in ("내부 답", "내부 사유", "내부 회수") if word in text] == []


def test_answer_names_the_bodies_that_helped(cases):
    case = cases.at("referred")
    actions.answer_referral(referral=case.referrals.get(), text="내부 답", by=cases.by)
    case.refresh_from_db()
    actions.answer(case=case, text="합친 답변입니다.", by=cases.by)

    response = page(opened(case), case)

    customs = Organisation.objects.get(code="KCS")
    assert response.context["credited"] == [customs]
    text = response.content.decode()
    assert ("합친 답변입니다." in text, "내부 답" in text) == (True, False)


def test_transferred_case_names_the_place_and_offers_the_own_text(cases):
    case = cases.at("transferred")

    text = page(opened(case), case).content.decode()

    words = (case.transferred_to, case.end_reason, 'id="own-text"', case.situation)
    assert [word in text for word in words] == [True] * 4


def test_duplicate_page_does_not_name_the_other_case(cases):
    case = cases.at("duplicate")

    assert case.duplicate_of.number not in page(opened(case), case).content.decode()


# --- Steps of the company ----------------------------------------------------------------


def test_refused_message_keeps_text_and_good_files(cases):
    case = cases.at("reviewing")
    client = opened(case)
    bad = SimpleUploadedFile("나쁜.exe", b"MZ")

    first = step(
        client,
        "send-message",
        case,
        **{"send_message-text": "보냅니다", "send_message-files": [pdf(), bad]},
    )
    form = first.context["forms"]["send_message"]
    second = step(
        client,
        "send-message",
        case,
        **{"send_message-text": "보냅니다", "send_message-kept": form.kept_token},
    )

    assert first.status_code == 422
    assert "나쁜.exe" in form.errors["files"][0]
    assert form["text"].value() == "보냅니다"
    assert second.status_code == 302
    assert [row.file.original_name for row in case.attachments.all()] == ["통지서.pdf"]


def test_kept_files_of_another_case_are_not_taken(cases):
    mine, other = cases.new(), cases.new()
    first = step(
        opened(other),
        "send-message",
        other,
        **{"send_message-text": "", "send_message-files": [pdf()]},
    )
    token = first.context["forms"]["send_message"].kept_token

    step(
        opened(mine),
        "send-message",
        mine,
        **{"send_message-text": "x", "send_message-kept": token},
    )

    assert mine.attachments.count() == 0
    assert StoredFile.objects.unclaimed().count() == 1


def test_message_reaches_the_officer(cases):
    case = cases.at("reviewing")

    response = step(opened(case), "send-message", case, **{"send_message-text": "질문입니다"})

    assert response.status_code == 302
    assert case.messages.get().text == "질문입니다"
    assert Notice.objects.filter(kind="message_to_officer").count() == 1


def test_empty_message_is_refused_beside_its_field(cases):
    case = cases.new()

    response = step(opened(case), "send-message", case, **{"send_message-text": "  "})

    assert response.status_code == 422
    assert list(response.context["forms"]["send_message"].errors) == ["text"]
    assert case.messages.count() == 0


def test_withdrawal_ends_the_case(cases):
    case = cases.new()

    step(opened(case), "withdraw", case, **{"withdraw-reason": "해결됨"})

    case.refresh_from_db()
    assert (case.state, case.end_reason) == ("withdrawn", "해결됨")


def test_solved_closes_with_the_outcome(cases):
    case = cases.at("answered")

    step(opened(case), "solved", case, **{"close-outcome": "partly", "close-text": "절반"})

    case.refresh_from_db()
    assert (case.state, case.outcome, case.outcome_note) == ("closed", "partly", "절반")


def test_not_solved_goes_back_once(cases):
    case = cases.at("answered")
    client = opened(case)

    first = step(client, "not-solved", case, **{"dispute-text": "아직 막혀 있습니다"})
    case.refresh_from_db()
    actions.answer(case=case, text="다시 답변", by=cases.by)
    again = page(client, case)
    second = step(client, "not-solved", case, **{"dispute-text": "여전합니다"})

    assert first.status_code == 302
    offered = sorted(again.context["forms"])
    assert offered == ["close", "correct_contact", "send_message", "withdraw"]
    assert second.status_code == 409
    assert second.context["unsent"] == "여전합니다"


def test_outcome_can_be_told_after_closing(cases):
    case = cases.at("answered")
    actions.close(case=case, by=COMPANY)

    step(opened(case), "outcome", case, **{"tell_outcome-outcome": "not_solved"})

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "not_solved")


WRITTEN = {
    "supplement": "supplement-text",
    "send-message": "send_message-text",
    "withdraw": "withdraw-reason",
    "solved": "close-text",
    "not-solved": "dispute-text",
    "outcome": "tell_outcome-text",
}


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("supplement", "received"),
        ("supplement", "rejected"),
        ("send-message", "closed"),
        ("withdraw", "withdrawn"),
        ("solved", "reviewing"),
        ("not-solved", "closed"),
        ("outcome", "answered"),
    ],
)
def test_step_out_of_order_is_explained_and_keeps_the_words(cases, name, state):
    case = cases.at(state)
    written = {WRITTEN[name]: "길게 쓴 글", "close-outcome": "solved"}

    response = step(opened(case), name, case, **written)

    assert response.status_code == 409
    assert response.context["unsent"] == "길게 쓴 글"
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert Case.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_step_without_grant_is_not_found_and_keeps_the_words(cases, name):
    case = cases.at("answered")
    written = {WRITTEN[name]: "길게 쓴 글", "close-outcome": "solved"}

    response = step(Client(), name, case, **written)

    assert response.status_code == 404
    assert "길게 쓴 글" in response.content.decode()
    assert Case.objects.get(pk=case.pk).state == "answered"


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_get_takes_no_step(cases, name):
    case = cases.at("answered")

    response = opened(case).get(reverse(f"intake:{name}", args=[case.number]))

    assert response.status_code == 405


# --- GET never writes --------------------------------------------------------------------


def test_get_pages_write_nothing_but_a_line_each_of_the_access_log(cases):
    case = cases.at("answered")
    row = attach(case)
    client = opened(case)

    with CaptureQueriesContext(connection) as queries:
        codes = [
            client.get(reverse("intake:follow")).status_code,
            page(client, case).status_code,
            client.get(links.follow_path(case)).status_code,
        ]
        served = fetch(client, case, row)
        codes.append(served.status_code)
        b"".join(served.streaming_content)

    assert codes == [200] * 4
    # Decisions 0065 and 0095: the first look of a day at the page and at the file, nothing else.
    noted = writes(queries.captured_queries)
    assert [one.partition(" (")[0] for one in noted] == ["INSERT INTO privacy_reading"] * 2
    with CaptureQueriesContext(connection) as again:
        assert page(client, case).status_code == 200
    assert writes(again.captured_queries) == []


# --- The sentence about the date ---------------------------------------------------------


def test_sentence_says_what_the_date_means(cases):
    case = cases.new()

    assert explain.sentence(case) == (
        f"{explain.date(case)}까지 답변드립니다. "
        "접수일을 포함하여 7근무일이며, 토·일요일과 공휴일은 세지 않습니다."
    )


def test_sentence_says_why_the_clock_stands_still(cases):
    case = cases.at("supplement")

    assert explain.date(case) == ""
    assert explain.sentence(case) == (
        f"{explain.day(timezone.localdate())}부터 보완 자료를 기다리고 있어 처리 기간이 멈추어 "
        "있습니다. 자료가 도착하는 날까지는 처리 기간에 넣지 않습니다. "
        f"{explain.day(case.supplement_due)}까지 보내 주십시오."
    )


def test_sentence_counts_the_pause_and_the_extension(cases):
    case = cases.at("supplement")
    actions.supplement(case=case, text="x", by=COMPANY)
    actions.extend(case=case, reason="협의가 길어집니다", by=cases.by)

    sentence = explain.sentence(case)

    today = explain.day(timezone.localdate())
    assert sentence.endswith(
        "처리 기간을 7근무일 연장하였습니다. "
        f"보완 자료를 기다린 {today}은 처리 기간에 넣지 않았습니다."
    )


def test_border_case_is_told_by_the_hour(cases):
    case = cases.new(at_border=True, needed_by=timezone.localdate())

    assert re.fullmatch(
        r"\d{4}년 \d+월 \d+일\([월화수목금]\) \d\d:\d\d까지 답변드립니다\. "
        r"접수 시각부터 8근무시간이며, 평일 09:00~18:00\(점심시간과 공휴일 제외\)만 셉니다\.",
        explain.sentence(case),
    )
