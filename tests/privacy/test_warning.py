"""Numbers that must not be kept are refused before they are stored, and hidden by one tick."""

from __future__ import annotations

import uuid

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts.forms import fields
from accounts.forms.fields import LongTextField, PhoneField, TextField
from intake import actions, consents
from intake.actions import drafting
from intake.forms.supplying import RestForm
from intake.models import Case, Draft, Message
from intake.timeline import COMPANY
from privacy import patterns, warning
from tests.intake.conftest import *  # noqa: F403 # the fixed cast
from tests.intake.factories import filing

RESIDENT = "900101-1234568"
CARD = "4111 1111 1111 1111"
ACCOUNT = "국민은행 123456-04-123456"


class Both(forms.Form):
    title = TextField(label="제목", max_length=60)
    text = LongTextField(label="내용")
    phone = PhoneField(label="전화", required=False)


def sent(text: str, title: str = "제목", **more: str) -> Both:
    data = QueryDict(mutable=True)
    data.update({"title": title, "text": text, **more})
    return Both(data)


def codes(form: Both, field: str = "text") -> list[str]:
    return [error.code for error in form[field].errors.as_data()]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (f"대표 {RESIDENT} 입니다", "forbidden_number"),
        ("운전면허 11-12-123456-01", "forbidden_number"),
        ("여권번호 M12345678", "forbidden_number"),
        (f"카드 {CARD}", "sensitive_number"),
        (ACCOUNT, "sensitive_number"),
        ("2026년 10월 100,000달러, 010-1234-5678, HS 3304.99", ""),
        ("사업자등록번호 123-45-67891", ""),
    ],
)
def test_form_warns_of_what_the_law_forbids_and_of_nothing_else(said, code):
    form = sent(said)

    assert form.is_valid() is (code == "")
    assert codes(form) == ([code] if code else [])
    # What was typed is still there, and the number is not repeated by the error.
    assert form["text"].value() == said
    assert all(RESIDENT not in text and CARD not in text for text in form["text"].errors)


def test_twin_that_is_not_scanned_takes_the_number(monkeypatch):
    monkeypatch.setattr(fields.TextField, "scanned", False)

    assert sent(f"대표 {RESIDENT}").is_valid()


def test_ticks_hide_the_numbers_of_their_fields():
    ticks = {"numbers-title": "hide", "numbers-text": "hide"}
    form = sent(f"대표 {RESIDENT}, {ACCOUNT}", title=f"{RESIDENT} 건", **ticks)

    assert form.is_valid()
    assert form.cleaned_data["title"] == "900101-******* 건"
    assert RESIDENT not in form.cleaned_data["text"]
    assert warning.found(form.cleaned_data["text"]) == []


def test_number_stays_for_a_reason_that_stands_behind_it():
    form = sent(ACCOUNT, **{"numbers_reason-text": "송금 은행이 반송한 계좌 확인"})

    assert form.is_valid()
    assert form.cleaned_data["text"] == (
        f"{ACCOUNT}\n[번호를 남기는 이유: 송금 은행이 반송한 계좌 확인]"
    )
    # Written again, it passes with the reason it has.
    assert sent(form.cleaned_data["text"]).is_valid()


@pytest.mark.parametrize("reason", ["", "    ", "필요"])
def test_without_a_reason_nothing_stays(reason):
    assert codes(sent(ACCOUNT, **{"numbers_reason-text": reason})) == ["sensitive_number"]


def test_no_reason_lets_a_resident_number_stay():
    form = sent(f"{RESIDENT} {ACCOUNT}", **{"numbers_reason-text": "꼭 필요합니다"})

    assert form.is_valid()
    assert RESIDENT not in form.cleaned_data["text"]
    assert ACCOUNT in form.cleaned_data["text"]


def test_short_field_offers_to_hide_only():
    form = sent("내용", title=ACCOUNT, **{"numbers_reason-title": "꼭 필요합니다"})

    assert codes(form, "title") == ["sensitive_number"]


def test_fields_of_our_own_numbers_are_not_scanned():
    assert sent("내용", phone="010-1234-5678").is_valid()


def test_numbers_before_2020_need_their_check_digit_only_where_it_is_another_number():
    # A corporate number that begins like a birthday is none of a person.
    with pytest.raises(ValidationError):
        warning.refuse(RESIDENT)
    warning.refuse("법인등록번호 110111-0062432")


def test_mask_of_some_kinds_leaves_the_others():
    text = f"{RESIDENT} 010-1234-5678"

    assert patterns.mask(text, kinds=patterns.FORBIDDEN) == "900101-******* 010-1234-5678"


