"""A changed entry and the cases that it concerns: open ones are told, answered ones are listed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import SECRETARIAT, Membership
from intake.letters import parts
from intake.models import Case, CaseQuerySet
from intake.models.gate import ACTING
from marketinfo.following import announcing, kinds
from marketinfo.models import RecordChange
from notifications import outbox
from notifications.models import Notice

log = logging.getLogger(__name__)

KIND = "record_changed_case"
CIRCLE = "cases"


def concerned(change: RecordChange) -> CaseQuerySet:
    """Cases on the country and goods of a changed entry.

    Where the case or the entry names no goods, their category must be the same. An entry that
    names neither goods nor a category concerns no case: it would concern all of a country.
    """
    about = _same_category(change)
    if change.hs_list:
        goods = Q()
        for code in change.hs_list:
            above = [code[:length] for length in range(2, len(code), 2)]
            goods |= Q(hs_code__startswith=code) | Q(hs_code__in=above)
        about = goods | (Q(hs_code="") & about)
    rows: CaseQuerySet = Case.objects.filter(about)
    return rows.filter(country=change.country_id) if change.country_id else rows


def _same_category(change: RecordChange) -> Q:
    code = change.category_id or ""
    if not code:
        return Q(pk__in=[])
    top, dash, _rest = code.partition("-")
    return Q(category=code) if dash else Q(topic=top)


def tell_open(change: RecordChange, after: int, at_most: int) -> tuple[list[Notice], int | None]:
    """The notices to the companies of the next open cases (marketinfo.following.announcing)."""
    rows = list(
        concerned(change)
        .open()
        .filter(pk__gt=after)
        .select_related("assignee", "keeper", "country", "category")
        .order_by("pk")[:at_most]
    )
    units = _units(case.assignee_id for case in rows if case.assignee_id)
    record = kinds.find(change.entry_kind, pk=change.entry_id)
    said = announcing.facts(change, record)
    facts = {
        "entry": said["title"],
        "entry_link": said["link"],
        **{name: said[name] for name in ("what", "day", "checked")},
    }
    notices: list[Notice] = []
    for case in rows:
        try:
            notices += _notices(case, units, facts)
        except outbox.BadAddressError:
            log.warning("case %s could not be told of a change", case.number)
    return notices, rows[-1].pk if len(rows) == at_most else None


def _notices(case: Case, units: Mapping[int, str], facts: Mapping[str, Any]) -> list[Notice]:
    with translation.override(case.language):
        officer = _officer(case, units)
    if case.contact_email:
        return parts.to_company(KIND, case, officer=officer, **facts)
    keeper = case.keeper
    if keeper is None or not keeper.is_active or case.proxy != ACTING:
        return []
    with translation.override(keeper.language):
        happened = _("Market information on this case has changed: %(entry)s") % facts
    return parts.to_filer("filer_update", case, keeper, officer=officer, happened=happened)


def _officer(case: Case, units: Mapping[int, str]) -> dict[str, str]:
    """The officer in charge as every notice names them, without a query for each."""
    person = case.assignee
    if person is None:
        return parts.officer(case)
    return {
        "unit": units.get(person.pk) or _("One-Team Council Secretariat"),
        "name": person.name,
        "phone": person.phone or settings.SERVICE_PHONE,
        "email": settings.SERVICE_EMAIL,
    }


def _units(people: Iterable[int]) -> dict[int, str]:
    rows = Membership.objects.active().filter(organisation__kind=SECRETARIAT, user__in=set(people))
    return {user: unit for user, unit in rows.values_list("user_id", "unit") if unit}


# --- For the desk ---------------------------------------------------------------------------
LISTED_AT_MOST = 100


def relied(change: RecordChange, cases: CaseQuerySet) -> tuple[Sequence[Case], Sequence[Case]]:
    """Of these cases: those whose answer cites the entry, and like ones answered before it changed.

    Alike is: same country, goods and category. The latest answers first, at most 100 of each.
    """
    answered = cases.filter(answered_at__isnull=False, answered_at__lte=change.at)
    answered = answered.select_related("country", "category", "assignee", "company")
    citing = answered.filter(
        citations__entry_kind=change.entry_kind, citations__entry_id=change.entry_id
    )
    like = answered.filter(pk__in=concerned(change).values("pk"))
    if change.category_id:
        like = like.filter(_same_category(change))
    like = like.exclude(pk__in=citing.values("pk"))
    latest = ("-answered_at", "-pk")
    return (
        list(citing.order_by(*latest)[:LISTED_AT_MOST]),
        list(like.order_by(*latest)[:LISTED_AT_MOST]),
    )
