"""The right-hand side of the case page: clock, difficulty and company, label by label."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from intake import explain, proposals
from intake import naming as companies
from intake.admin import cells, naming
from intake.models import Case, CaseEvent, LocalDifficulty
from intake.models.case import MISSION
from intake.models.local import CONFIDENTIAL, RESTRICTED
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
        (_("Confirmed by the company"), _confirmed(case)),
        (_("Proxy"), case.proxy_label),
    )


def _confirmed(case: Case) -> str:
    """When the company confirmed what was filed for it, or since when it is asked to."""
    if case.confirmed_at is not None:
        return explain.moment(timezone.localtime(case.confirmed_at))
    if case.confirm_asked_at is None:
        return ""
    return _("Not yet; asked on %(day)s") % {
        "day": explain.day(timezone.localtime(case.confirm_asked_at))
    }


def _way(case: Case) -> str:
    """Who may not know the company reaches it through this portal and who filed for it."""
    if not companies.is_veiled(case):
        return ""
    if case.filer_organisation is None:
        return _("By messages in this portal")
    return _("By messages in this portal, or through %(organisation)s") % {
        "organisation": case.filer_organisation
    }


@dataclass(frozen=True)
class Local:
    """What a mission said beside the case that it passed to Seoul."""

    row: LocalDifficulty
    pairs: Pairs
    # Who has to agree before anybody is asked; empty where nobody must.
    warning: str


def local(case: Case) -> Local | None:
    """The local difficulty that became this case; asked only of cases that a mission filed."""
    if case.channel != MISSION:
        return None
    row = LocalDifficulty.objects.filter(case=case).select_related("organisation", "keeper").first()
    if row is None:
        return None
    warning = {
        RESTRICTED: _("Restricted by the mission: ask only those who must know."),
        CONFIDENTIAL: _(
            "Confidential: nobody but the mission can be asked. Ask the mission to lower the "
            "grade on its page if a body is needed."
        ),
    }
    pairs = _said(
        (_("Mission"), f"{row.organisation.name} · {row.keeper.name}"),
        (_("Confidentiality"), row.grade_label),
        (_("Local subsidiary"), _("yes") if row.is_subsidiary else ""),
        (_("Parent company in Korea"), row.parent_name),
        (_("Local registration number"), row.local_registration),
        (_("Local authority concerned"), row.local_authority),
        (_("What the mission has done"), row.actions),
        (_("What help is needed at home"), row.help_text),
        (
            _("Whom the mission would ask"),
            ", ".join(proposals.names(row.help_bodies, get_language())),
        ),
    )
    return Local(row, pairs, warning.get(row.grade, ""))


def _further(field: str, codes: list[str]) -> str:
    return naming.words(field, list(codes)) if codes else ""


def _said(*pairs: tuple[str, Any]) -> Pairs:
    return [(label, words) for label, words in pairs if words not in (None, "")]