@pytest.mark.django_db
def test_drafts_keep_no_forbidden_number(cast):
    key = uuid.uuid4()
    drafting.keep_draft(
        key=key, data={"situation": f"대표 {RESIDENT}", "several": [RESIDENT]}, language="ko"
    )

    assert Draft.objects.get(key=key).data == {
        "situation": "대표 900101-*******",
        "several": ["900101-*******"],
    }


@pytest.mark.django_db
def test_verbs_store_no_forbidden_number_whatever_way_it_came(cast, cases):
    said = filing()
    case, _new = actions.submit(
        filing=type(said)(**{**vars(said), "facts": {**said.facts, "problem": f"대표 {RESIDENT}"}}),
        by=COMPANY,
    )
    actions.send_message(case=case, text=f"여권번호 M12345678, 대표 {RESIDENT}", by=COMPANY)

    assert Case.objects.get(pk=case.pk).problem == "대표 900101-*******"
    assert Message.objects.get(case=case).text == "여권번호 M********, 대표 900101-*******"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "tick"),
    [("ko", "이 항목의 번호를 가립니다"), ("en", "Hide the numbers in this field")],
)
def test_company_is_warned_keeps_its_words_and_hides_by_a_tick(client, cases, language, tick):
    case = cases.new()
    client.cookies["django_language"] = language
    client.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    step = reverse("intake:send-message", args=[case.number])

    page = client.post(step, {"send_message-text": f"대표 {RESIDENT}"})

    words = page.content.decode()
    assert page.status_code == 422
    assert tick in words
    assert f"대표 {RESIDENT}" in words
    assert not Message.objects.exists()
    ticked = {"numbers-send_message-text": "hide"}
    done = client.post(step, {"send_message-text": f"대표 {RESIDENT}"} | ticked)
    assert done.status_code == 302
    assert Message.objects.get().text == "대표 900101-*******"


@pytest.mark.django_db
def test_officer_is_warned_at_the_desk_too(client, cast, cases):
    case = cases.at("reviewing")
    client.force_login(cast.secretary)
    step = reverse("admin:intake_case_step", args=[case.pk, "note"])
    case.refresh_from_db()

    page = client.post(step, {"text": ACCOUNT, "version": case.version})

    assert 'name="numbers-text"' in page.content.decode()
    assert 'name="numbers_reason-text"' in page.content.decode()


def _filing(client, action: str = "", **more: str):
    said = {
        "key": str(uuid.UUID(int=7)),
        "title": "하이퐁 항 보류",
        "country": "VN",
        "category": "unknown",
        "situation": f"하이퐁 항에서 보류되었습니다. 송금 {ACCOUNT}",
        "problem": "보관료가 늘고 있습니다.",
        "request": "필요한 서류를 알려 주시기 바랍니다.",
        "company_name": "(시연) 한빛수출",
        "business_number": "123-45-67891",
        "province": "KR-41",
        "contact_name": "(시연) 담당자",
        "contact_phone": "02-123-4567",
        "contact_email": "clerk@company.example",
        "visibility": "named",
        **{f"consent_{text.kind}": "yes" for text in consents.CONSENTS},
    }
    return client.post(reverse("intake:file"), said | {"action": action or "check"} | more)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("decided", "kept"),
    [
        ({"numbers-situation": "hide"}, "국민은행 ******-**-***456"),
        (
            {"numbers_reason-situation": "반송된 계좌를 확인해야 합니다"},
            f"{ACCOUNT}\n[번호를 남기는 이유: 반송된 계좌를 확인해야 합니다]",
        ),
    ],
    ids=["hidden", "kept"],
)
def test_company_decides_once_and_files(client, cast, decided, kept):
    warned = _filing(client)
    led_on = _filing(client, **decided)
    check = client.get(led_on["Location"])
    filed = client.post(reverse("intake:submit"), {"key": str(uuid.UUID(int=7))})

    assert (warned.status_code, led_on.status_code, check.status_code) == (422, 302, 200)
    assert filed.status_code == 302
    case = Case.objects.get()
    assert case.situation == f"하이퐁 항에서 보류되었습니다. 송금 {kept}"


@pytest.mark.django_db
def test_text_that_stands_already_does_not_hold_up_a_supplement(client, cases):
    case = cases.at("supplement")
    Case.objects.filter(pk=case.pk).update(situation=f"송금 {ACCOUNT}")
    client.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    form = RestForm(QueryDict("rest-text=서류를 보냅니다"), case=Case.objects.get(pk=case.pk))

    assert form.is_valid()
    assert form.changed() == {}
