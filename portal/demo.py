"""What a newcomer finds: people, library, archive and some cases, all invented and marked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone, translation

from accounts import demo as people
from accounts.models import Organisation, User
from casestudies import demo as archive
from intake import actions, consents, timeline
from intake.models import Case
from marketinfo import demo as library

MARK = "「시연」"
_NAMESPACE = uuid.UUID("6f3a1c1e-8a55-4c6e-9a53-0d1f3e1b7a10")
_COMPANIES = (
    # name, business number (check digits are right, offices invented), province, contact
    ("새벽화장품", "9998100000", "KR-41", "서가온"),
    ("한결식품", "9998100015", "KR-46", "남이든"),
    ("다솔기계", "9998100029", "KR-48", "백하람"),
    ("온누리메디칼", "9998100034", "KR-42", "문소리"),
    ("푸른배터리", "9998100048", "KR-43", "양들녘"),
)
_DIFFICULTIES: tuple[dict[str, Any], ...] = (
    {
        "company": 0,
        "title": "하이퐁 항에서 화장품 통관이 보류되었습니다",
        "country_id": "VN",
        "category_id": "CUS-01",
        "hs_code": "330499",
        "product": "기초 화장품",
        "situation": "하이퐁 항에 도착한 화장품 2,400개가 서류 요구로 9일째 보류되어 있습니다.",
        "problem": "필요한 서류에 대한 세관과 통관사의 설명이 다르고 보관료가 늘고 있습니다.",
        "request": "필요한 서류와 제출처를 확인하여 주시기 바랍니다.",
        "at_border": True,
        "state": "received",
    },
    {
        "company": 1,
        "title": "할랄 인증서의 유효기간을 인정받지 못했습니다",
        "country_id": "ID",
        "category_id": "CER-06",
        "hs_code": "190230",
        "product": "즉석면",
        "situation": "국내 할랄 인증서를 제출하였으나 현지에서 유효기간을 문제 삼습니다.",
        "problem": "인증을 다시 받으면 출시가 석 달 늦어집니다.",
        "request": "국내 인증이 인정되는지, 전환 절차가 있는지 알려 주시기 바랍니다.",
        "state": "reviewing",
    },
    {
        "company": 2,
        "title": "CE 기술문서의 위험성 평가를 다시 요구받았습니다",
        "country_id": "DE",
        "category_id": "CER-02",
        "hs_code": "842230",
        "product": "포장 기계",
        "situation": "독일 바이어가 위험성 평가서의 보완을 요구하고 있습니다.",
        "problem": "국내에서 쓴 시험 성적서를 그대로 쓸 수 있는지 알 수 없습니다.",
        "request": "시험기관 상담과 보완 방향을 안내하여 주시기 바랍니다.",
        "state": "referred",
    },
    {
        "company": 3,
        "title": "수출 대금을 여섯 달째 받지 못하고 있습니다",
        "country_id": "IN",
        "category_id": "PAY-01",
        "hs_code": "901890",
        "product": "의료용 기기",
        "situation": "선적 후 60일에 받기로 한 대금이 들어오지 않았습니다.",
        "problem": "바이어가 외환 송금 승인을 이유로 지급을 미루고 있습니다.",
        "request": "현지 확인과 회수 방법을 상담하고 싶습니다.",
        "state": "supplement",
    },
    {
        "company": 4,
        "title": "리튬 배터리 항공 운송의 포장 기준이 궁금합니다",
        "country_id": "US",
        "category_id": "LOG-04",
        "hs_code": "850760",
        "product": "리튬이온 배터리",
        "situation": "견본 20개를 항공으로 보내려 하나 운송사마다 포장 기준을 다르게 안내합니다.",
        "problem": "견본이 늦어지면 시험 일정을 놓칩니다.",
        "request": "적용되는 기준과 확인할 곳을 알려 주시기 바랍니다.",
        "state": "answered",
    },
    {
        "company": 1,
        "title": "수출용 라벨의 알레르기 표시 방법을 알고 싶습니다",
        "country_id": "US",
        "category_id": "CER-03",
        "hs_code": "210390",
        "product": "소스류",
        "situation": "현지 유통사가 알레르기 유발 성분의 표시 순서를 고치라고 합니다.",
        "problem": "라벨을 다시 인쇄하기 전에 기준을 확인하고 싶습니다.",
        "request": "적용되는 표시 기준을 알려 주시기 바랍니다.",
        "state": "closed",
    },
)


def load() -> dict[str, int]:
    """Make what is missing; returns how many of each were made."""
    with translation.override("ko"):
        return {
            "people": people.load(),
            "library entries": library.load(),
            "case studies": archive.load(),
            "cases": _cases(),
        }


def _cases() -> int:
    officers = list(User.objects.filter(email__startswith="secretary").order_by("email"))
    made = 0
    for place, facts in enumerate(_DIFFICULTIES):
        key = uuid.uuid5(_NAMESPACE, str(place))
        if Case.objects.filter(idempotency_key=key).exists():
            continue
        case = _file(key, facts)
        _walk(case, facts["state"], timeline.secretary(officers[place % len(officers)]))
        made += 1
    return made


def _file(key: uuid.UUID, facts: dict[str, Any]) -> Case:
    name, number, province, contact = _COMPANIES[facts["company"]]
    said = {
        "company_name": f"{name} {MARK}",
        "province": province,
        "contact_name": f"{contact} {MARK}",
        "contact_phone": "02-000-0000",
        "contact_email": f"company{facts['company'] + 1}@{people.DOMAIN}",
        "visibility": "named",
        "needed_by": timezone.localdate() + dt.timedelta(days=3)
        if facts.get("at_border")
        else None,
    }
    said |= {name: value for name, value in facts.items() if name not in {"company", "state"}}
    case, _new = actions.submit(
        filing=actions.Filing(
            key=key,
            facts=said,
            business_number=number,
            consents={text.kind: True for text in consents.CONSENTS},
        ),
        by=timeline.COMPANY,
    )
    return case


def _walk(case: Case, state: str, by: timeline.Actor) -> None:
    """Bring a case to its state by the verbs, as officers and companies would."""
    if state == "received":
        return
    actions.claim(case=case, by=by)
    way: dict[str, Callable[[], None]] = {
        "reviewing": lambda: None,
        "supplement": lambda: _ask_company(case, by),
        "referred": lambda: _ask_bodies(case, by),
        "answered": lambda: _answer(case, by),
        "closed": lambda: _close(case, by),
    }
    way[state]()


def _ask_company(case: Case, by: timeline.Actor) -> None:
    actions.request_supplement(
        case=case,
        text="계약서와 선하증권 사본을 보내 주시기 바랍니다.",
        due=timezone.localdate() + dt.timedelta(days=10),
        by=by,
    )


def _ask_bodies(case: Case, by: timeline.Actor) -> None:
    bodies = Organisation.objects.filter(code__in=["KATS", "KOTRA"])
    actions.refer(
        case=case,
        asks=[
            actions.Ask(
                body,
                "보완 방향과 국내 시험 성적서의 활용 가능 여부를 검토하여 주시기 바랍니다.",
                timezone.now() + dt.timedelta(days=7),
            )
            for body in bodies
        ],
        by=by,
    )
    actions.accept_referral(
        referral=case.referrals.get(organisation__code="KATS"),
        by=timeline.body(None, bodies.get(code="KATS")),
    )


def _answer(case: Case, by: timeline.Actor) -> None:
    case.refresh_from_db()
    actions.answer(
        case=case,
        text=(
            "안녕하십니까. 문의하신 사항을 확인하여 답변드립니다.\n\n"
            "적용 기준과 확인할 곳을 첨부와 같이 정리하였으니 참고하시기 바랍니다. "
            "(시연용 답변입니다.)"
        ),
        by=by,
    )


def _close(case: Case, by: timeline.Actor) -> None:
    _answer(case, by)
    actions.close(
        case=case, by=timeline.COMPANY, outcome="solved", text="라벨을 고쳐 출시하였습니다."
    )
