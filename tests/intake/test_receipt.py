"""Receipt numbers and tracking codes."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import receipt

KEY = uuid.UUID("12345678-1234-5678-1234-567812345678")


@given(st.integers(2024, 2100), st.integers(1, 999_999))
def test_number_reads_back_as_itself(year: int, serial: int) -> None:
    number = receipt.number(year, serial)

    assert receipt.read_number(number) == number


@pytest.mark.parametrize(
    "disguise",
    [
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " ") + " ",
        lambda text: text.translate({ord(d): ord("０") + int(d) for d in "0123456789"}),
        "\u200b".join,
        lambda text: text.removeprefix("GT-"),
        lambda text: text.replace("-", "－"),
    ],
)
def test_number_is_read_however_it_is_typed(disguise: object) -> None:
    number = receipt.number(2026, 123)

    assert receipt.read_number(disguise(number)) == number  # type: ignore[operator]


@given(st.integers(1, 999_999), st.integers(0, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_found(serial: int, place: int, digit: int) -> None:
    body = f"2026{serial:06d}"
    wrong = body[:place] + str(digit) + body[place + 1 :]

    assert (receipt.check_digit(wrong) == receipt.check_digit(body)) == (wrong == body)


@pytest.mark.parametrize("text", ["", "GT-2026-000123-0", "안녕하세요", "GT", "1" * 500, "\x00"])
def test_other_text_is_no_receipt_number(text: str) -> None:
    with pytest.raises(receipt.ReceiptNumberError):
        receipt.read_number(text)


def test_tracking_code_is_sixteen_letters_of_the_alphabet_and_depends_on_key_and_secret() -> None:
    code = receipt.tracking_code(KEY, "secret")

    assert (len(code), set(code) - set(receipt.ALPHABET)) == (16, set())
    assert receipt.tracking_code(KEY, "secret") == code
    assert receipt.tracking_code(KEY, "other") != code
    assert receipt.tracking_code(uuid.UUID(int=KEY.int + 1), "secret") != code


def test_code_is_compared_however_it_is_typed() -> None:
    code = receipt.tracking_code(KEY, "secret")

    assert receipt.same_code(receipt.pretty_code(code).lower() + " ", code)
    assert not receipt.same_code(code[:-1], code)
    assert not receipt.same_code("", code)
    assert not receipt.same_code("가나다", code)
