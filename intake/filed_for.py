"""Cases that an organisation filed for its members: what its directory may show and fill in.

A member with a business number is found by its company; one without by its name, since every
filing without a number makes a company of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.business_number import normalise
from accounts.desk import Desk
from accounts.models import Member
from accounts.models.companies import MemberQuerySet
from intake import workflow
from intake.models import Case
from intake.models.gate import CaseQuerySet


def filed(desk: Desk) -> CaseQuerySet:
    """What this person may see of what this organisation filed; nothing else is ever asked."""
    return Case.objects.visible_to(desk.user).filed_through(desk.reach)


def of_member(desk: Desk, member: Member) -> CaseQuerySet:
    """The cases filed here for one member."""
    nameless = Q(company__business_number__isnull=True, company_name=member.name)
    return filed(desk).filter(Q(company=member.company_id) | nameless)


def with_open_case(desk: Desk, rows: MemberQuerySet) -> MemberQuerySet:
    """Members for whom a case is open here."""
    cases = filed(desk).open()
    nameless = cases.filter(company__business_number__isnull=True, company_name=OuterRef("name"))
    return rows.filter(Exists(cases.filter(company=OuterRef("company"))) | Exists(nameless))


def open_cases(desk: Desk, members: Sequence[Member]) -> dict[int, int]:
    """How many cases are open here for each of these members: one statement for all."""
    if not members:
        return {}
    found = (
        filed(desk)
        .open()
        .filter(
            Q(company__in=[member.company_id for member in members])
            | Q(
                company__business_number__isnull=True,
                company_name__in=[member.name for member in members],
            )
        )
    )
    own = {member.company_id for member in members}
    by_company: Counter[int] = Counter()
    by_name: Counter[str] = Counter()
    for company, name in found.values_list("company", "company_name"):
        if company in own:
            by_company[company] += 1
        else:
            by_name[name] += 1
    return {member.pk: by_company[member.company_id] + by_name[member.name] for member in members}


def earlier(desk: Desk, words: str, at_most: int) -> list[tuple[Case, int]]:
    """Companies outside the directory for which something was filed here.

    Each by its newest case, with how many are open.
    """
    digits = normalise(words)
    found = Q(company_name__icontains=words)
    if re.fullmatch(r"[0-9]{2,10}", digits):
        found |= Q(company__business_number__contains=digits)
    members = Member.objects.reached(desk.reach)
    cases = (
        filed(desk)
        .filter(found)
        .exclude(company__in=members.values("company"))
        .exclude(company__business_number__isnull=True, company_name__in=members.values("name"))
        .select_related("company")
        .order_by("-id")
    )
    newest: dict[Any, Case] = {}
    still: Counter[Any] = Counter()
    for case in cases[: at_most * 10]:
        same = case.company.business_number or case.company_name
        newest.setdefault(same, case)
        still[same] += case.state in workflow.OPEN
    return [(case, still[same]) for same, case in list(newest.items())[:at_most]]
