"""The columns of the spreadsheet: their headings in both languages, and what they hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.forms.difficulty import DifficultyForm

# How a column is judged.
TEXT, LONG, NUMBER, PHONE, EMAIL, HS, AMOUNT, DATE, CHOICE, COUNTRIES, TICK, AGREED = (
    "text",
    "long",
    "number",
    "phone",
    "email",
    "hs",
    "amount",
    "date",
    "choice",
    "countries",
    "tick",
    "agreed",
)


@dataclass(frozen=True)
class Column:
    """One column: its field, whether it must be filled, how wide it is, other names of it."""

    key: str
    kind: str
    label: Promise | str
    required: bool = False
    width: int = 16
    note: Promise | str = ""
    example: str = ""
    also: tuple[str, ...] = ()

    def label_in(self, language: str) -> str:
        """The heading in a language."""
        with translation.override(language):
            return str(self.label)

    @property
    def is_text(self) -> bool:
        """Whether a spreadsheet must be told not to calculate with it."""
        return self.kind in (NUMBER, PHONE, HS, TEXT, LONG, EMAIL)


def _of(
    key: str,
    kind: str,
    *,
    required: bool = False,
    width: int = 16,
    note: Promise | str | None = None,
    example: str = "",
    also: tuple[str, ...] = (),
    label: Promise | str | None = None,
) -> Column:
    """A column of a field of the form, whose label and help it shares."""
    field = DifficultyForm.base_fields[key]
    return Column(
        key,
        kind,
        label or field.label or key,
        required,
        width,
        note if note is not None else field.help_text or "",
        example,
        also,
    )


COLUMNS: tuple[Column, ...] = (
    _of(
        "company_name",
        TEXT,
        required=True,
        width=20,
        example="한빛화장품(주)",
        also=("업체명", "상호", "회사명", "company"),
    ),
    _of(
        "business_number",
        NUMBER,
        required=True,
        width=18,
        example="123-45-67891",
        note=_("10 digits, with or without hyphens. Write “none” where there is none."),
        also=("사업자번호", "사업자 등록번호", "business number"),
    ),
    _of("province", CHOICE, width=14, example="서울특별시", also=("시도", "시·도", "지역")),
    _of("municipality", TEXT, width=14, example="마포구", also=("시군구", "시·군·구")),
    _of("sector", CHOICE, width=22, also=("업종명",)),
    _of("size_class", CHOICE, width=18, also=("기업규모", "규모")),
    _of("export_band", CHOICE, width=20, also=("수출실적", "전년도 수출액")),
    _of(
        "contact_name",
        TEXT,
        required=True,
        width=12,
        example="김하나",
        also=("담당자", "담당자명", "담당자 성명", "contact"),
    ),
    _of("contact_position", TEXT, width=16, example="수출팀 과장", also=("부서", "직위")),
    _of(
        "contact_phone",
        PHONE,
        required=True,
        width=16,
        example="02-312-4567",
        also=("연락처", "전화", "전화번호", "휴대전화", "phone number"),
    ),
    _of(
        "contact_email",
        EMAIL,
        width=24,
        example="hana@hanbit.example",
        note=_("The link for confirming goes there. May stay empty."),
        also=("메일", "이메일주소", "e-mail", "email"),
    ),
    _of(
        "country",
        CHOICE,
        required=True,
        width=16,
        example="베트남",
        also=("국가", "대상국", "수출국", "country"),
    ),
    _of("more_countries", COUNTRIES, width=16, note=_("Up to three more, with commas between.")),
    _of("category", CHOICE, width=26, also=("분류", "유형", "애로유형")),
    _of(
        "title",
        TEXT,
        width=34,
        example="베트남 세관 서류 보완 요구로 화장품 통관 보류",
        note=_("Left empty, the first line of the situation."),
    ),
    _of(
        "situation",
        LONG,
        required=True,
        width=44,
        example=(
            "11월 16일 하이퐁항에 도착한 화장품 2,000상자가 판매증명서 원본 요구로 보류되었습니다."
        ),
    ),
    _of(
        "problem", LONG, width=34, example="보관료가 하루 30만 원씩 쌓이고 납기가 지나고 있습니다."
    ),
    _of(
        "request",
        LONG,
        width=34,
        also=("건의사항", "요청사항"),
        example="전자 판매증명서로 대신할 수 있는지 확인을 부탁드립니다.",
    ),
    _of("product", TEXT, width=16, example="기초화장품", also=("품목명",)),
    _of("hs_code", HS, width=14, example="3304.99", also=("HS", "HS부호", "HSK")),
    _of(
        "at_border",
        TICK,
        width=12,
        note=_("Yes or no. Goods held at customs or in port."),
        also=("통관 보류 중",),
    ),
    _of("needed_by", DATE, width=14, also=("처리 기한", "기한")),
    _of("since", DATE, width=14, also=("발생일", "발생 시점")),
    _of("value", AMOUNT, width=14, also=("피해액", "예상 금액")),
    _of("currency", CHOICE, width=10),
    _of("tried", LONG, width=26),
    _of("other_desk", TEXT, width=20),
    _of("counterpart", TEXT, width=20),
    Column(
        "received_on",
        DATE,
        _("Day of receipt"),
        width=14,
        also=("접수일자",),
        note=_("Empty: the day of filing. Up to 30 days back; the period counts from it."),
    ),
    Column(
        "channel",
        CHOICE,
        _("How it came in"),
        width=14,
        note=_("Empty: from a spreadsheet."),
        also=("접수 경로", "접수경로"),
    ),
    Column(
        "agreed",
        AGREED,
        _("The company agrees (yes or no)"),
        required=True,
        width=16,
        note=_(
            "Only “yes” can be filed: the company agrees to this filing and to passing on "
            "what is written here."
        ),
        example="예",
        also=("회원사 동의 확인 (예/아니오)", "회원사 동의 확인", "동의 확인", "동의"),
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
REQUIRED = tuple(column for column in COLUMNS if column.required)
# The mark of example rows, and the key by which a row that comes back is known.
MARK, ROW_KEY, FAULTS = "mark", "row_key", "faults"
EXTRA = (
    Column(MARK, TEXT, _("Kind of row"), width=10, note=_("Rows marked “Example” are not filed.")),
    Column(ROW_KEY, TEXT, _("Row key (leave as it is)"), width=4),
    Column(FAULTS, TEXT, _("What is wrong"), width=50),
)
EXAMPLE_WORDS = frozenset({"예시", "example", "보기"})


def folded(text: str) -> str:
    """A heading or a name as it is compared: width, case, blanks and marks do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s*·ㆍ･./_()\[\]-]|필수|선택|required|optional", "", plain)


@cache
def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for column in (*COLUMNS, *EXTRA):
        for language, _name in settings.LANGUAGES:
            found.setdefault(folded(column.label_in(language)), column.key)
        found.setdefault(folded(column.key), column.key)
    for column in COLUMNS:
        for name in column.also:
            found.setdefault(folded(name), column.key)
    return found


@dataclass(frozen=True)
class Headings:
    """Where each column stands in a file, counted from 0, and what else stands there."""

    at: dict[str, int]
    unknown: list[str]
    twice: list[str]

    @property
    def missing(self) -> list[Column]:
        """Required columns that the file does not have."""
        return [column for column in REQUIRED if column.key not in self.at]


def found(header: Sequence[str]) -> Headings:
    """The columns of a row of headings, in any order and in either language."""
    known = _headings()
    at: dict[str, int] = {}
    unknown, twice = [], []
    for place, text in enumerate(header):
        key = known.get(folded(text)) if text else None
        if key is None:
            if text:
                unknown.append(text[:60])
        elif key in at:
            twice.append(text[:60])
        else:
            at[key] = place
    return Headings(at, unknown, twice)


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is the one with the headings."""
    return len(found(cells).at) >= 3
