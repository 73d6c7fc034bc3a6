"""What the placeholders say for one case, in the language of the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.utils import timezone, translation

from intake import explain, letters, naming, release, workflow
from intake.models import Case


def for_case(
    case: Case, language: str, *, next_place: str = "", to_bodies: bool = False
) -> dict[str, str]:
    """Every placeholder's value by code; empty where the case does not know it.

    What goes `to_bodies` does not name a company that is not to be named.
    """
    # Who may not know the company leaves a gap for it, to be filled by other words.
    hidden = naming.is_veiled(case) or (to_bodies and bool(release.forbidden(case)))
    own = {"title": case.title, "product": case.product}
    if hidden:
        own = release.without_names(case, **own)
    referrals = [
        row
        for row in case.referrals.select_related("organisation")
        if row.state != workflow.RECALLED
    ]
    with translation.override(language):
        officer = letters.officer(case)
        return {
            "number": case.number,
            "title": own["title"],
            "company": "" if hidden else case.company_name,
            "contact": "" if hidden else case.contact_name,
            "country": case.country.name_in(language),
            "product": own["product"],
            "hs_code": case.hs_code,
            "category": case.category.name_in(language) if case.category else "",
            "received": explain.day(timezone.localtime(case.received_at)),
            "due": _moment(case.due_at),
            "today": explain.day(timezone.localdate()),
            "unit": officer["unit"],
            "officer": officer["name"],
            "phone": officer["phone"],
            "email": officer["email"],
            "bodies": _listed(row.organisation.name for row in referrals),
            "waiting_for": _listed(row.organisation.name for row in referrals if row.is_open),
            "answers": merged(
                (row.organisation.name, row.answer)
                for row in referrals
                if row.state == workflow.REFERRAL_ANSWERED
            ),
            "next_place": next_place,
        }


# The steps whose words bodies read.
TO_BODIES = frozenset({"refer"})


def merged(parts: Iterable[tuple[str, str]]) -> str:
    """Texts under the names of who wrote them."""
    return "\n\n".join(f"■ {name}\n{text.strip()}" for name, text in parts)


def next_place(posted: Mapping[str, str]) -> str:
    """The place that a step's form names, as it was typed so far."""
    return (posted.get("next_place") or posted.get("place") or "").strip()


def _moment(when: dt.datetime | None) -> str:
    return "" if when is None else explain.moment(timezone.localtime(when))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
