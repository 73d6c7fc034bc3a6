"""No text that a person or a script can send is an error 500 (F50-F55)."""

import unicodedata
import urllib.parse

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from intake.forms import fields
from intake.forms.filing import FilingForm
from intake.models import AccessAttempt, Case, Draft
from tests.faults.company import ANSWERS
from tests.intake.factories import CaseFactory

pytestmark = pytest.mark.django_db

HOSTILE = {
    "nul": "수출\x00애로",
    "long": "가" * 100_000,
    "emoji": "👩‍👩‍👧‍👦🇰🇷 화장품 📦",
    "bidi": "계약서\u202egpj.exe\u2066",
    "nfd": unicodedata.normalize("NFD", "수출애로 하이퐁"),
    "zero width": "수\u200b출\ufeff애\u2060로",
    "controls": "a\x08\x1b[31m\x7f\x9b",
    "line breaks": "a\r\nBcc: x@example.kr\u2028\u0085b",
    "sql": "'; DROP TABLE intake_case; --",
    "format": "%s%n{0.__class__}${7*7}",
    "numbers": "٣٤٥ １２３ ⅷ Ⅻ ²",
    "spaces": " \u3000\u00a0\t ",
}
# As raw bytes of a posted form: what no browser sends and every script can.
RAW = {"lone surrogate": b"%ED%A0%80", "not utf-8": b"%C3%28%FF", "overlong": b"%C0%AF"}
FIELDS = sorted(FilingForm.names())
CHOICES = {
    name for name in FIELDS if not isinstance(FilingForm.base_fields.get(name), fields.TextField)
}
UNWANTED = {"\x00", "\u202e", "\u2066", "\ufeff", "\x08", "\x1b", "\x7f"}


def send(client: Client, said: dict[str, str]) -> int:
    """Send the form and, when it is taken, confirm it; the last status."""
    key = "0e6f5a0c-5a51-4f0e-8f5f-0c6c2f9e8d10"
    sent = client.post(reverse("intake:file"), ANSWERS | said | {"key": key})
    if sent.status_code != 302:
        return sent.status_code
    shown = client.get(sent["Location"])
    filed = client.post(reverse("intake:submit"), {"key": key})
    assert (shown.status_code, filed.status_code) == (200, 302)
    return client.get(filed["Location"]).status_code


@pytest.mark.parametrize("name", FIELDS)
def test_hostile_text_in_a_field_is_stored_tidy_or_refused(client, reference_data, name):
    for kind, text in HOSTILE.items():
        if name in CHOICES and kind not in {"nul", "long", "bidi", "numbers"}:
            continue
        status = send(client, {name: text})

        case = Case.objects.first()
        assert status == (200 if case else 422), kind
        if case is not None:
            stored = [value for value in vars(case).values() if isinstance(value, str)]
            untidy = [
                value
                for value in stored
                if not unicodedata.is_normalized("NFC", value) or UNWANTED & set(value)
            ]
            assert untidy == [], kind
        Draft.objects.all().delete()
        Case.objects.all().delete()


@pytest.mark.parametrize("kind", RAW)
def test_broken_bytes_are_stored_as_text_or_refused(client, reference_data, kind):
    for name in FIELDS:
        body = urllib.parse.urlencode(ANSWERS | {"key": "", name: ""}).encode()
        body = body.replace(f"{name}=".encode(), f"{name}=".encode() + RAW[kind])

        response = client.post(reverse("intake:file"), body, "application/x-www-form-urlencoded")

        assert response.status_code in {302, 422}, name


def test_plain_field_lets_a_direction_override_through():
    """The positive control: a plain form field lets through what ours take out."""
    naive = type("Naive", (forms.Form,), {"title": forms.CharField()})({"title": HOSTILE["bidi"]})

    assert (naive.is_valid(), bool(UNWANTED & set(naive.cleaned_data["title"]))) == (True, True)


# --- Addresses and searches -----------------------------------------------------------------
QUERIES = {
    "search": "q",
    "marketinfo:list": "q",
    "marketinfo:requirements": "q",
    "casestudies:list": "q",
    "admin:intake_triagecase_changelist": "q",
    "admin:intake_case_changelist": "state",
    "admin:accounts_user_changelist": "q",
}


@pytest.mark.parametrize("name", QUERIES)
def test_hostile_query_is_answered(cast, name):
    browser = Client()
    browser.force_login(cast.platform_admin if "user" in name else cast.secretary)
    for kind, text in HOSTILE.items():
        said = text[:3000]  # longer ones are the web server's to refuse

        status = browser.get(reverse(name), {QUERIES[name]: said, "page": said}).status_code

        assert status in {200, 302, 400, 404}, kind


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_path_is_not_found(client, reference_data, kind):
    part = urllib.parse.quote(HOSTILE[kind][:1000], safe="")
    for before in ("/follow/link/", "/file/check/", "/file/received/", "/follow/", "/library/"):
        status = client.get(f"{before}{part}/").status_code

        assert status in {400, 404, 410}, before


# --- Receipt numbers ------------------------------------------------------------------------
def typed_as(number: str) -> list[str]:
    """A receipt number as people type it."""
    wide = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in number)
    return [
        number.lower(),
        number.replace("-", ""),
        number.replace("-", " "),
        number.removeprefix("GT-"),
        wide,
        f" {number}\u200b ",
        number.replace("-", "–"),
    ]


def test_receipt_number_is_read_however_it_is_typed(client, cases: CaseFactory):
    case = cases.new()
    for text in typed_as(case.number):
        response = client.post(
            reverse("intake:follow"), {"number": text, "code": case.tracking_code.lower()}
        )

        assert response.headers.get("Location") == f"/follow/{case.number}/", text


@pytest.mark.parametrize("kind", [*HOSTILE, "empty", "check digit", "path", "other script"])
def test_hostile_receipt_number_is_refused_beside_its_field(client, cases: CaseFactory, kind):
    number = cases.new().number
    more = {
        "empty": "",
        "check digit": number[:-1] + str((int(number[-1]) + 1) % 10),
        "path": "../../" + number[:-1],
        "other script": "GT-٢٠٢٦-٠٠٠٠٠١-١x",
    }
    text = (HOSTILE | more)[kind]

    opened = client.post(reverse("intake:follow"), {"number": text, "code": text})
    asked = client.post(reverse("intake:ask-code"), {"ask-number": text})

    assert (opened.status_code, asked.status_code) == (422, 422)
    assert "number" in opened.context["form"].errors
    assert AccessAttempt.objects.count() == 0
