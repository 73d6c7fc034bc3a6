"""Case collections as spreadsheets: a dry run row by row, then drafts; never anything published."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from casestudies import actions
from casestudies.models import HS_LONGEST, CaseStudy, Collection
from casestudies.words import ACTION_TYPES, OUTCOMES
from files import sheets
from marketinfo import hs
from marketinfo.actions import RefusedError
from reference.choices import SIZE_CLASSES
from reference.models import Category, Country, Province, Sector

ROWS_AT_MOST = 500
LIMITS = sheets.Limits(rows=ROWS_AT_MOST + 50)
# Columns of running text, with how much each takes.
_TEXTS = {"difficulty": 20_000, "progress": 20_000, "result": 20_000, "effect": 20_000}
_TEXTS |= {"lessons": 20_000, "title": 150, "summary": 500, "period": 80, "consent": 60}
REQUIRED = ("title", "difficulty", "result")
COLUMNS: dict[str, Promise] = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "country": gettext_lazy("country"),
    "category": gettext_lazy("category"),
    "hs": gettext_lazy("HS codes"),
    "sector": gettext_lazy("sector"),
    "province": gettext_lazy("region of the company"),
    "size": gettext_lazy("size of the company"),
    "period": gettext_lazy("period"),
    "difficulty": gettext_lazy("Difficulty"),
    "progress": gettext_lazy("What was done"),
    "result": gettext_lazy("Result"),
    "effect": gettext_lazy("Effect"),
    "lessons": gettext_lazy("What to learn from it"),
    "outcome": gettext_lazy("Outcome"),
    "actions": gettext_lazy("Actions taken"),
    "bodies": gettext_lazy("Bodies that helped"),
    "consent": gettext_lazy("consent"),
}
# Other headings under which collections keep the same.
_ALSO = {
    "title": ("제목", "사례명", "사례", "애로명", "건명"),
    "summary": ("요약", "개요", "한줄요약"),
    "country": ("국가", "국가명", "대상국", "진출국", "수출국"),
    "category": ("분류", "유형", "애로유형", "분야"),
    "hs": ("HS", "HS코드", "HSCODE", "세번", "품목번호"),
    "sector": ("업종", "산업"),
    "province": ("지역", "시도", "소재지"),
    "size": ("규모", "기업규모"),
    "period": ("시기", "기간", "연도", "해결시기"),
    "difficulty": ("애로사항", "애로내용", "애로", "현황", "문제점"),
    "progress": ("추진경과", "경과", "지원내용", "해결과정", "조치사항", "추진내용"),
    "result": ("결과", "해결결과", "처리결과", "조치결과"),
    "effect": ("효과", "성과", "기대효과"),
    "lessons": ("시사점", "교훈", "비고"),
    "outcome": ("해결여부", "결과구분", "상태"),
    "actions": ("조치유형", "지원유형", "활동유형"),
    "bodies": ("협조기관", "지원기관", "해결기관", "기관"),
    "consent": ("동의", "동의번호", "동의근거"),
}
_OUTCOME_WORDS = {"해결": "solved", "완료": "solved", "일부": "partly", "미해결": "unsolved"}


@dataclass(frozen=True)
class Fault:
    """A cell that cannot be taken, why, and how to mend it."""

    column: str
    value: str
    why: str

    @property
    def label(self) -> str:
        """What the column is called, in the reader's language."""
        return str(COLUMNS.get(self.column, self.column))


@dataclass(frozen=True)
class Row:
    """What one row of the sheet would become."""

    line: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)
    twin: str = ""

    @property
    def is_good(self) -> bool:
        """Whether a draft can be made of it."""
        return not self.faults and not self.twin


def described() -> list[tuple[str, bool]]:
    """The columns by their names, with whether each is required."""
    return [(str(label), name in REQUIRED) for name, label in COLUMNS.items()]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _headings() -> dict[str, str]:
    known = {_folded(words): name for name, also in _ALSO.items() for words in also}
    known |= {_folded(name): name for name in COLUMNS}
    for language in ("ko", "en"):
        with translation.override(language):
            known |= {_folded(str(label)): name for name, label in COLUMNS.items()}
    return known


