"""Typing a business number or a name fills the form: from this organisation's own knowledge."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import cache
from django.db.models import Case as Choose
from django.db.models import Value, When
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import company_names, directory
from accounts.desk import Desk, at_desk
from accounts.models import Member
from intake import filed_for

AT_MOST = 10
SHORTEST = 2
LONGEST = 100
# A person types a few letters a second; nobody looks up two of them each second for a minute.
PER_MINUTE = 120
_FACTS = (
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
)


@at_desk()
@require_safe
@never_cache
def lookup(request: HttpRequest, desk: Desk) -> JsonResponse:
    """At most ten companies of the directory and of what was filed here; of nobody else's."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    if _too_many(desk):
        return JsonResponse(
            {"error": _("Too many look-ups. Please wait a minute, or fill the form in by hand.")},
            status=429,
        )
    if len(words) < SHORTEST:
        return JsonResponse([], safe=False)
    return JsonResponse(found(desk, words), safe=False)


def _too_many(desk: Desk) -> bool:
    key = f"member-lookup:{desk.user.pk}:{int(time.time() // 60)}"
    cache.add(key, 0, 120)
    try:
        return int(cache.incr(key)) > PER_MINUTE
    except ValueError:
        return False  # it ran out between the two


def found(desk: Desk, words: str) -> list[dict[str, Any]]:
    """Members first, those whose name begins so before others; then companies filed for once."""
    key = company_names.key(words)
    begins = [When(name_key__startswith=key, then=Value(0))] if key else []
    rows = (
        Member.objects.reached(desk.reach)
        .present()
        .filter(directory.holding(words))
        .select_related("company")
        .order_by(Choose(*begins, default=Value(1)), "name", "id")
    )
    members = list(rows[:AT_MOST])
    still = filed_for.open_cases(desk, members)
    answer = [_facts(row, row.pk, row.name, still[row.pk]) for row in members]
    if len(answer) < AT_MOST:
        for case, count in filed_for.earlier(desk, words, AT_MOST - len(answer)):
            answer.append(_facts(case, None, case.company_name, count))
    return answer


def _facts(row: Any, pk: int | None, name: str, still: int) -> dict[str, Any]:
    said = {fact: getattr(row, fact) for fact in _FACTS}
    number = row.company.business_number or ""
    return {"id": pk, "name": name, "business_number": number, **said, "open_cases": still}
