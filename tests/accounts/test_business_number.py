"""Business registration numbers: cleaning, checksum, spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import business_number
from accounts.business_number import BusinessNumberError


@pytest.mark.parametrize("typed", ["124-81-00998", "120-81-47521", "220-81-62517", "123-45-67891"])
def test_check_accepts_published_vectors(typed):
    number = business_number.check(typed)

    assert number == typed.replace("-", "")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123-45-67890", "wrong-check-digit"),
        ("000-00-00000", "unknown-office"),
        ("100-00-00009", "unknown-office"),
        ("124-81-0099", "wrong-length"),
        ("124-81-009988", "wrong-length"),
        ("124-81-0099A", "not-digits"),
        ("١٢٤-٨١-٠٠٩٩٨", "not-digits"),
        ("", "not-digits"),
    ],
)
def test_check_names_what_is_wrong(typed, code):
    with pytest.raises(BusinessNumberError) as caught:
        business_number.check(typed)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "typed",
    [
        "１２４－８１－００９９８",
        " 124 81 00998 ",
        "124–81—00998",
        "124−81−00998",
        "124\u200b8100998",
    ],
)
def test_check_forgives_how_people_type(typed):
    assert business_number.check(typed) == "1248100998"


@given(st.text(alphabet="0123456789", min_size=9, max_size=9).filter(lambda nine: nine >= "101"))
def test_check_accepts_one_last_digit_only(nine):
    accepted = []
    for last in "0123456789":
        try:
            accepted.append(business_number.check(nine + last))
        except BusinessNumberError:
            continue

    assert len(accepted) == 1


def test_pretty_writes_three_two_five():
    assert business_number.pretty("1248100998") == "124-81-00998"


def test_pretty_leaves_anything_else_alone():
    assert business_number.pretty("") == ""
