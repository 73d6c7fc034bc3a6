"""Brings the council's bodies, centres and missions into the database, by code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import models, transaction

from accounts.models import CENTRE, MISSION, Organisation
from reference.loading import Loaded, read, sync

DATA = Path(__file__).parent / "data"
_date = models.DateField().to_python


def _body(row: Mapping[str, Any]) -> dict[str, Any]:
    remarks = []
    if row.get("same_body_as"):
        remarks.append(f"{row['same_body_as']}와(과) 같은 기관입니다.")
    if row.get("en_verified") is False:
        remarks.append("영문 명칭은 확인이 필요합니다.")
    return {
        "code": row["code"],
        "name_ko": row["ko"],
        "name_en": row["en"],
        "kind": row["kind"],
        "council_member": row.get("council_member", False),
        "valid_from": _date(row["valid_from"]),
        "valid_to": _date(row["valid_to"]),
        "verified": row["verified"],
        "note": "\n".join(remarks),
    }


def _centre(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": row["code"],
        "name_ko": row["ko"],
        "name_en": row["en"],
        "kind": CENTRE,
        "council_member": False,
        "verified": row["verified"],
        "provinces": row["iso3166_2"],
        "municipalities": row["municipalities"],
        "note": f"소속: {row['host']}",
    }


def _mission(row: Mapping[str, Any]) -> dict[str, Any]:
    unsure = bool(row["covers"]) and not row["covers_verified"]
    return {
        "code": row["code"],
        "name_ko": row["ko"],
        "name_en": row["en"],
        "kind": MISSION,
        "council_member": False,
        "verified": row["verified"],
        "time_zone": row["tz"],
        "country": row["iso2"],
        "city": row["city"],
        "jurisdiction": row["jurisdiction"],
        "covers": row["covers"] or "",
        "weekend": row["weekend"],
        "holiday_country": row["holidays"]["local"],
        "languages": row["languages"],
        "note": "관할 구역은 확인이 필요합니다." if unsure else "",
    }


def _link_successors(rows: Iterable[Mapping[str, Any]]) -> None:
    """Point renamed bodies at what followed them, once every row exists.

    Only empty, unedited links are filled, so that an officer's correction stands.
    """
    ids = dict(Organisation.objects.values_list("code", "id"))
    for row in rows:
        if row["successor"]:
            Organisation.objects.filter(
                code=row["code"], successor__isnull=True, edited_at__isnull=True
            ).update(successor_id=ids[row["successor"]])


def load() -> list[Loaded]:
    """Load the 69 bodies, 15 centres and 25 missions, all or nothing."""
    bodies = read(DATA / "organisations.json")
    rows = [
        *map(_body, bodies),
        *map(_centre, read(DATA / "centres.json")),
        *map(_mission, read(DATA / "missions.json")),
    ]
    with transaction.atomic():
        result = sync(Organisation, ["code"], rows)
        _link_successors(bodies)
    return [result]
