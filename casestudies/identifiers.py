"""Numbers and addresses that lead to one company or person, found by their form. Pure.

What the law forbids to keep is found by `privacy.patterns`; here is what leads to a company.
Every pattern is bounded, so that hostile text costs linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from casestudies import kinds
from privacy import patterns

_DASH = "[-\u2010-\u2015\u2212]"
_SEP = rf"[ .\u00a0]?{_DASH}?[ \u00a0]?"
_ALONE = rf"(?<![0-9A-Za-z])(?<![0-9]{_DASH})"
_END = rf"(?![0-9A-Za-z])(?!{_DASH}[0-9])"
_NUMBER = r"(?:\s?(?:번호|No\.?|Number|#))?\s?[:=#]?\s?"


@dataclass(frozen=True)
class Span:
    """A stretch of a text and what it looks like; `proposal` where the kind's own will not do."""

    kind: str
    start: int
    end: int
    proposal: str = ""


# A date that never comes: whoever writes it means that birthdays in the future are not ruled out.
_DAY = date(9999, 12, 31)
_OF_PRIVACY = {
    patterns.RESIDENT: kinds.RESIDENT,
    patterns.FOREIGNER: kinds.RESIDENT,
    patterns.PASSPORT: kinds.PASSPORT,
    patterns.LICENCE: kinds.LICENCE,
    patterns.CARD: kinds.CARD,
    patterns.ACCOUNT: kinds.ACCOUNT,
    patterns.MOBILE: kinds.PHONE,
    patterns.EMAIL: kinds.EMAIL,
}

