"""What might give a company away: found, told coarsely, marked; and what names nobody is left."""

import time
from decimal import Decimal

import pytest

from casestudies import anonymise, coarse, kinds, particles
from casestudies.anonymise import Known

KNOWN = Known(
    companies=("(주)대한무역", "Daehan Trading Co., Ltd."),
    partners=("Saigon Beauty JSC",),
    people=("홍길동", "Gildong Hong"),
    places=("화성시",),
    details=("02-345-6789", "1248100998", "hong@daehan.example"),
    products=("수분크림 AQUA-50", "화장품"),
    files=("대한무역_통지서.pdf",),
    generic=frozenset({"화장품"}),
    safe=frozenset({"관세청", "무역협회"}),
)


def swept(text, known=KNOWN, **more):
    ids = {}
    fields = anonymise.sweep(
        {"text": text},
        known,
        lambda one: ids.setdefault((one.kind, one.text), len(ids) + 1),
        **more,
    )
    return anonymise.plain(fields["text"]), [kind for kind, _text in ids]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("(주)대한무역은 답했다", kinds.COMPANY),
        ("대한 무역 주식회사가 답했다", kinds.COMPANY),
        ("㈜대한무역 답", kinds.COMPANY),
        ("대한무역㈜ 답", kinds.COMPANY),
        ("DAEHAN TRADING에서", kinds.COMPANY),
        ("Daehan-Trading Co.,Ltd 에서", kinds.COMPANY),
        ("daehan 측이", kinds.COMPANY),
        ("Saigon Beauty의 답", kinds.COMPANY),
        ("주식회사 미래가 답했다", kinds.COMPANY),
        ("미래테크㈜가 답했다", kinds.COMPANY),
        ("ABC Foods Inc. 답", kinds.COMPANY),
        ("PT Maju Jaya 답", kinds.COMPANY),
        ("深圳市华强有限公司 답", kinds.COMPANY),
        ("홍길동이 말했다", kinds.PERSON),
        ("홍 길 동 님", kinds.PERSON),
        ("Hong Gildong 답", kinds.PERSON),
        ("김철수 과장에게", kinds.PERSON),
        ("박 대표가", kinds.PERSON),
        ("Mr. Nguyen Van An 답", kinds.PERSON),
        ("담당자: 이영희", kinds.PERSON),
        ("Nguyen Van An 씨가", kinds.PERSON),
        ("900101-1234567", kinds.RESIDENT),
        ("９００１０１－１２３４５６７", kinds.RESIDENT),
        ("9001\u200b01-1234567", kinds.RESIDENT),
        ("여권 M12345678", kinds.PASSPORT),
        ("면허 11-12-345678-90", kinds.LICENCE),
        ("010-1234-5678", kinds.PHONE),
        ("02.345.6789", kinds.PHONE),
        ("(031) 201-6900", kinds.PHONE),
        ("+84 24 3831 5111", kinds.PHONE),
        ("1588-1234", kinds.PHONE),
        ("사업자번호 124-81-00998", kinds.BUSINESS),
        ("1248100998", kinds.BUSINESS),
        ("법인번호 1355110012345", kinds.CORPORATE),
        ("hong@daehan.example", kinds.EMAIL),
        ("hong (at) daehan.co.kr", kinds.EMAIL),
        ("www.daehan.co.kr", kinds.WEB),
        ("daehan-trading.com", kinds.WEB),
        ("카카오톡 ID: daehan77", kinds.MESSENGER),
        ("국민은행 123456-12-123456", kinds.ACCOUNT),
        ("4111-1111-1111-1111", kinds.CARD),
        ("경기도 안양시 만안구 안양로 123-4, 5층", kinds.ADDRESS),
        ("서울 강남구 역삼동 735-12", kinds.ADDRESS),
        ("12, Nguyen Hue Street", kinds.ADDRESS),
        ("화성 공장에서", kinds.PLACE),
        ("2026년 3월 12일", kinds.DATE),
        ("2026.03.12.", kinds.DATE),
        ("'26. 3. 12.", kinds.DATE),
        ("3월 12일(목)", kinds.DATE),
        ("March 12, 2026", kinds.DATE),
        ("3억 2,500만 원", kinds.AMOUNT),
        ("USD 45,000", kinds.AMOUNT),
        ("1.2 million USD", kinds.AMOUNT),
        ("20만불", kinds.AMOUNT),
        ("5,000개를", kinds.QUANTITY),
        ("12톤", kinds.QUANTITY),
        ("GT-2026-000123-7", kinds.RECEIPT),
        ("7KQM-3FHT-9WXP-2RCD", kinds.TRACKING),
        ("B/L No. HDMU1234567890", kinds.SHIPMENT),
        ("TCLU 123456-7", kinds.SHIPMENT),
        ("AWB 180-12345678", kinds.SHIPMENT),
        ("인보이스 번호 INV-2026-0031", kinds.DOCUMENT),
        ("수입신고 번호: 12345-26-123456U", kinds.DOCUMENT),
        ("‘아쿠아리움’ 브랜드", kinds.BRAND),
        ("AQUARIUM®", kinds.BRAND),
        ("모델명 AQ-5000X", kinds.MODEL),
        ("수분크림 AQUA 50을", kinds.PRODUCT),
        ("하노이 식품박람회에서", kinds.EXHIBITION),
        ("부스 B-123에서", kinds.EXHIBITION),
        ("모선 EVER GIVEN V.123", kinds.VESSEL),
        ("192.168.0.12", kinds.IP),
        ("2001:db8::1", kinds.IP),
        ("12가 3456 차량", kinds.PLATE),
        ("대한무역_통지서.pdf", kinds.FILE),
    ],
)
def test_what_identifies_is_found_and_told_otherwise(text, kind):
    shown, found = swept(text)

    assert kind in found
    assert anonymise.find(shown, KNOWN) == []


