"""A directory as a spreadsheet: which columns it has, and what the rows of one say.

An empty cell says nothing; a hyphen empties a field.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import company_names
from accounts.forms.members import MemberForm, not_ahead
from files import sheets
from reference.choices import EXPORT_BANDS, SIZE_CLASSES
from reference.models import Province, Sector

ROWS_AT_MOST = 5_000
LIMITS = sheets.Limits(rows=ROWS_AT_MOST + 50)
# Empties a field; an empty cell leaves it alone.
EMPTY = "-"
NUMBER, LEFT = "business_number", "left_on"
COLUMNS = (
    "name",
    NUMBER,
    "reference",
    "province",
    "municipality",
    "sector",
    "size_class",
    "export_band",
    "product",
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "language",
    "joined_on",
    LEFT,
    "note",
)
LABELS = {
    name: MemberForm.base_fields[name].label for name in COLUMNS if name in MemberForm.base_fields
} | {LEFT: _("No longer a member since"), "note": _("Note")}
# Other headings under which associations keep the same facts.
_ALSO = {
    "name": ("회사명", "업체명", "기업명", "상호", "회원사명", "회원사", "법인명", "company"),
    NUMBER: ("사업자번호", "사업자등록번호", "등록번호", "business number", "brn"),
    "reference": ("회원번호", "회원코드", "관리번호"),
    "province": ("시도", "시·도", "광역시도", "지역", "소재지"),
    "municipality": ("시군구", "시·군·구"),
    "sector": ("업종", "산업"),
    "size_class": ("규모", "기업규모", "기업구분"),
    "export_band": ("전년도수출액", "수출액", "수출규모", "수출실적"),
    "product": ("품목", "주요품목", "주생산품", "수출품목", "제품"),
    "contact_name": ("담당자", "담당자명", "성명", "이름"),
    "contact_position": ("부서", "직위", "직책", "부서직위", "부서및직위"),
    "contact_phone": (
        "전화",
        "전화번호",
        "연락처",
        "휴대전화",
        "휴대폰",
        "핸드폰",
        "tel",
        "mobile",
    ),
    "contact_email": ("이메일", "메일", "전자우편", "이메일주소", "email", "e-mail"),
    "language": ("언어", "알림언어"),
    "joined_on": ("가입일", "가입일자", "입회일"),
    LEFT: ("탈퇴일", "탈퇴일자", "탈회일"),
    "note": ("비고", "메모", "참고"),
}


def folded(text: str) -> str:
    """A heading or a label as it is compared: without spacing, signs, width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def headings() -> dict[str, str]:
    """Every heading that is understood, folded, with the column that it means."""
    known = {folded(words): name for name, also in _ALSO.items() for words in also}
    for language in ("ko", "en"):
        with translation.override(language):
            known |= {folded(str(label)): name for name, label in LABELS.items()}
    return known


def _codes() -> dict[str, dict[str, str]]:
    """For each coded column, what may be written for each code."""
    found: dict[str, dict[str, str]] = {"province": {}, "sector": {}}
    for name, rows in (
        ("province", Province.objects.current()),
        ("sector", Sector.objects.current()),
    ):
        for row in rows:
            for words in (row.pk, row.name_ko, row.name_en):
                found[name].setdefault(folded(words), str(row.pk))
    for code in list(found["province"].values()):
        for short in _SHORT_PROVINCES.get(code, ()):
            found["province"].setdefault(short, code)
    for name, labels in (("size_class", SIZE_CLASSES), ("export_band", EXPORT_BANDS)):
        found[name] = {}
        for language in ("ko", "en"):
            with translation.override(language):
                found[name] |= {folded(str(label)): code for code, label in labels.items()}
        found[name] |= {folded(code): code for code in labels}
    found["size_class"] |= {
        "소상공인": "micro",
        "소기업": "small",
        "중기업": "medium",
        "중견기업": "midsize",
    }
    found["language"] = {"ko": "ko", "en": "en", "korean": "ko", "english": "en"}
    found["language"] |= {"한국어": "ko", "국문": "ko", "영어": "en", "영문": "en"}
    return found


_SHORT_PROVINCES = {
    "KR-11": ("서울", "서울시"),
    "KR-26": ("부산", "부산시"),
    "KR-27": ("대구", "대구시"),
    "KR-28": ("인천", "인천시"),
    "KR-29": ("광주", "광주시"),
    "KR-30": ("대전", "대전시"),
    "KR-31": ("울산", "울산시"),
    "KR-41": ("경기",),
    "KR-42": ("강원", "강원도"),
    "KR-43": ("충북", "충청북도"),
    "KR-44": ("충남", "충청남도"),
    "KR-45": ("전북", "전라북도"),
    "KR-46": ("전남", "전라남도"),
    "KR-47": ("경북", "경상북도"),
    "KR-48": ("경남", "경상남도"),
    "KR-49": ("제주", "제주도"),
    "KR-50": ("세종", "세종시"),
}


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken over, why, and how to mend it."""

    cell: str
    column: str
    value: str
    why: str


@dataclass
class Said:
    """What one row of a sheet says: only the columns that it fills."""

    line: int
    facts: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        facts = {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in self.facts.items()
        }
        return {"line": self.line, "facts": facts, "faults": [vars(one) for one in self.faults]}

    @classmethod
    def read(cls, row: dict[str, Any]) -> Said:
        """What `stored` made."""
        facts = dict(row["facts"])
        for name in ("joined_on", LEFT):
            if facts.get(name):
                facts[name] = dt.date.fromisoformat(facts[name])
        return cls(row["line"], facts, [Fault(**one) for one in row["faults"]])


class NoHeadingsError(ValidationError):
    """No column of the sheet is one of ours."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "No column of this file was recognised. Its first row must hold headings such as "
                "company name and business registration number; download the template and copy "
                "your rows into it."
            ),
            code="headings",
        )