def read(source: IO[bytes], name: str, *, by: User, encoding: str = "") -> Collection:
    """Read a sheet and keep its rows for the dry run; nothing becomes a draft yet.

    Raises RefusedError with how to mend the file.
    """
    known = _headings()

    def is_header(cells: Iterable[str]) -> bool:
        return len({known.get(_folded(text)) for text in cells} & set(REQUIRED)) == len(REQUIRED)

    try:
        with sheets.open_table(
            source, name, is_header=is_header, encoding=encoding, limits=LIMITS
        ) as table:
            places: dict[str, int] = {}
            for at, text in enumerate(table.header):
                column = known.get(_folded(text))
                if column:
                    places.setdefault(column, at)
            missing = [str(COLUMNS[name]) for name in REQUIRED if name not in places]
            if missing:
                raise RefusedError(
                    _("These columns are missing: %(columns)s. Name them in the first row.")
                    % {"columns": ", ".join(missing)}
                )
            rows = [
                {"line": row.line, "cells": cells}
                for row in table.rows
                if (cells := _cells(row, places))
            ]
    except sheets.EncodingAsked as asked:
        raise RefusedError(
            _("Choose the letters of this file below, and send it again.")
        ) from asked
    except sheets.SheetRefused as refused:
        raise RefusedError(sheets.sentence(str(refused.code), refused.facts)) from refused
    if not rows:
        raise RefusedError(_("The file holds no rows."))
    if len(rows) > ROWS_AT_MOST:
        raise RefusedError(_("Bring at most %(most)d rows at once.") % {"most": ROWS_AT_MOST})
    return Collection.objects.create(name=name[:200], uploaded_by=by, rows=rows)


def _cells(row: sheets.Row, places: Mapping[str, int]) -> dict[str, str]:
    found = {name: row.cells[at].strip() for name, at in places.items() if at < len(row.cells)}
    return {name: text for name, text in found.items() if text}


