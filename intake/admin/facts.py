"""The right-hand side of the case page: clock, difficulty and company, label by label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from intake import explain
from intake import naming as companies
from intake.admin import cells, naming
from intake.models import Case, CaseEvent
from reference import cached
from reference.choices import EXPORT_BANDS, SIZE_CLASSES

Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Clock:
    """The clock of a case, and one sentence that explains it."""

    policy: str
    sentence: str


def clock(case: Case, events: Iterable[CaseEvent]) -> Clock:
    """The deadline of a case in words; `events` is its whole timeline."""
    return Clock(naming.words("policy", case.policy), explain.sentence(case, events))


def difficulty(case: Case) -> Pairs:
    """What the case is about."""
    value = ""
    if case.value is not None:
        value = (
            f"{number_format(case.value, 0, use_l10n=True, force_grouping=True)} {case.currency}"
        )
    return _said(
        (_("Kind of difficulty"), cells.category(case)),
        (_("Further kinds of difficulty"), _further("more_categories", case.more_categories)),
        (_("Country concerned"), case.country.name),
        (_("Further countries"), _further("more_countries", case.more_countries)),
        (_("Product"), case.product),
        (_("HS code"), case.hs_code),
        (_("Goods are at the border now"), _("yes") if case.at_border else _("no")),
        (_("Since when"), case.since),
        (_("Answer needed by"), case.needed_by),
        (_("Value at stake"), value),
        (_("Counterpart"), case.counterpart),
        (_("Also filed with"), case.other_desk),
    )


def company(case: Case) -> Pairs:
    """Who it is, and how they are reached."""
    language = get_language() or "ko"
    provinces = dict(cached.province_choices(language))
    place = f"{provinces.get(case.province, case.province)} {case.municipality}".strip()
    person = f"{case.contact_name} {case.contact_position}".strip()
    return _said(
        (_("Place"), place),
        (_("Sector"), naming.words("sector", case.sector) if case.sector else ""),
        (_("Size class"), str(SIZE_CLASSES.get(case.size_class, ""))),
        (_("Export band"), str(EXPORT_BANDS.get(case.export_band, ""))),
        (pgettext("at the desk", "Contact person"), person),
        (_("Phone"), case.contact_phone),
        (_("E-mail"), case.contact_email),
        (_("How it is reached"), _way(case)),
        (_("Language"), _("English") if case.language == "en" else _("Korean")),
        (_("Who may see the company"), case.visibility_label),
        (_("Filed through"), cells.filed(case)),
    )


def _way(case: Case) -> str:
    """Who may not know the company reaches it through this portal and who filed for it."""
    if not companies.is_veiled(case):
        return ""
    if case.filer_organisation is None:
        return _("By messages in this portal")
    return _("By messages in this portal, or through %(organisation)s") % {
        "organisation": case.filer_organisation
    }


def _further(field: str, codes: list[str]) -> str:
    return naming.words(field, list(codes)) if codes else ""


def _said(*pairs: tuple[str, Any]) -> Pairs:
    return [(label, words) for label, words in pairs if words not in (None, "")]
