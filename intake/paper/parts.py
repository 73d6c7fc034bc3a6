"""What a case paper may contain, and what of it the company's own choice allows abroad."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts import business_number
from intake import consents, naming, unnamed
from intake.models import Case
from intake.models.case import NAMED
from reference.models import Category

KOREAN, BILINGUAL = "korean", "bilingual"
CATEGORY, PRODUCT, SINCE = "category", "product", "since"
SITUATION, PROBLEM, REQUEST, TRIED = "situation", "problem", "request", "tried"
VALUE, COUNTERPART, NEEDED_BY = "value", "counterpart", "needed_by"
COMPANY, CONTACT = "company", "contact"
# In the order of the paper.
LABELS: dict[str, Promise] = {
    CATEGORY: gettext_lazy("Kind of difficulty"),
    PRODUCT: gettext_lazy("Product and HS code"),
    SINCE: gettext_lazy("Since when"),
    NEEDED_BY: gettext_lazy("Answer needed by"),
    SITUATION: gettext_lazy("Situation"),
    PROBLEM: gettext_lazy("Problem"),
    REQUEST: gettext_lazy("Request"),
    TRIED: gettext_lazy("Already tried"),
    VALUE: gettext_lazy("Value at stake"),
    COUNTERPART: gettext_lazy("Counterpart"),
    COMPANY: gettext_lazy("Company name and business number"),
    CONTACT: pgettext_lazy("at the desk", "Contact person"),
}
# They tell who the company is.
NAMING = frozenset({COMPANY, CONTACT})
# What an authority abroad needs to look into it; the rest is ticked by hand.
_PROPOSED = frozenset({CATEGORY, PRODUCT, SITUATION, PROBLEM, REQUEST})


@dataclass(frozen=True)
class Part:
    """One entry of a paper: its label in each language of the paper, and its words."""

    labels: tuple[str, ...]
    words: str


def _given(case: Case) -> dict[str, bool]:
    return {
        CATEGORY: case.category is not None,
        PRODUCT: bool(case.product or case.hs_code),
        SINCE: case.since is not None,
        NEEDED_BY: case.needed_by is not None,
        TRIED: bool(case.tried),
        VALUE: case.value is not None,
        COUNTERPART: bool(case.counterpart),
    }


def why_unnamed(case: Case, kinds: Collection[str]) -> str:
    """Why the company may not be named on a paper that leaves the country; empty when it may.

    `kinds` are the consents that stand. No consent names a foreign authority: the one for passing
    on to overseas missions and others outside the administration is the nearest, and the least.
    """
    if case.visibility != NAMED:
        return _("The company does not wish to be named.")
    if consents.PRIVATE_BODIES not in kinds:
        return _("The company did not agree that its data are passed on abroad.")
    return ""


def standing(case: Case) -> frozenset[str]:
    """The consents of a case that stand: the company's own word outweighs an officer's."""
    return consents.standing(case.consents.all())


def offered(case: Case, kinds: Collection[str]) -> list[str]:
    """The parts that a paper for abroad may contain."""
    given = _given(case)
    closed = NAMING if why_unnamed(case, kinds) else frozenset()
    return [name for name in LABELS if name not in closed and given.get(name, True)]


def proposed(case: Case, kinds: Collection[str]) -> list[str]:
    """What is ticked when the form opens: never what names the company."""
    return [name for name in offered(case, kinds) if name in _PROPOSED]


def korean(case: Case, *, contact: bool) -> list[Part]:
    """Everything, for the secretariat's own file; the contact person when wanted."""
    given = _given(case) | {CONTACT: contact}
    return [
        _part(name, ("ko",), _words(case, name, "ko")) for name in LABELS if given.get(name, True)
    ]


def bilingual(case: Case, chosen: Iterable[str], kinds: Collection[str]) -> list[Part]:
    """The chosen parts that may leave the country, with labels in both languages.

    Words of a company that is not named on the paper are told without its name and contacts.
    """
    allowed = [name for name in offered(case, kinds) if name in set(chosen)]
    named = COMPANY in allowed
    found = []
    for name in allowed:
        words = _words(case, name, "en")
        if name not in NAMING and not named:
            words = unnamed_words(case, words)
        found.append(_part(name, ("ko", "en"), words))
    return found


def unnamed_words(case: Case, words: str) -> str:
    """Words without the company's name, its contact person and its numbers."""
    if naming.is_veiled(case):
        return naming.words(case, words)
    details = [case.contact_phone, case.contact_email, case.company.business_number or ""]
    return unnamed.hide(words, company=case.company_name, person=case.contact_name, details=details)


def _part(name: str, languages: tuple[str, ...], words: str) -> Part:
    labels = []
    for language in languages:
        with translation.override(language):
            labels.append(str(LABELS[name]))
    return Part(tuple(labels), words)


def _words(case: Case, name: str, language: str) -> str:
    words = {
        CATEGORY: lambda: _category(case.category, language),
        SINCE: lambda: _day(case.since),
        NEEDED_BY: lambda: _day(case.needed_by),
        PRODUCT: lambda: _product(case),
        VALUE: lambda: _value(case),
        COMPANY: lambda: _company(case),
        CONTACT: lambda: _contact(case),
    }.get(name)
    return words() if words else str(getattr(case, name))


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _value(case: Case) -> str:
    return f"{case.value or 0:,.0f} {case.currency}".strip()


def _product(case: Case) -> str:
    code = f"HS {case.hs_code} ({case.hs_version})" if case.hs_code else ""
    return " · ".join(filter(None, [case.product, code]))


def _company(case: Case) -> str:
    number = business_number.pretty(case.company.business_number or "")
    return " · ".join(filter(None, [case.company_name, number]))


def _contact(case: Case) -> str:
    person = f"{case.contact_name} {case.contact_position}".strip()
    return "\n".join(filter(None, [person, case.contact_phone, case.contact_email]))


def _category(category: Category | None, language: str) -> str:
    if category is None:
        return ""
    if language == "ko":
        return category.name_in("ko")
    return f"{category.name_in('ko')} / {category.name_in('en')}"
