"""What the filing form accepts and refuses, with the exact sentences in Korean and English."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from intake import consents
from intake.forms.filing import FilingForm
from intake.forms.following import TrackingForm
from intake.forms.widgets import LongSelect
from tests.intake.test_filing import SAID, field_errors, posted

pytestmark = pytest.mark.usefixtures("reference_data")


def form_of(**changes):
    data = QueryDict(mutable=True)
    for name, value in (SAID | changes).items():
        data[name] = value
    return FilingForm(data)


def cleaned(name, **changes):
    form = form_of(**changes)
    assert form.errors == {}
    return form.cleaned_data[name]


def yesterday():
    return (timezone.localdate() - dt.timedelta(days=1)).isoformat()


def tomorrow():
    return (timezone.localdate() + dt.timedelta(days=1)).isoformat()


BAD = [
    (
        "business_number",
        {"business_number": "123-45-67890"},
        "번호가 맞지 않습니다. 마지막 자리가 계산값과 다릅니다. 사업자등록증과 비교해 주십시오.",
        "This number cannot be right: its last digit does not match. Compare it with the "
        "registration certificate.",
    ),
    (
        "business_number",
        {"business_number": "000-00-00000"},
        "이렇게 시작하는 사업자등록번호는 없습니다. 앞 세 자리를 확인해 주십시오.",
        "No business registration number starts like this. Check the first three digits.",
    ),
    (
        "business_number",
        {"business_number": "123-45"},
        "사업자등록번호는 10자리입니다.",
        "A business registration number has 10 digits.",
    ),
    (
        "business_number",
        {"business_number": "가나다"},
        "숫자로 입력해 주십시오(예: 123-45-67891).",
        "Write digits only, for example 123-45-67891.",
    ),
    (
        "country",
        {"country": "XX"},
        "목록에서 국가를 선택해 주십시오.",
        "Choose a country from the list.",
    ),
    ("category", {"category": "NO-99"}, "목록에서 선택해 주십시오.", "Choose one from the list."),
    (
        "hs_code",
        {"hs_code": "330"},
        "HS 코드는 2, 4, 6, 8, 10자리입니다. 입력하신 값은 3자리입니다.",
        "An HS code has 2, 4, 6, 8 or 10 digits; this one has 3.",
    ),
    (
        "hs_code",
        {"hs_code": "7701"},
        "HS 코드에 77류는 없습니다. 01류부터 97류까지 있습니다.",
        "There is no HS chapter 77. Chapters run from 01 to 97.",
    ),
    (
        "hs_code",
        {"hs_code": "화장품"},
        "HS 코드는 숫자로 입력해 주십시오(예: 3304.99).",
        "Write the HS code in digits, for example 3304.99.",
    ),
    (
        "situation",
        {"situation": "가" * 100_000},
        "최대 5000자까지 쓸 수 있습니다(현재 100000자). "
        "줄이시거나 나머지는 파일로 첨부해 주십시오.",
        "At most 5000 characters fit here; you wrote 100000. Shorten it, or attach the rest as a "
        "file.",
    ),
    ("title", {"title": ""}, "입력해 주십시오.", "Please fill this in."),
    ("province", {"province": ""}, "선택해 주십시오.", "Please choose one."),
    (
        "contact_email",
        {"contact_email": "hong@"},
        "이메일 주소를 name@company.co.kr과 같이 입력해 주십시오.",
        "Write the e-mail address like this: name@company.co.kr.",
    ),
    (
        "contact_phone",
        {"contact_phone": "전화 없음"},
        "전화번호를 지역번호까지 입력해 주십시오(예: 010-1234-5678, 02-123-4567). 해외 번호는 +와 "
        "국가번호를 붙여 주십시오.",
        "Write the phone number with its area code, for example 010-1234-5678 or 02-123-4567; "
        "from abroad with + and country code.",
    ),
    (
        "value",
        {"value": "많이", "currency": "USD"},
        "금액은 숫자로 입력해 주십시오(예: 50,000).",
        "Write the amount in digits, for example 50,000.",
    ),
    (
        "currency",
        {"value": "100"},
        "금액의 통화를 선택해 주십시오.",
        "Choose the currency of the value.",
    ),
    (
        "needed_by",
        {"at_border": "on"},
        "언제까지 통관되어야 하는지 적어 주십시오.",
        "Write until when the goods must be cleared.",
    ),
    (
        "consent_collection",
        {"consent_collection": "no"},
        "이 동의가 없으면 처리할 수 없습니다. 동의를 원하지 않으시면 전화로 문의해 주십시오.",
        "Without this consent we cannot handle the case. If you do not wish to give it, please "
        "call us.",
    ),
    (
        "consent_survey",
        {"consent_survey": ""},
        "동의 여부를 선택해 주십시오.",
        "Choose whether you agree or not.",
    ),
    (
        "title",
        {"title": "가\x00나"},
        "저장할 수 없는 보이지 않는 문자가 들어 있습니다. 다시 입력해 주십시오.",
        "This text has an invisible character in it that cannot be stored. Write it anew.",
    ),
]


@pytest.mark.parametrize(("name", "changes", "korean", "english"), BAD)
def test_bad_input_is_named_beside_its_field(name, changes, korean, english):
    for language, sentence in (("ko", korean), ("en", english)):
        client = Client()
        client.cookies["django_language"] = language

        response = client.post(reverse("intake:file"), posted(**changes))

        assert response.status_code == 422
        assert list(response.context["form"].errors) == [name]
        assert field_errors(response, name) == [sentence]


def test_good_input_has_no_errors():
    """The positive control of the table above."""
    assert form_of().errors == {}


def test_dates_that_make_no_sense_are_refused():
    late = form_of(needed_by=yesterday())
    early = form_of(since=tomorrow())

    assert [list(late.errors), list(early.errors)] == [["needed_by"], ["since"]]


@pytest.mark.parametrize(
    "address",
    [
        "hong@exa\u2028mple.com",
        "hong@example.com\nBcc: x@y.kr",
        "hong@exam\u200bple.com",
        "@",
        "a@b",
    ],
)
def test_addresses_that_break_mails_are_refused(address):
    assert list(form_of(contact_email=address).errors) == ["contact_email"]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("business_number", "１２３-４５-６７８９１", "1234567891"),
        ("business_number", "123 45 67891", "1234567891"),
        ("hs_code", "3304.99-1000", "3304991000"),
        ("contact_phone", "０１０ 1234 5678", "010-1234-5678"),
        ("contact_phone", "+84 24 3831 5110", "+84 24 3831 5110"),
        ("contact_phone", "1357-0000", "1357-0000"),
        ("title", unicodedata.normalize("NFD", "통관 보류"), "통관 보류"),
        ("title", "  앞뒤 빈칸 ", "앞뒤 빈칸"),
        ("title", "수리공 👩‍🔧 왔음", "수리공 👩‍🔧 왔음"),
        ("company_name", "시연\u202egnp.exe", "시연gnp.exe"),
        ("situation", "첫 줄\r\n둘째 줄", "첫 줄\n둘째 줄"),
    ],
)
def test_what_people_type_is_made_one_form(name, typed, kept):
    assert cleaned(name, **{name: typed}) == kept


def test_more_countries_are_kept_once_and_without_the_main_one():
    more = {"more_countries_1": "TH", "more_countries_2": "TH", "more_countries_3": "VN"}

    assert cleaned("more_countries", **more) == ["TH"]


def test_unknown_further_country_is_refused():
    assert list(form_of(more_countries_1="XX").errors) == ["more_countries"]


def test_further_countries_are_shown_again():
    form = form_of(more_countries_2="TH")

    html = str(form["more_countries"])

    assert html.count("<select") == 3
    assert html.count(" selected>") == 3
    assert '<option value="TH" selected>' in html.split("</select>", maxsplit=1)[0]


def test_long_select_marks_the_choice_and_escapes():
    widget = LongSelect(choices=[("", "-"), ("묶음", [("a&b", "A <b>"), ("a", "A")])])

    html = widget.render("x", "a&b", {"id": "id_x", "required": True})

    assert html == (
        '<select name="x" id="id_x" required><option value="">-</option>'
        '<optgroup label="묶음"><option value="a&amp;b" selected>A &lt;b&gt;</option>'
        '<option value="a">A</option></optgroup></select>'
    )


def test_long_select_takes_a_stranger_for_no_choice():
    widget = LongSelect(choices=[("a", "A")])

    html = widget.render("x", 'a" onfocus="alert(1)')

    assert html == '<select name="x"><option value="a">A</option></select>'


def test_long_select_keeps_languages_and_lists_apart():
    with translation.override("ko"):
        korean = str(FilingForm()["country"])
    with translation.override("en"):
        english = str(FilingForm()["country"])

    assert ("베트남" in korean, "Viet" in english, "베트남" in english) == (True, True, False)


def test_every_consent_has_its_field_and_text():
    fields = FilingForm().consent_fields()

    assert [text.kind for text, _field, _template in fields] == [
        text.kind for text in consents.CONSENTS
    ]


def test_folds_open_when_they_hold_something(client):
    closed = client.get(reverse("intake:file")).content.decode()
    client.post(reverse("intake:file"), posted(action="upload", product="화장품"))
    opened = client.post(reverse("intake:file"), posted(title="", product="화장품"))

    assert closed.count('<details class="fold" open>') == 0
    assert opened.content.decode().count('<details class="fold" open>') == 1


@pytest.mark.parametrize(
    "typed", ["gt2026000001 7", "GT-2026-000001-7", "２０２６-000001-7", " 2026 000001 7 "]
)
def test_receipt_number_is_read_in_any_form(typed):
    form = TrackingForm({"number": typed, "code": "x"})

    assert form.is_valid()
    assert form.cleaned_data["number"] == "GT-2026-000001-7"