_DOMAIN = (
    r"(?:co\.kr|or\.kr|go\.kr|re\.kr|ne\.kr|pe\.kr|com\.[a-z]{2}|co\.[a-z]{2}|com|net|org|info|biz"
    r"|shop|store|kr|cn|jp|vn|id|th|my|ph|sg|in|ae|de|fr|it|es|nl|uk|us|ca|au|ru|br|mx|io|asia|eu)"
)
_EMAIL_SPELT = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._+-]{0,40}\s?(?:\(at\)|\[at\]|\{at\}| at |골뱅이|＠|@)\s?"
    r"[A-Za-z0-9-]{1,40}(?:\s?(?:\.|\(dot\)|\[dot\]| dot |점)\s?[A-Za-z]{2,12}){1,3}",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"'“”‘’가-힣]{3,300}"
    rf"|(?<![A-Za-z0-9@.-])(?:[A-Za-z0-9-]{{1,40}}\.){{1,4}}{_DOMAIN}"
    r"(?![A-Za-z0-9-]|\.[A-Za-z])(?:/[^\s<>()\"'“”‘’가-힣]{0,200})?",
    re.IGNORECASE,
)
_MESSENGER = re.compile(
    r"(?:카카오톡|카톡|오픈채팅|라인|위챗|왓츠앱|텔레그램|잘로|인스타그램|WhatsApp|WeChat|KakaoTalk"
    r"|Kakao|Telegram|Zalo|Skype|Instagram|LINE)"
    r"\s?(?:ID|아이디|계정|id|:|：)?\s?[:：]?\s?(@?[A-Za-z0-9][A-Za-z0-9._-]{2,29}[A-Za-z0-9])"
    r"|(?<![A-Za-z0-9._])(@[A-Za-z][A-Za-z0-9._]{2,29}[A-Za-z0-9])",
)
_IP = re.compile(
    r"(?<![0-9.])(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}"
    r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?![0-9.]*[0-9])"
    r"|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){3,7}:?[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])"
    r"|(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){1,4}:[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])"
)
_PHONE = re.compile(
    rf"{_ALONE}(?:\(0\d{{1,2}}\)\s?\d{{3,4}}{_SEP}\d{{4}}"
    rf"|0(?:2|[3-6][1-5]|70|80|50\d?){_SEP}\d{{3,4}}{_SEP}\d{{4}}"
    rf"|01[016789]{_SEP}\d{{3,4}}{_SEP}\d{{4}}"
    rf"|1[5-8]\d{{2}}{_DASH}\d{{4}}){_END}"
    r"|(?<![0-9A-Za-z+])\+\d{1,3}[ .()-]{0,2}(?:\(?0?\)?\d{1,4}[ .()-]{1,2}){1,4}\d{2,5}(?!\d)"
    r"|(?<![0-9A-Za-z+])\+\d{9,14}(?!\d)"
    r"|(?:전화|연락처|팩스|내선|휴대폰|핸드폰|Tel|Fax|Phone|Mobile)(?:번호)?\s?[.:：]?\s?"
    rf"(\(?\d{{2,4}}\)?(?:{_SEP}\d{{2,4}}){{1,3}}){_END}",
    re.IGNORECASE,
)
_BUSINESS = re.compile(
    rf"{_ALONE}\d{{3}}{_SEP}\d{{2}}{_SEP}\d{{5}}{_END}"
    r"|(?:사업자\s?(?:등록)?\s?번호|사업자)\s?[:：]?\s?(\d{10})(?!\d)"
)
_CORPORATE = re.compile(
    rf"{_ALONE}\d{{6}}{_SEP}\d{{7}}{_END}|(?:법인\s?(?:등록)?\s?번호)\s?[:：]?\s?(\d{{13}})(?!\d)"
)
_BARE_TEN = re.compile(rf"{_ALONE}\d{{10}}{_END}")
_RECEIPT = re.compile(
    rf"{_ALONE}GT[ ]?{_DASH}?[ ]?\d{{4}}[ ]?{_DASH}?[ ]?\d{{6,9}}[ ]?{_DASH}?[ ]?\d{_END}"
    rf"|{_ALONE}[12][A-Z]{{2}}{_DASH}\d{{4}}{_DASH}\d{{6,7}}{_END}",
    re.IGNORECASE,
)
_TRACKING = re.compile(
    r"(?<![0-9A-Za-z])[2-9A-HJKMNP-Za-hjkmnp-z]{4}(?P<gap>[ -]?)[2-9A-HJKMNP-Za-hjkmnp-z]{4}"
    r"(?:(?P=gap)[2-9A-HJKMNP-Za-hjkmnp-z]{4}){2}(?![0-9A-Za-z])"
)
_TRACKING_PART = re.compile(r"[A-Za-z]{4}|[0-9]{4}")
_SHIPMENT = re.compile(
    r"(?:(?:M|H)?B\s?/\s?L|선하증권|항공화물운송장|(?:M|H)?AWB|운송장|송장|화물관리"
    r"|booking|컨테이너"
    rf"|container|EMS){_NUMBER}([A-Z0-9][A-Z0-9-]{{5,21}}[0-9]){_END}"
    rf"|{_ALONE}[A-Z]{{3}}[UJZ][ ]?\d{{6}}[ ]?{_DASH}?[ ]?\d{_END}"
    rf"|{_ALONE}[A-Z]{{4}}\d{{8,12}}{_END}|{_ALONE}[A-Z]{{2}}\d{{9}}[A-Z]{{2}}{_END}"
    rf"|{_ALONE}\d{{3}}{_DASH}\d{{8}}{_END}|{_ALONE}\d{{4}}[ -]\d{{4}}[ -]\d{{4}}{_END}",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"(?:인보이스|송품장|Invoice|P/?O|발주서?|주문서?|계약서?|신용장|L/?C|C/?O|원산지증명서?|증명서"
    r"|인증서?|허가증?|등록증?|신고서?|신고필증|특허|상표|출원|성적서|시험성적서|면장"
    r"|수리|공문|문서"
    r"|사건|관리|고객|거래처|품목신고|승인|접수|민원)"
    rf"(?:\s?(?:번호|No\.?|Number)\s?[:：=#]?|\s?[:：#])\s?"
    rf"((?:제)?[A-Z0-9][A-Z0-9/.-]{{3,29}}[0-9A-Z](?:호)?){_END}"
    rf"|{_ALONE}\d{{5}}{_DASH}\d{{2}}{_DASH}\d{{6,7}}[A-Z]?{_END}"
    rf"|{_ALONE}(?:INV|PO|CO|LC|SC|PI|CI)[-#]?\d{{2,4}}-?\d{{3,8}}(?:-\d{{1,4}})?{_END}",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"(?<![0-9])\d{2,3}[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자허하호배]\s?\d{4}(?!\d)"
)
_FILE = re.compile(
    r"[\w가-힣()\[\]·-]{1,80}\.(?:pdf|docx?|xlsx?|pptx?|hwpx?|jpe?g|png|gif|heic|zip|csv|eml|msg)"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_PLAIN = (
    (kinds.RECEIPT, _RECEIPT),
    (kinds.EMAIL, _EMAIL_SPELT),
    (kinds.MESSENGER, _MESSENGER),
    (kinds.FILE, _FILE),
    (kinds.WEB, _URL),
    (kinds.IP, _IP),
    (kinds.CORPORATE, _CORPORATE),
    (kinds.BUSINESS, _BUSINESS),
    (kinds.PHONE, _PHONE),
    (kinds.SHIPMENT, _SHIPMENT),
    (kinds.DOCUMENT, _DOCUMENT),
    (kinds.PLATE, _PLATE),
)


def find(text: str) -> Iterator[Span]:
    """Every number and address that by its form leads to somebody, in no order."""
    for found in patterns.find(text, today=_DAY):
        yield Span(_OF_PRIVACY[found.kind], found.start, found.end)
    for kind, pattern in _PLAIN:
        for match in pattern.finditer(text):
            yield Span(kind, *_of_interest(match))
    for match in _TRACKING.finditer(text):
        if _is_code(match[0]):
            yield Span(kinds.TRACKING, *match.span())
    for match in _BARE_TEN.finditer(text):
        if is_business_number(match[0]):
            yield Span(kinds.BUSINESS, *match.span())


def _of_interest(match: re.Match[str]) -> tuple[int, int]:
    """The group that holds the number itself, where the pattern begins with words before it."""
    for group in range(1, (match.re.groups or 0) + 1):
        if match[group]:
            return match.span(group)
    return match.span()


def _is_code(text: str) -> bool:
    """Sixteen signs that are no words: letters and digits are mixed, in one case."""
    parts = re.findall(r"[0-9A-Za-z]{4}", re.sub(r"[ -]", "", text))
    mixed = sum(not _TRACKING_PART.fullmatch(part) for part in parts)
    letters = [sign for sign in text if sign.isalpha()]
    one_case = all(sign.isupper() for sign in letters) or all(sign.islower() for sign in letters)
    return mixed >= 2 and one_case


def is_business_number(digits: str) -> bool:
    """Whether ten digits are a business number by their check digit."""
    numbers = [int(digit) for digit in digits]
    total = sum(n * w for n, w in zip(numbers, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False))
    return (total + numbers[8] * 5 // 10 + numbers[9]) % 10 == 0
