"""Generated cases with planted identifiers of many kinds, and what must not survive of each."""

from __future__ import annotations

import random
import re
import string
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from casestudies.composing import Material, Step
from casestudies.known import Known
from intake import receipt
from tests.intake.factories import valid_business_number

_STEMS = [
    "한빛",
    "가온",
    "누리",
    "다온",
    "라온",
    "마루",
    "바름",
    "새론",
    "아람",
    "자람",
    "차온",
    "푸른",
    "해든",
    "온새",
    "두레",
]
_TAILS = [
    "코스메틱",
    "바이오팜",
    "푸드텍",
    "메디칼",
    "테크윈",
    "산업개발",
    "인더스트리",
    "뷰티랩",
    "정밀기계",
    "화장품연구",
]
_SURNAMES = "김이박최정강조윤장임한오서신권황송류홍고"
_GIVEN = ["길동", "영희", "철수", "서연", "민준", "지우", "하윤", "도현", "예은", "시우"]
_TITLES = ["대표", "부장", "과장", "이사", "팀장", "대리"]
_LATIN = [
    "Saigon",
    "Golden",
    "Pacific",
    "Orient",
    "Lotus",
    "Mekong",
    "Sunrise",
    "Harbor",
    "Delta",
    "Royal",
]
_WORDS = ["Beauty", "Foods", "Machinery", "Logistics", "Medical", "Textile", "Marine", "Retail"]
_LEGAL = ("Co., Ltd.", "JSC", "Inc.", "LLC", "GmbH", "Sdn. Bhd.", "Pte. Ltd.")
_CITIES = ["화성시", "수원시", "안산시", "김포시", "파주시", "천안시", "구미시", "창원시"]
_ROADS = ["동탄대로", "산업로", "공단로", "중앙로", "번영로"]
_PORTS = ["하이퐁항", "다낭항", "깟라이항", "호치민항"]
_BRANDS = ["아쿠아리움", "루미엘", "세라비아", "오르비스타", "벨루나", "미라크림"]
_FAIRS = ["하노이 비엣뷰티 국제박람회", "호치민 푸드엑스포 박람회", "방콕 코스모 전시회"]


_SITUATION = (
    "{called}은 {day} {port}에서 {product} {quantity}가 보류되었습니다. 금액은 {amount}입니다. "
    "수출자는 {latin}이라고도 하며 {address}에 있습니다. 컨테이너는 {container}, "
    "B/L번호: {bill}입니다."
)
_PROBLEM = (
    "바이어 {partner}의 담당 {other_person} {title}이 {document} 송품장의 모델 {model}과 "
    "‘{brand}’ 상표를 문제 삼았습니다. {fair}에서 만난 {other}도 같은 일을 겪었습니다. "
    "첨부 {file}을 보십시오."
)
_REQUEST = (
    "{contact} {title}({phone}, {mobile}, {mail})에게 알려 주십시오. 현지 전화는 {abroad}입니다. "
    "사업자등록번호 {business}, 법인등록번호: {corporate}, 대표자 주민등록번호 {resident}, "
    "여권 {passport}, 면허 {licence}."
)
_ANSWER = (
    "접수번호 {receipt}, 조회번호 {code}로 확인하였습니다. 관세는 국민은행 {account}로 내고 "
    "카드 {card}는 쓰지 마십시오. 자세한 것은 {web}, 접속 주소 {net}, 카카오톡 ID: {messenger}에 "
    "있습니다. 품목분류 의견을 보냈습니다."
)
_NOTE = "{called}이 {contact}을 통해 알렸습니다."


