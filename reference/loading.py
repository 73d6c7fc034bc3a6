"""Brings the project's own reference data into the database without undoing anybody's edits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import models, transaction

from reference import cached
from reference.models import Category, Country, HSChapter, Province, Sector

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Loaded:
    """What one table's load did. `kept`: rows that differ because a person edited them."""

    label: str
    added: int = 0
    updated: int = 0
    kept: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """Rows written."""
        return self.added + self.updated


def read(path: Path) -> Any:
    """One data file."""
    return json.loads(path.read_text(encoding="utf-8"))


def sync(model: type[Any], key: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Loaded:
    """Insert what is missing and correct what nobody has touched; delete nothing.

    Rows are matched by `key` and compared field by field, so a second run writes nothing.
    A row with `edited_at` belongs to whoever edited it and is left as it is.
    """
    found = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    new, stale = [], []
    kept = unchanged = 0
    fields: set[str] = set()
    for facts in rows:
        row = found.get(tuple(facts[name] for name in key))
        if row is None:
            new.append(model(**facts))
            continue
        differing = [name for name, value in facts.items() if getattr(row, name) != value]
        if not differing:
            unchanged += 1
        elif row.edited_at is not None:
            kept += 1
        else:
            for name in differing:
                setattr(row, name, facts[name])
            fields.update(differing)
            stale.append(row)
    model._default_manager.bulk_create(new)
    if stale:
        model._default_manager.bulk_update(stale, sorted(fields))
    label = str(model._meta.verbose_name_plural)
    return Loaded(label, len(new), len(stale), kept, unchanged)


def _country(row: Mapping[str, Any]) -> dict[str, Any]:
    same = ("iso2", "iso3", "numeric", "region", "weight", "synonyms", "verified")
    return {name: row[name] for name in same} | _names(row)


def _province(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "short_ko": row["short"],
        "position": row["order"],
        "verified": row["verified"],
    } | _names(row)


def _chapter(row: Mapping[str, Any]) -> dict[str, Any]:
    same = ("code", "hs_version", "reserved", "verified")
    return {name: row[name] for name in same} | _names(row)


def _sector(row: Mapping[str, Any]) -> dict[str, Any]:
    facts = {"code": row["code"], "parent_id": row["parent"], "verified": row["verified"]}
    return facts | _names(row)


def _names(row: Mapping[str, Any]) -> dict[str, str]:
    return {"name_ko": row["ko"], "name_en": row["en"]}


def _categories(tops: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for top in tops:
        rows.append(_category(top, None, len(rows)))
        for sub in top["subs"]:
            rows.append(_category(sub, top["code"], len(rows)))
    return rows


def _category(row: Mapping[str, Any], parent: str | None, position: int) -> dict[str, Any]:
    return {
        "code": row["code"],
        "parent_id": parent,
        "position": position,
        "mast": row["mast"],
        "nte_kr": row.get("nte_kr", ""),
        "keywords": row.get("keywords", []),
        "route": row.get("route", ""),
        "primary_body": row.get("primary", ""),
        "support_bodies": row.get("support", []),
        "valid_from": models.DateField().to_python(row["valid_from"]),
        "valid_to": models.DateField().to_python(row.get("valid_to")),
        "replaced_by_id": row["replaced_by"],
    } | _names(row)


def load() -> list[Loaded]:
    """Load countries, provinces, HS chapters, sectors and the taxonomy, all or nothing."""
    with transaction.atomic():
        result = [
            sync(Country, ["iso2"], map(_country, read(DATA / "countries.json"))),
            sync(Province, ["code"], map(_province, read(DATA / "provinces.json"))),
            sync(HSChapter, ["hs_version", "code"], map(_chapter, read(DATA / "hs_chapters.json"))),
            sync(Sector, ["code"], map(_sector, read(DATA / "sectors.json"))),
            sync(Category, ["code"], _categories(read(DATA / "taxonomy.json")["categories"])),
        ]
    cached.clear()
    return result
