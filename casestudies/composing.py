"""Composes the raw text of a study from what a case says, in the structure of the case books.

Pure: 애로사항 → 추진경과 → 결과 → 효과 → 시사점. Nothing is changed here; `anonymise.sweep`
marks afterwards what might identify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from casestudies import coarse

ASKED, ANSWERED, SUPPLIED, EXTENDED, REPLIED = (
    "asked",
    "answered",
    "supplied",
    "extended",
    "replied",
)
TAKEN_UP = "taken_up"
SOLVED, PARTLY, UNSOLVED = "solved", "partly", "unsolved"
TITLE_AT_MOST, SUMMARY_AT_MOST = 200, 600


@dataclass(frozen=True)
class Step:
    """One step of the way: what was done, by which public body, how many days after receipt."""

    what: str
    day: int
    body: str = ""


@dataclass(frozen=True)
class Material:
    """What a closed case says of itself, in its own words."""

    language: str = "ko"
    country: str = ""
    category: str = ""
    goods: str = ""
    situation: str = ""
    problem: str = ""
    request: str = ""
    tried: str = ""
    steps: Sequence[Step] = field(default_factory=tuple)
    answer: str = ""
    outcome: str = SOLVED
    outcome_note: str = ""
    saved: Decimal | None = None
    currency: str = ""
    received: tuple[int, int] = (0, 0)  # year and month


_STEPS = {
    "ko": {
        TAKEN_UP: "사무국이 애로를 검토하기 시작하였습니다.",
        ASKED: "{body}에 협의를 요청하였습니다.",
        ANSWERED: "{body}의 의견을 받았습니다.",
        SUPPLIED: "기업이 필요한 자료를 보완하였습니다.",
        EXTENDED: "사실 확인에 시간이 더 필요하여 처리 기간을 연장하였습니다.",
        REPLIED: "기업에 처리 결과를 알렸습니다.",
    },
    "en": {
        TAKEN_UP: "The secretariat began to look into the difficulty.",
        ASKED: "{body} was asked.",
        ANSWERED: "{body} answered.",
        SUPPLIED: "The company sent what was still missing.",
        EXTENDED: "More time was taken to establish the facts.",
        REPLIED: "The company was told the result.",
    },
}
_DAY = {"ko": ("접수 당일", "접수 후 {n}일째"), "en": ("On the day of receipt", "Day {n}")}
_OUTCOME = {
    "ko": {
        SOLVED: "애로가 해결되었습니다.",
        PARTLY: "애로의 일부가 해결되었습니다.",
        UNSOLVED: "애로가 해결되지 않았습니다. 그 까닭을 아래에 적습니다.",
    },
    "en": {
        SOLVED: "The difficulty was solved.",
        PARTLY: "The difficulty was solved in part.",
        UNSOLVED: "The difficulty could not be solved; why is told below.",
    },
}
_ENDED = {
    "ko": {SOLVED: "해결 사례", PARTLY: "일부 해결 사례", UNSOLVED: "미해결 사례"},
    "en": {SOLVED: "how it was solved", PARTLY: "how it was solved in part", UNSOLVED: "why not"},
}
_CURRENCY = {"USD": "달러", "KRW": "원", "EUR": "유로", "JPY": "엔", "CNY": "위안"}


def compose(said: Material) -> dict[str, str]:
    """The fields of a study by name, raw: exact dates, names and amounts still stand in them."""
    language = said.language if said.language in _STEPS else "ko"
    return {
        "title": _title(said, language)[:TITLE_AT_MOST],
        "summary": _summary(said, language)[:SUMMARY_AT_MOST],
        "difficulty": _difficulty(said, language),
        "progress": _progress(said, language),
        "result": said.answer.strip(),
        "effect": _effect(said, language),
        "lessons": "",
        "period": coarse.half_year(*said.received, language) if said.received[0] else "",
    }


def _title(said: Material, language: str) -> str:
    ended = _ENDED[language].get(said.outcome, _ENDED[language][SOLVED])
    if language == "ko":
        return " ".join(part for part in (said.country, said.category, ended) if part)
    about = ", ".join(part for part in (said.category, said.country) if part)
    return f"{about}: {ended}" if about else ended


def _summary(said: Material, language: str) -> str:
    bodies = list(dict.fromkeys(step.body for step in said.steps if step.body))
    goods = said.goods
    if language == "ko":
        what = f"{said.country} 시장에 {goods + ' ' if goods else ''}수출하는 기업이 겪은"
        how = f"{', '.join(bodies)}과 함께" if bodies else "사무국이"
        ended = {SOLVED: "풀었습니다.", PARTLY: "일부를 풀었습니다."}
        return f"{what} {said.category} 애로를 {how} {ended.get(said.outcome, '살펴보았습니다.')}"
    who = f" by {', '.join(bodies)}" if bodies else ""
    return f"A difficulty with {said.category} in {said.country}, and how it was handled{who}."


def _difficulty(said: Material, language: str) -> str:
    asked = "**요청사항** " if language == "ko" else "**Asked for:** "
    tried = "**기업의 자체 노력** " if language == "ko" else "**Tried before:** "
    pieces = [said.situation.strip(), said.problem.strip()]
    pieces += [asked + said.request.strip()] if said.request.strip() else []
    pieces += [tried + said.tried.strip()] if said.tried.strip() else []
    return "\n\n".join(piece for piece in pieces if piece)


def _progress(said: Material, language: str) -> str:
    first, later = _DAY[language]
    lines = []
    for place, step in enumerate(said.steps, start=1):
        when = first if step.day <= 0 else later.format(n=step.day + 1)
        lines.append(f"{place}. {when}: {_STEPS[language][step.what].format(body=step.body)}")
    return "\n".join(lines) or _STEPS[language][REPLIED]


def _effect(said: Material, language: str) -> str:
    lines = [_OUTCOME[language].get(said.outcome, _OUTCOME[language][SOLVED])]
    if said.saved and said.saved > 0:
        worth = coarse.band(said.saved, language)
        if language == "ko":
            unit = _CURRENCY.get(said.currency, said.currency)
            lines.append(f"기업이 밝힌 절감·보전 금액은 {worth} {unit} 수준입니다.")
        else:
            lines.append(f"According to the company this was worth {said.currency} {worth}.")
    if said.outcome_note.strip():
        lines.append(said.outcome_note.strip())
    return "\n\n".join(lines)