def folded(text: str) -> str:
    """A text as a patient reader compares it: letters and digits alone, in one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


@dataclass(frozen=True)
class Plant:
    """One identifier as it stands in the case, and the traces that would still tell it."""

    kind: str
    traces: tuple[str, ...]


@dataclass(frozen=True)
class Planted:
    """One generated case: what it says, what the database knows of it, what was planted."""

    material: Material
    known: Known
    plants: tuple[Plant, ...]

    def survivors(self, shown: str) -> list[str]:
        """The kinds of what can still be read in a text."""
        plain = folded(shown)
        return [p.kind for p in self.plants if any(folded(trace) in plain for trace in p.traces)]


def generate(count: int, seed: int = 20261123) -> Iterator[Planted]:
    """So many cases, the same each time."""
    dice = random.Random(seed)  # noqa: S311 - invented cases, no secrets
    for number in range(count):
        yield _Maker(dice, number).made()


class _Maker:
    """Draws one case."""

    def __init__(self, dice: random.Random, number: int) -> None:
        self.dice = dice
        self.number = number
        self.plants: list[Plant] = []

    def plant(self, kind: str, text: str, *traces: str) -> str:
        """Note what stands in the text and by what it could be known again."""
        self.plants.append(Plant(kind, traces or (text,)))
        return text

    def digits(self, count: int) -> str:
        return "".join(self.dice.choice(string.digits) for _place in range(count))

    def letters(self, count: int) -> str:
        return "".join(self.dice.choice(string.ascii_uppercase) for _place in range(count))

    def person(self) -> str:
        return self.dice.choice(_SURNAMES) + self.dice.choice(_GIVEN)

    # --- One of each kind ------------------------------------------------------------------
    def own(self) -> tuple[str, str, str]:
        """The company's name, how it calls itself in running text, and its Latin name."""
        core = self.dice.choice(_STEMS) + self.dice.choice(_TAILS)
        form = self.dice.choice(("(주){}", "㈜{}", "{}(주)", "주식회사 {}", "{} 주식회사"))
        spaced = f"{core[:2]} {core[2:]}" if self.dice.random() < 0.3 else core
        latin = f"Hn{self.letters(4).capitalize()} {self.dice.choice(_WORDS)}"
        return form.format(core), self.plant("company", spaced, core), latin

    def other(self) -> str:
        core = self.dice.choice(_STEMS) + "상사" + self.dice.choice("가나다라마바사아")
        form = self.dice.choice(("(주){}", "㈜{}", "주식회사 {}"))
        return self.plant("third company", form.format(core), core)

    def partner(self) -> str:
        name = f"{self.dice.choice(_LATIN)} {self.dice.choice(_WORDS)}"
        return self.plant("partner", f"{name} {self.dice.choice(_LEGAL)}", name)

    def resident(self) -> str:
        year, month, day = (self.dice.randint(*ends) for ends in ((60, 99), (1, 12), (1, 28)))
        front = f"{year}{month:02d}{day:02d}"
        return self.plant("resident number", f"{front}-{self.dice.choice('12')}{self.digits(5)}4")

    def card(self) -> str:
        body = [4, *(self.dice.randint(0, 9) for _place in range(14))]
        doubled = [d * 2 if at % 2 == 0 else d for at, d in enumerate(body)]
        total = sum(d - 9 if d > 9 else d for d in doubled)
        whole = "".join(map(str, body)) + str(-total % 10)
        return self.plant("card", "-".join(whole[at : at + 4] for at in range(0, 16, 4)))

    def mobile(self) -> str:
        gap = self.dice.choice(("-", " ", ".", ""))
        return self.plant("mobile", gap.join(("010", self.digits(4), self.digits(4))))

    def landline(self) -> str:
        return f"0{self.dice.choice(('2', '31', '51', '53'))}-{self.digits(3)}-{self.digits(4)}"

    def abroad(self) -> str:
        said = f"+84 {self.digits(2)} {self.digits(4)} {self.digits(4)}"
        return self.plant("phone abroad", said)

    def day(self) -> tuple[str, str]:
        year, month = self.dice.randint(2024, 2026), self.dice.randint(1, 12)
        date = self.dice.randint(1, 28)
        spoken = f"{year}년 {month}월 {date}일"
        forms = (spoken, f"{year}.{month:02d}.{date:02d}.", f"{year}-{month:02d}-{date:02d}")
        text = self.dice.choice(forms)
        self.plant("date", text, text.rstrip("."))
        return text, self.dice.choice(_PORTS)

    def amount(self) -> str:
        value = self.dice.randint(1_237, 987_654)
        forms = (f"USD {value:,}", f"{value:,}달러", f"{value:,}원", f"US${value:,}")
        return self.plant("amount", self.dice.choice(forms), f"{value:,}")

    def quantity(self) -> str:
        value = self.dice.randint(1_237, 98_765)
        return self.plant(
            "quantity", f"{value:,}{self.dice.choice(('개', '박스', '병', '세트'))}", f"{value:,}"
        )

    def code(self) -> str:
        while True:
            drawn = "".join(self.dice.choice(receipt.ALPHABET) for _place in range(16))
            if (
                sum(
                    not drawn[at : at + 4].isalpha() and not drawn[at : at + 4].isdigit()
                    for at in (0, 4, 8, 12)
                )
                >= 2
            ):
                return self.plant(
                    "tracking code", "-".join(drawn[at : at + 4] for at in (0, 4, 8, 12))
                )

    # --- The case ----------------------------------------------------------------------------
    def drawn(self) -> dict[str, str]:
        """One of each, by the names that the sentences use."""
        plant, digits, letters, dice = self.plant, self.digits, self.letters, self.dice
        name, called, latin = self.own()
        town, road = dice.choice(_CITIES), f"{dice.choice(_ROADS)} {dice.randint(100, 999)}"
        road = f"{road}-{digits(2)}"
        day, port = self.day()
        business = valid_business_number(self.number + 1)
        product = f"{dice.choice(_BRANDS)} {letters(2)}-{digits(3)}"
        host = f"{letters(6).lower()}.co.kr"
        net = ".".join(str(dice.randint(10, 250)) for _place in range(3))
        return {
            "name": name,
            "called": called,
            "latin": plant("latin company", latin),
            "partner": self.partner(),
            "other": self.other(),
            "contact": plant("person", self.person()),
            "other_person": plant("other person", self.person()),
            "title": dice.choice(_TITLES),
            "town": plant("place", town),
            "address": plant("address", f"경기도 {town} {road}", road),
            "phone": plant("landline", self.landline()),
            "mobile": self.mobile(),
            "abroad": self.abroad(),
            "mail": plant("e-mail", f"{letters(5).lower()}{digits(2)}@{host}"),
            "business": plant("business number", f"{business[:3]}-{business[3:5]}-{business[5:]}"),
            "corporate": plant("corporate number", f"1355{digits(2)}-{digits(7)}"),
            "resident": self.resident(),
            "passport": plant("passport", f"M{digits(8)}"),
            "licence": plant("driving licence", f"11-{digits(2)}-{digits(6)}-{digits(2)}"),
            "account": plant("account", f"{digits(6)}-{digits(2)}-{digits(6)}"),
            "card": self.card(),
            "day": day,
            "port": plant("port beside a date", port),
            "amount": self.amount(),
            "quantity": self.quantity(),
            "product": plant("product", product),
            "brand": plant("brand", dice.choice(_BRANDS) + digits(2)),
            "model": plant("model", f"{letters(2)}-{digits(4)}X"),
            "fair": dice.choice(_FAIRS),
            "container": plant("container", f"{letters(3)}U{digits(7)}"),
            "bill": plant("bill of lading", f"{letters(4)}{digits(10)}"),
            "document": plant("document", f"INV-2026-{digits(5)}"),
            "file": plant("file", f"{called.replace(' ', '')}_통지서{digits(3)}.pdf"),
            "receipt": plant("receipt number", receipt.number(2026, self.number + 1)),
            "code": self.code(),
            "web": plant("web", f"www.{letters(7).lower()}.com"),
            "net": plant("network address", f"211.{net}"),
            "messenger": plant("messenger", f"{letters(5).lower()}{digits(3)}"),
        }

    def made(self) -> Planted:
        """The case with its sentences, and what the database would know of it."""
        said = self.drawn()
        known = Known(
            companies=(said["name"], said["latin"]),
            partners=(said["partner"],),
            people=(said["contact"],),
            places=(said["town"],),
            details=(said["phone"], said["mail"], said["business"]),
            products=(said["product"],),
            safe=frozenset({"관세청"}),
        )
        material = Material(
            country="베트남",
            category="통관 지연",
            situation=_SITUATION.format(**said),
            problem=_PROBLEM.format(**said),
            request=_REQUEST.format(**said),
            steps=(Step("asked", 0, "관세청"), Step("answered", 3, "관세청")),
            answer=_ANSWER.format(**said),
            outcome_note=_NOTE.format(**said),
            saved=Decimal(self.dice.randint(1_237, 987_654)),
            currency="USD",
            received=(2026, 3),
        )
        return Planted(material, known, tuple(self.plants))
