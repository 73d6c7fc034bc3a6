"""Numbers that must not be kept are refused before they are stored, and hidden at one press."""

from __future__ import annotations

import uuid

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts.forms import fields
from accounts.forms.fields import LongTextField, PhoneField, TextField
from intake import actions
from intake.actions import drafting
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


def test_one_press_hides_the_numbers_of_every_field():
    form = sent(f"대표 {RESIDENT}, {ACCOUNT}", title=f"{RESIDENT} 건", numbers="hide")

    assert form.is_valid()
    assert form.cleaned_data["title"] == "900101-******* 건"
    assert RESIDENT not in form.cleaned_data["text"]
    assert warning.found(form.cleaned_data["text"]) == []


def test_number_stays_for_a_reason_that_stands_behind_it():
    form = sent(ACCOUNT, numbers="keep", numbers_reason="송금 은행이 반송한 계좌 확인")

    assert form.is_valid()
    assert form.cleaned_data["text"] == (
        f"{ACCOUNT}\n[번호를 남기는 이유: 송금 은행이 반송한 계좌 확인]"
    )
    # Written again, it passes with the reason it has.
    assert sent(form.cleaned_data["text"]).is_valid()


@pytest.mark.parametrize("reason", ["", "    ", "필요"])
def test_without_a_reason_nothing_stays(reason):
    assert codes(sent(ACCOUNT, numbers="keep", numbers_reason=reason)) == ["sensitive_number"]


def test_no_reason_lets_a_resident_number_stay():
    form = sent(f"{RESIDENT} {ACCOUNT}", numbers="keep", numbers_reason="꼭 필요합니다")

    assert form.is_valid()
    assert RESIDENT not in form.cleaned_data["text"]
    assert ACCOUNT in form.cleaned_data["text"]


def test_short_field_offers_to_hide_only():
    form = sent("내용", title=ACCOUNT, numbers="keep", numbers_reason="꼭 필요합니다")

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
    ("language", "button"), [("ko", "번호를 가리고 계속"), ("en", "Hide these numbers and go on")]
)
def test_company_is_warned_keeps_its_words_and_hides_at_one_press(client, cases, language, button):
    case = cases.new()
    client.cookies["django_language"] = language
    client.post(reverse("intake:follow"), {"number": case.number, "code": case.tracking_code})
    step = reverse("intake:send-message", args=[case.number])

    page = client.post(step, {"send_message-text": f"대표 {RESIDENT}"})

    words = page.content.decode()
    assert page.status_code == 422
    assert button in words
    assert f"대표 {RESIDENT}" in words
    assert not Message.objects.exists()
    done = client.post(step, {"send_message-text": f"대표 {RESIDENT}", "numbers": "hide"})
    assert done.status_code == 302
    assert Message.objects.get().text == "대표 900101-*******"


@pytest.mark.django_db
def test_officer_is_warned_at_the_desk_too(client, cast, cases):
    case = cases.at("reviewing")
    client.force_login(cast.secretary)
    step = reverse("admin:intake_case_step", args=[case.pk, "note"])
    case.refresh_from_db()

    page = client.post(step, {"text": ACCOUNT, "version": case.version})

    assert "번호를 가리고 계속" in page.content.decode()
    assert 'name="numbers_reason"' in page.content.decode()
