"""A closed case whose company agreed, full of what would give it away; and its study."""

from __future__ import annotations

import re

from casestudies import actions
from casestudies.models import CaseStudy
from casestudies.models.approval import APPROVED
from intake.actions import answer, answer_referral, claim, close
from intake.timeline import COMPANY, body

FACTS = {
    "title": "(주)한빛코스메틱 하이퐁 통관 보류",
    "company_name": "(주)한빛코스메틱",
    "contact_name": "홍길동",
    "contact_phone": "031-345-6789",
    "contact_email": "hong@hanbit-cosmetic.example",
    "municipality": "화성시",
    "product": "화장품",
    "counterpart": "Saigon Beauty JSC",
    "situation": "한빛코스메틱은 2026년 3월 12일 하이퐁항에서 화장품 5,000개가 보류되었습니다.",
    "problem": "바이어 Saigon Beauty JSC의 Nguyen 씨가 증명서의 숙성기간 표기를 문제 삼았습니다.",
    "request": "담당 홍길동 과장(031-345-6789)에게 절차를 알려 주십시오. 금액은 USD 45,000입니다.",
    "given": {"sharing": True},
}
ANSWER = "관세청이 현지 세관에 품목분류 의견을 보냈고, 한빛코스메틱의 화물이 통관되었습니다."
SECRETS = (
    "한빛",
    "홍길동",
    "345-6789",
    "hanbit",
    "화성",
    "Saigon",
    "Nguyen",
    "3월 12일",
    "하이퐁항",
    "5,000개",
    "45,000",
    "GT-",
)


def closed(cases, **changes):
    """A closed case, answered with the help of a body."""
    case = cases.new(**(FACTS | changes))
    claim(case=case, by=cases.by)
    cases.refer(case, "KCS")
    case.refresh_from_db()
    for row in case.referrals.all():
        answer_referral(referral=row, text="의견을 보냈습니다.", by=body(None, row.organisation))
    case.refresh_from_db()
    answer(case=case, text=ANSWER, by=cases.by)
    close(case=case, by=COMPANY, outcome="solved")
    case.refresh_from_db()
    return case


def ready(cases, cast, **changes):
    """A study of it, everything settled as proposed, with many companies like it."""
    study = actions.draft_from_case(closed(cases, **changes), by=cast.secretary)
    actions.settle_as_proposed(study, by=cast.secretary)
    actions.acknowledge_rarity(study, reason="같은 품목의 기업이 많습니다.", by=cast.secretary)
    return CaseStudy.objects.get(pk=study.pk)


def approved(cases, cast, **changes):
    """The same with the company's yes."""
    study = ready(cases, cast, **changes)
    question = actions.ask_approval(study, by=cast.secretary)
    actions.decide(question, decision=APPROVED)
    return CaseStudy.objects.get(pk=study.pk)


def published(cases, cast, **changes):
    """The same, brought out by the second person."""
    study = approved(cases, cast, **changes)
    actions.publish(study, by=cast.second_secretary)
    return CaseStudy.objects.get(pk=study.pk)


def secrets_in(text):
    """Which of the planted secrets a text still holds."""
    return [secret for secret in SECRETS if secret in text]


def link_in(mail):
    """The path of the page that a letter asks to open."""
    found = re.search(r"https?://[^/\s]+(/cases/approve/[^\s)\"]+)", mail)
    return found[1] if found else ""