class _Reader:
    """Reads cells into the fields of a study."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.countries = _named(Country.objects.all(), "name_ko", "name_en", "iso2", "iso3")
        for row in Country.objects.all():
            self.countries |= {_folded(word): row for word in row.synonyms}
        self.categories = _named(Category.objects.all(), "name_ko", "name_en", "code")
        self.provinces = _named(Province.objects.all(), "name_ko", "name_en", "short_ko", "code")
        self.sectors = _named(Sector.objects.all(), "name_ko", "name_en", "code")
        self.bodies = _named(Organisation.objects.all(), "name_ko", "name_en", "code")
        self.sizes, self.outcomes = _coded(SIZE_CLASSES), _coded(OUTCOMES)
        self.actions = _coded(ACTION_TYPES)
        self.outcomes |= _OUTCOME_WORDS

    def study(self, cells: Mapping[str, str]) -> tuple[CaseStudy, list[Organisation]]:
        """The study that a row would become, unsaved; what is wrong stands in `faults`."""
        self.faults = [
            Fault(name, "", str(_("This is required."))) for name in REQUIRED if not cells.get(name)
        ]
        for name, most in _TEXTS.items():
            if len(cells.get(name, "")) > most:
                text = _("Shorten it to %(most)d signs.") % {"most": most}
                self.faults.append(Fault(name, cells[name][:60], text))
        bodies = [
            self._one("bodies", part, self.bodies) for part in _split(cells.get("bodies", ""))
        ]
        kinds = [
            self._one("actions", part, self.actions) for part in _split(cells.get("actions", ""))
        ]
        title = cells.get("title", "")
        study = CaseStudy(
            title=title,
            summary=cells.get("summary", "") or title,
            country=self._one("country", cells.get("country", ""), self.countries),
            category=self._one("category", cells.get("category", ""), self.categories),
            hs_codes=self._hs(cells.get("hs", "")),
            sector=self._one("sector", cells.get("sector", ""), self.sectors),
            province=self._one("province", cells.get("province", ""), self.provinces),
            company_size=self._one("size", cells.get("size", ""), self.sizes) or "",
            outcome=self._one("outcome", cells.get("outcome", ""), self.outcomes) or "solved",
            action_types=[code for code in dict.fromkeys(kinds) if code],
            progress=cells.get("progress", ""),
            consent_reference=cells.get("consent", ""),
            **{name: cells.get(name, "") for name in ("period", "difficulty", "result")},
            **{name: cells.get(name, "") for name in ("effect", "lessons")},
        )
        return study, [body for body in bodies if body]

    def _one(self, column: str, text: str, known: Mapping[str, Any]) -> Any:
        if not text:
            return None
        found = known.get(_folded(text))
        if found is None:
            self.faults.append(Fault(column, text[:60], str(_("This is not on the list."))))
        return found

    def _hs(self, text: str) -> str:
        digits = ["".join(sign for sign in part if sign.isdigit()) for part in _split(text)]
        if any(not 2 <= len(code) <= 10 for code in digits):
            self.faults.append(Fault("hs", text[:60], str(_("Write HS codes of 2 to 10 digits."))))
            return ""
        # Finer codes would single out a company.
        return hs.stored(list(dict.fromkeys(code[:HS_LONGEST] for code in digits)))


def _named(rows: Any, *names: str) -> dict[str, Any]:
    return {_folded(str(getattr(row, name))): row for row in rows for name in names}


def _coded(labels: Mapping[str, Any]) -> dict[str, str]:
    found = {_folded(code): code for code in labels}
    for language in ("ko", "en"):
        with translation.override(language):
            found |= {_folded(str(text)): code for code, text in labels.items()}
    return found


def _split(text: str) -> list[str]:
    for sign in ("\n", ";", "·", "/"):
        text = text.replace(sign, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def digest(cells: Mapping[str, str]) -> str:
    """What makes two rows the same case: title and difficulty, however they are spaced."""
    said = _folded(cells.get("title", "")) + "|" + _folded(cells.get("difficulty", ""))
    return hashlib.sha256(said.encode()).hexdigest()


def shown(collection: Collection) -> list[Row]:
    """The dry run: each row with what is wrong now, and whether it is known already."""
    return [row for row, _study, _bodies in _looked(collection)]


def _looked(
    collection: Collection,
) -> list[tuple[Row, CaseStudy, list[Organisation]]]:
    reader = _Reader()
    digests = [digest(row["cells"]) for row in collection.rows]
    known = set(
        CaseStudy.objects.filter(collection_digest__in=digests).values_list(
            "collection_digest", flat=True
        )
    )
    titles = {_folded(title) for title in CaseStudy.objects.values_list("title", flat=True)}
    found, seen = [], dict[str, int]()
    for row, key in zip(collection.rows, digests, strict=True):
        study, bodies = reader.study(row["cells"])
        study.collection_digest = key
        twin = ""
        if key in known or _folded(row["cells"].get("title", "")) in titles:
            twin = str(_("It is in the archive already."))
        elif key in seen:
            twin = _("The same case stands in row %(line)s.") % {"line": seen[key]}
        seen.setdefault(key, row["line"])
        found.append((Row(row["line"], row["cells"], reader.faults, twin), study, bodies))
    return found


@transaction.atomic
def take(collection: Collection, *, by: User) -> int:
    """Make a draft of every row that is right and not known yet; how many.

    Each is swept like any other draft, and has the way of any other before it. Raises
    RefusedError when this was done already.
    """
    locked = Collection.objects.select_for_update(of=("self",)).get(pk=collection.pk)
    if locked.taken_at is not None:
        raise RefusedError(_("The drafts of this collection were made already."))
    looked = _looked(locked)
    made = 0
    for row, study, bodies in looked:
        if not row.is_good:
            continue
        study.collection, study.drafted_by = locked, by
        actions.save(study, by=by, bodies=bodies, remark=_("From a collection"))
        made += 1
    locked.taken_at, locked.drafts = timezone.now(), made
    locked.left_out = len(looked) - made
    # The raw words of the sheet are not kept beside what was made of them.
    locked.rows = []
    locked.save(update_fields=["taken_at", "drafts", "left_out", "rows"])
    return made


# So long the rows of a sheet wait to be taken.
KEPT_FOR = dt.timedelta(days=30)


def forget_old(now: dt.datetime) -> int:
    """Forget the rows of sheets that nobody took; how many sheets."""
    rows = Collection.objects.filter(taken_at__isnull=True, uploaded_at__lt=now - KEPT_FOR)
    return int(rows.exclude(rows=[]).update(rows=[]))
