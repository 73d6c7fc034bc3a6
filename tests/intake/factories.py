"""Cases in any state, made by the verbs alone: no test starts where the product cannot be."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from intake import actions, consents
from intake.models import Case
from intake.timeline import COMPANY, SYSTEM, Actor, secretary

_COUNT = itertools.count(1)
FACTS: dict[str, Any] = {
    "title": "베트남 통관 보류",
    "situation": "하이퐁 항에서 화장품이 통관 보류되었습니다.",
    "problem": "추가 서류를 요구하나 기준을 알 수 없습니다.",
    "request": "필요한 서류와 절차를 알려 주시기 바랍니다.",
    "tried": "",
    "other_desk": "",
    "counterpart": "",
    "product": "화장품",
    "hs_code": "330499",
    "company_name": "시연상사",
    "province": "KR-11",
    "municipality": "",
    "sector": "",
    "size_class": "",
    "export_band": "",
    "contact_name": "홍시연",
    "contact_position": "해외영업팀",
    "contact_phone": "02-123-4567",
    "contact_email": "hong@company.example",
    "language": "ko",
    "visibility": "named",
    "since": None,
    "needed_by": None,
    "value": None,
    "currency": "",
    "at_border": False,
    "more_countries": [],
    "country_id": "VN",
    "category_id": "CUS-01",
}


def valid_business_number(serial: int) -> str:
    """An invented number whose check digit is right."""
    body = f"{101 + serial // 100_000 % 800:03d}81{serial % 10_000:04d}"
    total = sum(int(d) * w for d, w in zip(body, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True))
    total += int(body[8]) * 5 // 10
    return body + str((10 - total % 10) % 10)


def filing(**changes: Any) -> actions.Filing:
    """What a company might say, with changes."""
    outer = {
        name: changes.pop(name)
        for name in ("key", "files", "channel", "business_number", "received_at", "given")
        if name in changes
    }
    given = outer.pop("given", {"sharing": False})
    return actions.Filing(
        key=outer.pop("key", None) or uuid.uuid4(),
        facts=FACTS | changes,
        business_number=outer.pop("business_number", valid_business_number(next(_COUNT))),
        consents={text.kind: True for text in consents.CONSENTS} | given,
        **outer,
    )


class CaseFactory:
    """Walks a new case to a state."""

    def __init__(self, officer: User) -> None:
        self.officer = officer
        self.by: Actor = secretary(officer)

    def new(self, **changes: Any) -> Case:
        """A received case."""
        case, _new = actions.submit(filing=filing(**changes), by=COMPANY)
        return case

    def at(self, state: str, **changes: Any) -> Case:
        """A case that the verbs brought into a state."""
        case = self.new(**changes)
        if state == "withdrawn":
            actions.withdraw(case=case, reason="해결되었습니다.", by=COMPANY)
        elif state != "received":
            actions.claim(case=case, by=self.by)
            getattr(self, f"_{state}")(case)
        assert case.state == state
        return case

    def _reviewing(self, case: Case) -> None:
        """It is, after the claim."""

    def _supplement(self, case: Case) -> None:
        actions.request_supplement(
            case=case,
            text="통지서 사본을 보내 주십시오.",
            due=timezone.localdate() + dt.timedelta(days=7),
            by=self.by,
        )

    def _referred(self, case: Case, *codes: str) -> None:
        self.refer(case, *(codes or ("KCS",)))

    def refer(self, case: Case, *codes: str) -> None:
        """Ask bodies by code."""
        actions.refer(
            case=case,
            asks=[
                actions.Ask(
                    Organisation.objects.get(code=code),
                    "필요 서류를 확인하여 주시기 바랍니다.",
                    timezone.now() + dt.timedelta(days=5),
                )
                for code in codes
            ],
            by=self.by,
            designation="소관이 가장 가까운 기관입니다." if case.declines >= 3 else "",
        )

    def _answered(self, case: Case) -> None:
        actions.answer(case=case, text="필요 서류는 다음과 같습니다.", by=self.by)

    def _closed(self, case: Case) -> None:
        self._answered(case)
        actions.close(case=case, by=COMPANY, outcome="solved")

    def _rejected(self, case: Case) -> None:
        actions.reject(
            case=case, reason="소관 사항이 아닙니다.", next_place="무역장벽 119", by=self.by
        )

    def _duplicate(self, case: Case) -> None:
        actions.mark_duplicate(case=case, original=self.new(), by=self.by)

    def _transferred(self, case: Case) -> None:
        actions.transfer_out(case=case, place="무역장벽 119", reason="통상 현안입니다.", by=self.by)

    def lapsed(self) -> Case:
        """A case that was returned because its supplement never came."""
        case = self.at("supplement")
        actions.lapse(case=case, by=SYSTEM)
        return case