@pytest.mark.parametrize(
    "text",
    [
        "접수 당일 회신하였고 5일째 되는 날 통관되었습니다.",
        "ISO 9001과 IEC 60335, KC62368, HS 3304.99, 21 CFR 111을 확인하십시오.",
        "서류 3부를 다시 2번 냈습니다. 이메일로 2건을 보냈습니다.",
        "해외 전시회와 국제 박람회에 참가하였습니다.",
        "“추가 서류 필요”라는 답을 받았습니다.",
        "우리 회사는 대표적인 기업입니다. 현지 대표가 설명하였습니다.",
        "수입국 세관이 화장품의 통관을 보류하였습니다.",
        "3개국에서 12개월 동안 반드시 2회 시험합니다.",
        "2026년 상반기에 1억~5억 원, 미화 10만~50만 달러, 100~500개였습니다.",
        "다음 사항과 제3조 2항을 확인하시기 바랍니다.",
        "요청사항은 2026년 하반기에 반영되었습니다.",
    ],
)
def test_what_names_nobody_is_left_alone(text):
    assert anonymise.find(anonymise.tidy(text), KNOWN) == []


def test_port_is_found_only_beside_a_day():
    assert [one.kind for one in anonymise.find("2026년 3월 12일 하이퐁항에 도착")] == [
        kinds.DATE,
        kinds.PORT,
    ]
    assert anonymise.find("하이퐁항은 베트남 북부에 있습니다") == []


def test_what_one_field_gives_away_is_found_in_another():
    fields = anonymise.sweep(
        {"first": "계좌 123456-12-123456으로", "second": "123456-12-123456 입금"},
        KNOWN,
        lambda _: 1,
    )

    assert [anonymise.plain(text) for text in fields.values()] == [
        "계좌 (계좌번호 삭제)로",
        "(계좌번호 삭제) 입금",
    ]


def test_particles_follow_the_new_word():
    text, _found = swept("대한무역이 3월 12일에 홍길동을 보내고 Daehan으로 알렸다")

    assert text == "해당 기업이 상반기에 관계자를 보내고 해당 기업으로 알렸다"


@pytest.mark.parametrize(
    ("word", "rest", "fitted"),
    [
        ("회사", "이 ", "가 "),
        ("기업", "가 ", "이 "),
        ("서울", "으로", "로"),
        ("부산", "로 ", "으로 "),
        ("회사", "은행", "은행"),
        ("회사", " 이", " 이"),
    ],
)
def test_particle_is_fitted(word, rest, fitted):
    assert particles.fitted(word, rest) == fitted


def test_sweeping_again_changes_nothing_and_keeps_numbers():
    ids = {}

    def number(one):
        return ids.setdefault(one.text, len(ids) + 1)

    once = anonymise.sweep({"a": "(주)대한무역은 2026년 3월 12일"}, KNOWN, number)
    twice = anonymise.sweep(once, KNOWN, number)

    assert once == twice == {"a": "⟦1:해당 기업⟧은 ⟦2:2026년 상반기⟧"}


def test_settling_puts_words_in_and_particles_right():
    text = "⟦1:해당 기업⟧은 ⟦2:2026년 상반기⟧에 ⟦1:해당 기업⟧을 알렸다"

    settled = anonymise.settle(text, 1, "한 화장품 제조사")

    assert settled == "한 화장품 제조사는 ⟦2:2026년 상반기⟧에 한 화장품 제조사를 알렸다"
    assert (anonymise.numbers(text), anonymise.numbers(settled)) == ([1, 2], [2])


def test_markers_of_another_hand_are_taken_out():
    assert anonymise.tidy("⟦9:속임⟧ ⟦") == "속임 "


def test_kept_words_stand():
    assert anonymise.find("2026년 7월 1일 시행", kept=["2026년 7월 1일"]) == []


@pytest.mark.parametrize(
    ("value", "korean", "english"),
    [
        (3, "1~5", "1–5"),
        (45_000, "1만~5만", "10,000–50,000"),
        (320_000_000, "1억~5억", "100,000,000–500,000,000"),
    ],
)
def test_bands(value, korean, english):
    assert (coarse.band(Decimal(value)), coarse.band(Decimal(value), "en")) == (korean, english)


@pytest.mark.parametrize("value", [1, 7, 10, 49, 500, 12_345, 10**8, 10**12 - 1, 10**15])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_band_is_never_taken_for_a_figure(value, language):
    unit = "원" if language == "ko" else "USD"
    said = coarse.band(Decimal(value), language)

    assert anonymise.find(f"{said} {unit} 정도, {said}개", language=language) == []


def test_hostile_text_costs_linear_time():
    for piece in ("1-", "가 ", "A ", "(주)", "a@", "https://", "2026.", "‘a", "1,", "⟦", "서울 "):
        begun = time.perf_counter()
        anonymise.find(piece * 5000, KNOWN)
        assert time.perf_counter() - begun < 3
