"""What can give a company away, by kind, and what is said in its place. Pure.

The labels and reasons that officers read stand in `casestudies.words`.
"""

from __future__ import annotations

COMPANY = "company"
PERSON = "person"
RESIDENT = "resident_number"
PASSPORT = "passport"
LICENCE = "driver_licence"
CARD = "card"
ACCOUNT = "account"
PHONE = "phone"
EMAIL = "email"
MESSENGER = "messenger"
BUSINESS = "business_number"
CORPORATE = "corporate_number"
WEB = "web"
IP = "ip"
ADDRESS = "address"
PLACE = "place"
DATE = "date"
AMOUNT = "amount"
QUANTITY = "quantity"
RECEIPT = "receipt"
TRACKING = "tracking"
SHIPMENT = "shipment"
DOCUMENT = "document"
VESSEL = "vessel"
BRAND = "brand"
PRODUCT = "product"
MODEL = "model"
EXHIBITION = "exhibition"
PORT = "port"
PLATE = "plate"
FILE = "file"

# In the order in which they take a place that two of them claim.
KINDS = (
    RESIDENT,
    PASSPORT,
    LICENCE,
    CARD,
    ACCOUNT,
    RECEIPT,
    TRACKING,
    EMAIL,
    MESSENGER,
    WEB,
    FILE,
    IP,
    CORPORATE,
    BUSINESS,
    PHONE,
    SHIPMENT,
    DOCUMENT,
    COMPANY,
    PERSON,
    ADDRESS,
    PLACE,
    DATE,
    AMOUNT,
    QUANTITY,
    VESSEL,
    EXHIBITION,
    MODEL,
    PORT,
    PLATE,
    BRAND,
    PRODUCT,
)
# Nobody may let these stand, whatever the reason: they name a person or open something.
NEVER_KEPT = frozenset({RESIDENT, PASSPORT, LICENCE, CARD, ACCOUNT, TRACKING, RECEIPT})

_SAID: dict[str, tuple[str, str]] = {
    COMPANY: ("해당 기업", "the company"),
    PERSON: ("관계자", "somebody concerned"),
    RESIDENT: ("(개인정보 삭제)", "(personal data removed)"),
    PASSPORT: ("(개인정보 삭제)", "(personal data removed)"),
    LICENCE: ("(개인정보 삭제)", "(personal data removed)"),
    CARD: ("(카드번호 삭제)", "(card number removed)"),
    ACCOUNT: ("(계좌번호 삭제)", "(account number removed)"),
    PHONE: ("(전화번호 삭제)", "(phone number removed)"),
    EMAIL: ("(전자우편 주소 삭제)", "(e-mail address removed)"),
    MESSENGER: ("(연락처 삭제)", "(contact removed)"),
    BUSINESS: ("(사업자등록번호 삭제)", "(business number removed)"),
    CORPORATE: ("(법인등록번호 삭제)", "(corporate number removed)"),
    WEB: ("(누리집 주소 삭제)", "(web address removed)"),
    IP: ("(접속 주소 삭제)", "(network address removed)"),
    ADDRESS: ("(주소 삭제)", "(address removed)"),
    PLACE: ("해당 지역", "the region"),
    RECEIPT: ("(접수번호 삭제)", "(receipt number removed)"),
    TRACKING: ("(조회번호 삭제)", "(tracking code removed)"),
    SHIPMENT: ("(운송번호 삭제)", "(shipment number removed)"),
    DOCUMENT: ("(문서번호 삭제)", "(document number removed)"),
    VESSEL: ("해당 선박", "the vessel"),
    BRAND: ("해당 상표", "the brand"),
    PRODUCT: ("해당 제품", "the product"),
    MODEL: ("해당 모델", "the model"),
    EXHIBITION: ("한 전시회", "a trade fair"),
    PORT: ("현지 항만", "the port"),
    PLATE: ("(차량번호 삭제)", "(plate removed)"),
    FILE: ("첨부 서류", "the attached paper"),
    DATE: ("당시", "at that time"),
    AMOUNT: ("일정 금액", "an amount"),
    QUANTITY: ("일정 수량", "a quantity of goods"),
}


def said(kind: str, language: str) -> str:
    """What is proposed in the place of something of this kind."""
    korean, english = _SAID[kind]
    return korean if language == "ko" else english


# What we say ourselves is never found again.
OURS = frozenset(words.strip("()") for pair in _SAID.values() for words in pair)
