"""Patterns of personal data: found, not found, and cheap."""

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import patterns

TODAY = date(2026, 11, 22)


def kinds(text):
    return [finding.kind for finding in patterns.find(text, today=TODAY)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("주민번호 900101-1234567 입니다", patterns.RESIDENT),
        ("9001011234567", patterns.RESIDENT),
        ("051231-3234567", patterns.RESIDENT),
        ("９００１０１－１２３４５６７", patterns.RESIDENT),
        ("900101 – 1234567", patterns.RESIDENT),
        ("외국인등록 900101-5234567", patterns.FOREIGNER),
        ("여권 M12345678", patterns.PASSPORT),
        ("M123A4567", patterns.PASSPORT),
        ("passport no. AB1234567", patterns.PASSPORT),
        ("면허 11-12-345678-90", patterns.LICENCE),
        ("서울 12-345678-90", patterns.LICENCE),
        ("4111-1111-1111-1111", patterns.CARD),
        ("4111111111111111", patterns.CARD),
        ("010-1234-5678로 연락", patterns.MOBILE),
        ("01012345678", patterns.MOBILE),
        ("+82 10 1234 5678", patterns.MOBILE),
        ("국민은행 123456-12-123456", patterns.ACCOUNT),
        ("계좌번호: 11012345678901", patterns.ACCOUNT),
        ("kim@example.co.kr", patterns.EMAIL),
    ],
)
def test_find_finds(text, kind):
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "사업자등록번호 124-81-00998",
        "은행 거래처 사업자 124-81-00998",
        "1248100998",
        "HS 3304.99-1000",
        "3304991000",
        "대표전화 02-1234-5678, 1357, 031-201-6900",
        "GT-2026-000123-7",
        "991332-1234567",
        "900101-9234567",
        "401231-3234567",
        "법인 110111-0062432",
        "바코드 8801234567893",
        "4111-1111-1111-1112",
        "0000-0000-0000-0000",
        "컨테이너 TEMU1234567",
        "신고번호 41234-12-345678X",
        "2026-11-22 13:00:00",
        "USD 1,234,567,890",
        "B/L ONEYSELM12345678",
        "A@B",
        "K3D9 7XQ2 M4HT W8RC",
    ],
)
def test_find_leaves_business_facts_alone(text):
    assert kinds(text) == []


def test_find_gives_places_and_masks():
    text = "담당 010-1234-5678, 900101-1234567, hong@example.com"

    found = patterns.find(text, today=TODAY)

    assert [(text[one.start : one.end], one.masked, one.forbidden) for one in found] == [
        ("010-1234-5678", "***-****-5678", False),
        ("900101-1234567", "900101-*******", True),
        ("hong@example.com", "h***@example.com", False),
    ]


def test_mask_leaves_the_rest():
    assert patterns.mask("여권 M12345678 사본", today=TODAY) == "여권 M******** 사본"


def test_kinds_are_forbidden_or_personal_never_both():
    assert patterns.FORBIDDEN.isdisjoint(patterns.PERSONAL)


births = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 11, 21))


@given(births, st.integers(0, 1), st.integers(0, 99999), st.sampled_from(["-", " - ", "–"]))
def test_find_finds_every_number_with_a_right_check_digit(born, sex, serial, gap):
    front = born.strftime("%y%m%d") + str((1 if born.year < 2000 else 3) + sex) + f"{serial:05d}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    total = sum(int(digit) * weight for digit, weight in zip(front, weights, strict=True))
    number = front + str((11 - total % 11) % 10)

    assert kinds(f"번호 {number[:6]}{gap}{number[6:]}.") == [patterns.RESIDENT]


@given(st.text(alphabet="0123456789-–. @abcMS가계좌은행여권\n０", max_size=200))
def test_findings_are_in_order_apart_and_masked_to_the_same_number_of_lines(text):
    found = patterns.find(text, today=TODAY)

    in_order = all(one.end <= other.start for one, other in pairwise(found))
    lines = patterns.mask(text, today=TODAY).count("\n")
    assert (in_order, lines) == (True, text.count("\n"))


@pytest.mark.parametrize(
    "piece",
    ["1", "1-", "a", "a@", "a.", "M1", "은행", "계좌 ", "010-", "0", "+82", "a@a.", "１", " "],
)
def test_hostile_text_costs_linear_time(piece):
    begin = time.process_time()

    patterns.find(piece * (65536 // len(piece)))

    assert time.process_time() - begin < 0.5
