"""What can be followed, by mail or by feed: a country, goods, a category, or one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from marketinfo import hs
from marketinfo.entry import Entry, EntryQuerySet
from marketinfo.following import kinds
from marketinfo.models import Follow
from reference.models import Category, Country


class BadScopeError(ValueError):
    """It names no country, category, HS code or published record that there is."""


@dataclass(frozen=True)
class Scope:
    """One thing to follow. A record stands alone; the other parts must all be met."""

    country: Country | None = None
    category: Category | None = None
    hs: str = ""
    record: Entry | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing, so that it means the whole library."""
        return not (self.country or self.category or self.hs or self.record)

    @property
    def query(self) -> str:
        """As it stands in an address: `country=VN&hs=33`."""
        return urlencode(self.parts())

    def parts(self) -> dict[str, str]:
        """What an address or a form says, without what is empty."""
        if self.record is not None:
            return {"kind": kinds.name(self.record), "reference": self.record.reference}
        said = {
            "country": self.country.pk if self.country else "",
            "hs": self.hs,
            "category": self.category.pk if self.category else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        if self.record is not None:
            return self.record.title
        said = [
            str(self.country) if self.country else "",
            _("HS %(code)s") % {"code": self.hs} if self.hs else "",
            str(self.category) if self.category else "",
        ]
        return " · ".join(part for part in said if part) or _("The whole library")

    def of(self, entries: EntryQuerySet) -> EntryQuerySet:
        """The entries that belong to it, as the lists narrow them."""
        if self.record is not None:
            same = isinstance(self.record, entries.model)
            return entries.filter(pk=self.record.pk) if same else entries.none()
        if self.country is not None:
            entries = entries.for_country(self.country.pk)
        if self.category is not None:
            entries = entries.for_category(self.category.pk)
        return entries.for_hs(self.hs) if self.hs else entries

    def columns(self) -> dict[str, Any]:
        """The columns of a `Follow`."""
        return {
            "scope": self.query,
            "country": self.country,
            "category": self.category,
            "hs": self.hs,
            "entry_kind": kinds.name(self.record) if self.record else "",
            "entry_id": self.record.pk if self.record else None,
        }


def read(data: Mapping[str, Any]) -> Scope:
    """The scope that an address or a form names; raises BadScopeError for what does not exist."""
    if data.get("reference") or data.get("kind"):
        record = kinds.find(str(data.get("kind", "")), reference=str(data.get("reference", "")))
        if record is None:
            raise BadScopeError
        return Scope(record=record)
    return Scope(
        country=_row(Country, str(data.get("country") or "").upper()),
        category=_row(Category, str(data.get("category") or "").upper()),
        hs=_code(str(data.get("hs") or "")),
    )


def _row(model: Any, pk: str) -> Any:
    if not pk:
        return None
    found = model.objects.filter(pk=pk[:12]).first()
    if found is None:
        raise BadScopeError
    return found


def _code(text: str) -> str:
    try:
        codes = hs.parsed(text[:40])
    except ValidationError as error:
        raise BadScopeError from error
    if len(codes) > 1:
        raise BadScopeError
    return codes[0] if codes else ""


def of_follow(follow: Follow, records: Mapping[tuple[str, int], Entry]) -> Scope | None:
    """What a row follows; None when its record is no longer published.

    `records` are the entries that `kinds.by_keys` found for these rows.
    """
    if follow.entry_kind:
        record = records.get((follow.entry_kind, follow.entry_id or 0))
        return Scope(record=record) if record else None
    return Scope(follow.country, follow.category, follow.hs)
