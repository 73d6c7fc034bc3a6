"""What stands at the partners' desks of the demonstration: members, locals, a second desk."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from accounts import demo as people
from accounts import members
from accounts.models import Member, Membership, Organisation, User
from intake.actions import local
from intake.models import LocalDifficulty
from portal.demo_lives import MARK

_NAMESPACE = uuid.UUID("2b1d9c55-1d3f-4b52-8f0a-6a3a0f7c9e21")
# Who acts for a second organisation, so that the switch between desks can be seen.
_SECOND_DESKS = (("seoul", "EXP-ICN"),)
# Which companies of the file are members where: by their place in it.
_MEMBERS = {"kbiz": (1, 3, 7, 12, 15), "innobiz": (13, 14)}
_LOCAL = (
    {
        "title": "하이퐁항 통관 심사가 전보다 길어졌다는 문의",
        "company_name": "시연비나전자",
        "is_subsidiary": True,
        "parent_name": "시연전자",
        "local_authority": "하이퐁 세관",
        "situation": "같은 품목의 심사가 이틀에서 닷새로 늘었다고 합니다.",
        "actions": "하이퐁 세관에 기준이 바뀌었는지 유선으로 문의하였습니다.",
        "days": 3,
    },
    {
        "title": "현지 라벨 규정 개정의 시행일 확인 요청",
        "company_name": "시연코스메틱비나",
        "is_subsidiary": False,
        "local_authority": "베트남 보건부",
        "situation": "개정 시행일이 공고마다 달라 어느 것이 맞는지 알 수 없습니다.",
        "actions": "",
        "help_needed": True,
        "help_text": "개정 고시의 국내 통보 내용과 경과 규정을 확인하여 주시기 바랍니다.",
        "help_bodies": ["KATS"],
        "days": 1,
    },
    {
        "title": "공단 전력 공급 제한에 관한 안내 요청",
        "company_name": "시연섬유하노이",
        "is_subsidiary": True,
        "parent_name": "시연섬유",
        "local_authority": "박닌성 공단관리위원회",
        "situation": "주 1회 전력 공급이 제한되어 납기에 차질이 있습니다.",
        "actions": "공단관리위원회에 일정표를 요청하였습니다.",
        "days": 8,
        "solved": "제한 일정표를 받아 기업에 전달하였고, 대체 시간대를 배정받았습니다.",
    },
)


def load(companies: list[dict[str, Any]]) -> int:
    """Make what is missing; how many rows were made."""
    return _second_desks() + _members(companies) + _locals()


def _work(login: str) -> Membership:
    rows = Membership.objects.active().select_related("user", "organisation").order_by("pk")
    found = rows.filter(user__email=f"{login}@{people.DOMAIN}").first()
    if found is None:
        raise LookupError(login)
    return found


def _second_desks() -> int:
    made = 0
    for login, code in _SECOND_DESKS:
        user = User.objects.get(email=f"{login}@{people.DOMAIN}")
        organisation = Organisation.objects.get(code=code)
        made += Membership.objects.get_or_create(user=user, organisation=organisation)[1]
    return made


def _members(companies: list[dict[str, Any]]) -> int:
    made = 0
    for login, places in _MEMBERS.items():
        work = _work(login)
        for place in places:
            company = companies[place]
            row = Member.objects.filter(
                organisation=work.organisation, company__business_number=company["number"]
            )
            if row.exists():
                continue
            members.add(
                organisation=work.organisation,
                reach=[work.organisation_id],
                business_number=company["number"],
                facts={
                    "name": f"{company['name']} {MARK}",
                    "province": company["province"],
                    "contact_name": f"{company['contact']} {MARK}",
                    "contact_phone": "02-000-0000",
                    "contact_email": f"company{place + 1}@{people.DOMAIN}",
                },
                by=work.user,
            )
            made += 1
    return made


def _locals() -> int:
    work = _work("hanoi")
    by = local.Mission(work.user, work.organisation)
    made = 0
    for row in _LOCAL:
        said = dict(row)
        key = uuid.uuid5(_NAMESPACE, str(said["title"]))
        if LocalDifficulty.objects.filter(key=key).exists():
            continue
        days, solved = said.pop("days"), said.pop("solved", "")
        said["company_name"] = f"{said['company_name']} {MARK}"
        heard = timezone.now() - dt.timedelta(days=int(str(days)))
        facts = {"country_id": "VN", "received_at": heard, **said}
        found, _new = local.record_local(key=key, facts=facts, by=by)
        if solved:
            local.solve_local(local=found, result=str(solved), by=by)
        made += 1
    return made
