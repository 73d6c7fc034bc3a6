"""The form and the spreadsheet judge the same value alike."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from intake.bulk.values import Values, Wrong
from intake.forms.difficulty import DifficultyForm

CORPUS = {
    "business_number": [
        *("123-45-67891", "1234567891", "１２３-４５-６７８９１", "123-45-67890", "000-00-00000"),
        *("12345", "abc", "220-81-62517", "100-00-00009", "099-99-99999", "123 45 67891"),
    ],
    "contact_phone": [
        *(
            "010-1234-5678",
            "01023456789",
            "02-312-4567",
            "02-1234-567",
            "031-123-4567",
            "1588-1234",
        ),
        *("+84 24 3831 5110", "82-10-2345-6789", "없음", "010-0234-5678", "010-2345-6789", "12"),
        *(
            "053-212-3456",
            "051-999-9999",
            "０１０－２３４５－６７８９",
            "032-222-33333",
            "02-999-9999",
        ),
    ],
    "contact_email": [
        *("a@b.com", "a.b+c@d-e.co.kr", "a..b@c.com", ".a@b.com", "a@b", "a@-b.com", "a b@c.com"),
        *("a@b.c_d.com", "a_b@c.kr", "가@b.com", "a@" + "b" * 70 + ".com", "a-@b.com", "a@b..com"),
    ],
    "hs_code": [
        *("3304.99", "330499", "33", "3304", "33049910", "3304991000", "33.04.99-1000", "77", "98"),
        *("00", "9701", "330", "33O4", "３３０４", "33049910001", "."),
    ],
    "value": [
        *("50,000", "50000", "1,2,3", "１２３", "-5", "많음", "12.345", "12.34", "1 000", "0"),
        *("99999999999999", "999999999999999", "5만", "", "1e3"),
    ],
    "title": ["가" * 150, "가" * 151, "a\x01b", "보통 제목"],
    "situation": ["가" * 5000, "가" * 5001, "여러\n줄"],
}


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("key", list(CORPUS))
def test_form_and_column_agree(key: str) -> None:
    judge = Values().judges[key]

    for text in filter(None, CORPUS[key]):
        try:
            wanted = DifficultyForm.base_fields[key].clean(text)
        except ValidationError:
            wanted = "refused"
        try:
            found = judge(text)
        except Wrong as wrong:
            if wrong.code == "rounded":
                continue  # what a spreadsheet shortened is refused whatever the form makes of it
            found = "refused"
        assert found == wanted, (key, text)


@pytest.mark.django_db
@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("country", "베트남", "VN"),
        ("country", "Viet Nam", "VN"),
        ("country", "vnm", "VN"),
        ("province", "서울", "KR-11"),
        ("province", "서울시", "KR-11"),
        ("province", "Seoul", "KR-11"),
        ("category", "모름", "unknown"),
        ("more_countries", "베트남, 인도; US", ["VN", "IN", "US"]),
        ("at_border", "예", True),
        ("at_border", "x", False),
        ("business_number", "없음", None),
    ],
)
def test_names_in_either_language_are_understood(key: str, text: str, code: object) -> None:
    assert Values().judges[key](text) == code
