"""Bodies proposed for a case: the taxonomy's words, put together with the organisations' rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache as shared_cache
from django.utils.translation import gettext as _

from accounts.models import KIND_LABELS, SECRETARIAT, Organisation
from intake import routing
from intake.models import Case
from reference.choices import PSEUDO_BODIES
from reference.models import Category

# Organisations change by hand, a few times a year; an edit in the admin is felt at once, any other
# change within these seconds.
_FRESH_FOR = 30
_KEY = "intake.bodies"
# With more bodies behind one word, the word is a group to choose from.
GROUP_FROM = 4


@dataclass(frozen=True)
class Listed:
    """One organisation that can be asked."""

    code: str
    kind: str
    name_ko: str
    name_en: str
    body: routing.Body

    def name(self, language: str | None) -> str:
        """The name in a language; anything but English reads Korean."""
        return self.name_en if language == "en" else self.name_ko


@dataclass(frozen=True)
class Proposed:
    """A body that could be asked about this case, and why."""

    code: str
    name: str
    reason: str
    primary: bool
    # More bodies of the same word were found than anyone wants to see at once.
    one_of_many: bool


def forget() -> None:
    """Drop what is remembered: when an organisation is edited (portal.wiring), between tests."""
    shared_cache.delete(_KEY)


def directory() -> dict[str, Listed]:
    """Every organisation of today that can be asked, by code; remembered for half a minute."""
    known: dict[str, Listed] | None = shared_cache.get(_KEY)
    if not known:
        rows = Organisation.objects.current().exclude(kind=SECRETARIAT)
        known = {row.code: _listed(row) for row in rows}
        shared_cache.set(_KEY, known, _FRESH_FOR)
    return known


def _listed(row: Organisation) -> Listed:
    towns: Any = row.municipalities
    all_but = isinstance(towns, Mapping)
    listed = towns["except"] if all_but else towns
    return Listed(
        row.code,
        row.kind,
        row.name_ko,
        row.name_en,
        routing.Body(
            row.code,
            row.kind,
            tuple(row.jurisdiction),
            tuple(row.provinces),
            None if listed is None else tuple(listed),
            all_but,
        ),
    )


def _town(text: str, known: Mapping[str, Listed]) -> str:
    """The municipality that a company's own words name, as the centres' rows write it."""
    for row in known.values():
        for town in row.body.municipalities or ():
            if town in text:
                return town
    return text


def for_case(case: Case, language: str | None) -> list[Proposed]:
    """Bodies for the case's category, the leading one first; none before it is classified."""
    category: Category | None = case.category
    if category is None:
        return []
    known = directory()
    found = routing.propose(
        category.primary_body,
        category.support_bodies,
        [row.body for row in known.values()],
        country=case.country_id,
        province=case.province,
        municipality=_town(case.municipality, known),
    )
    per_word: dict[str, int] = {}
    for proposal in found:
        per_word[proposal.word] = per_word.get(proposal.word, 0) + 1
    return [
        Proposed(
            proposal.code,
            known[proposal.code].name(language),
            reason(proposal.word, proposal.primary),
            proposal.primary,
            per_word[proposal.word] >= GROUP_FROM,
        )
        for proposal in found
    ]


def reason(word: str, primary: bool) -> str:
    """Why a body is proposed, in the reader's language."""
    part = _("leads this kind of difficulty") if primary else _("supports this kind of difficulty")
    pseudo = PSEUDO_BODIES.get(word)
    return f"{part} · {pseudo}" if pseudo else part


def kind_label(kind: str) -> str:
    """What kind of body it is, in the reader's language."""
    return str(KIND_LABELS.get(kind, kind))


def names(codes: list[str], language: str | None) -> list[str]:
    """The names of organisations by code; a code that is no longer in use stands for itself."""
    known = directory()
    return [known[code].name(language) if code in known else code for code in codes]