def read(source: IO[bytes], name: str, encoding: str = "") -> list[Said]:
    """What a sheet says, row by row. Raises files.sheets.SheetRefused and NoHeadingsError."""
    known = headings()

    def is_header(cells: Sequence[str]) -> bool:
        found = {known.get(folded(text)) for text in cells}
        return bool(found & {"name", NUMBER})

    with sheets.open_table(
        source, name, is_header=is_header, encoding=encoding, limits=LIMITS
    ) as table:
        columns: dict[int, str] = {}
        for at, text in enumerate(table.header):
            column = known.get(folded(text))
            if column and column not in columns.values():
                columns[at] = column
        if not {"name", NUMBER} & set(columns.values()):
            raise NoHeadingsError
        reader = _Reader(columns, table.formulas | table.errors)
        return list(_rows(table.rows, reader))


def _rows(rows: Iterable[sheets.Row], reader: _Reader) -> Iterator[Said]:
    """The rows that hold anything; whoever stands in the sheet twice is told where first."""
    numbers: dict[str, int] = {}
    names: dict[str, int] = {}
    for row in rows:
        said = reader.said(row)
        if said is None:
            continue
        number, name = said.facts.get(NUMBER), said.facts.get("name")
        key = company_names.key(name) if name and not number else ""
        first = numbers.get(number) if number else names.get(key) if key else None
        if first is not None:
            column = NUMBER if number else "name"
            said.faults.append(
                reader.fault(
                    row,
                    column,
                    _("The same company stands in row %(line)s. Delete one of the two rows.")
                    % {"line": first},
                )
            )
        elif number:
            numbers[number] = row.line
        elif key:
            names[key] = row.line
        yield said


class _Reader:
    """Reads cells into facts, with the rules of the form."""

    def __init__(self, columns: dict[int, str], untrusted: frozenset[str]) -> None:
        self.columns = columns
        self.places = {name: at for at, name in columns.items()}
        self.untrusted = untrusted
        self.codes = _codes()
        self.fields = MemberForm.base_fields

    def said(self, row: sheets.Row) -> Said | None:
        """One row; None when none of our columns holds anything."""
        found = Said(row.line)
        empty = True
        for at, name in self.columns.items():
            text = row.cells[at].strip() if at < len(row.cells) else ""
            # A formula whose value was never computed reads as an empty cell.
            computed = sheets.cell(at + 1, row.line) in self.untrusted
            if not text and not computed:
                continue
            empty = False
            if computed:
                why = _(
                    "This cell is computed by a formula or holds an error. Copy it and paste it "
                    "as a value."
                )
                found.faults.append(self.fault(row, name, why))
                continue
            try:
                found.facts[name] = self.value(name, text)
            except ValidationError as error:
                found.faults.append(self.fault(row, name, " ".join(error.messages)))
        if empty:
            return None
        if not found.facts.get("name") and not found.facts.get(NUMBER) and not found.faults:
            found.faults.append(
                self.fault(
                    row, "name", _("Write the company name or the business registration number.")
                )
            )
        return found

    def value(self, name: str, text: str) -> Any:
        """What a cell says, clean; a hyphen empties what may be empty."""
        if text == EMPTY:
            if name in ("name", NUMBER, "language"):
                raise ValidationError(_("This field cannot be emptied."))
            return None if name in ("joined_on", LEFT) else ""
        if name in self.codes:
            code = self.codes[name].get(folded(text))
            if code is None:
                raise ValidationError(
                    _("“%(text)s” is not in the list. Choose a value from the sheet of codes.")
                    % {"text": text[:60]}
                )
            return code
        if name in ("joined_on", LEFT):
            day = sheets.date(text)
            if day is None:
                raise ValidationError(_("Write the date like this: 2026-11-22."))
            return not_ahead(day)
        return self.fields[name].clean(text)

    def fault(self, row: sheets.Row, name: str, why: Any) -> Fault:
        """What is wrong with one cell of a row."""
        at = self.places.get(name, 0)
        text = row.cells[at] if at < len(row.cells) else ""
        return Fault(sheets.cell(at + 1, row.line), name, text[:120], str(why))
