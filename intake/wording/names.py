"""What a template can ask of a case: the placeholders, by their Korean and English names."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass

from intake.workflow import msg

# The steps whose words may start from a template.
VERBS = (
    "answer",
    "refer",
    "request_supplement",
    "extend",
    "ask_extension",
    "reject",
    "transfer_out",
    "send_message",
    "say_progress",
)


@dataclass(frozen=True)
class Placeholder:
    """One thing that the portal fills in; the first name of a language is the one shown."""

    code: str
    ko: tuple[str, ...]
    en: tuple[str, ...]
    meaning: str

    def name(self, language: str | None) -> str:
        """The name that the palette inserts, in a language; anything but English is Korean."""
        return self.en[0] if language == "en" else self.ko[0]


PLACEHOLDERS: tuple[Placeholder, ...] = (
    Placeholder("number", ("접수번호",), ("receipt number",), msg("Receipt number of the case")),
    Placeholder("title", ("제목",), ("title",), msg("Title of the case")),
    Placeholder("company", ("기업명", "회사명"), ("company",), msg("Name of the company")),
    Placeholder("contact", ("기업 담당자",), ("contact",), msg("Contact person of the company")),
    Placeholder("country", ("대상국", "국가"), ("country",), msg("Country concerned")),
    Placeholder("product", ("품목",), ("product",), msg("Product")),
    Placeholder("hs_code", ("HS코드",), ("HS code",), msg("HS code, where it is known")),
    Placeholder("category", ("애로 유형", "유형"), ("category",), msg("Kind of difficulty")),
    Placeholder("received", ("접수일",), ("received date",), msg("Day on which it was received")),
    Placeholder("due", ("처리 기한",), ("due date",), msg("Moment by which the answer is owed")),
    Placeholder("today", ("오늘",), ("today",), msg("The day on which the text is written")),
    Placeholder("unit", ("담당 부서",), ("officer unit",), msg("Unit of the officer in charge")),
    Placeholder(
        "officer", ("담당자", "담당관"), ("officer",), msg("Name of the officer in charge")
    ),
    Placeholder(
        "phone", ("담당자 전화",), ("officer phone",), msg("Phone of the officer in charge")
    ),
    Placeholder(
        "email", ("담당자 이메일",), ("officer e-mail",), msg("E-mail of the officer in charge")
    ),
    Placeholder("bodies", ("협의 기관",), ("bodies asked",), msg("Bodies that were asked")),
    Placeholder(
        "waiting_for",
        ("회신 대기 기관",),
        ("bodies awaited",),
        msg("Bodies that have not answered yet"),
    ),
    Placeholder(
        "answers",
        ("기관 회신",),
        ("answers of bodies",),
        msg("What the bodies answered, each under its name"),
    ),
    Placeholder(
        "next_place",
        ("안내 기관",),
        ("next place",),
        msg("Where the company can turn, as typed in the step"),
    ),
)
BY_CODE = {row.code: row for row in PLACEHOLDERS}
# A gap that only the officer can fill: {{직접 입력: 필요한 서류}}.
BY_HAND = {"ko": "직접 입력", "en": "fill in"}


def folded(name: str) -> str:
    """A name as it is compared: without spaces, in one canonical form and case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


_KNOWN = {folded(name): row.code for row in PLACEHOLDERS for name in (row.code, *row.ko, *row.en)}
_HANDS = {folded(name) for name in BY_HAND.values()}


def code_of(name: str) -> str | None:
    """Which placeholder a name means, or None."""
    return _KNOWN.get(folded(name))


def by_hand(name: str) -> str | None:
    """What the officer is to write, when the name asks for that; None when it does not."""
    head, colon, rest = name.partition(":")
    return rest.strip() if colon and folded(head) in _HANDS else None


def nearest(name: str) -> str:
    """The known name that somebody may have meant, as it is written; "" when none is near."""
    korean = any("가" <= letter <= "힣" for letter in name)
    shown = {folded(word): word for row in PLACEHOLDERS for word in (row.ko if korean else row.en)}
    found = difflib.get_close_matches(folded(name), list(shown), n=1, cutoff=0.5)
    return shown[found[0]] if found else ""
