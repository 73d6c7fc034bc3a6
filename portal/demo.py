"""What a newcomer finds: people, library, archive and cases, all invented and marked."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from accounts import demo as people
from accounts.models import Membership, User
from casestudies import demo as archive
from intake import actions, consents, timeline
from intake.models import Case
from marketinfo import demo as library
from portal import demo_lives, demo_partners, demo_past
from portal.demo_lives import MARK
from portal.demo_papers import paper

_NAMESPACE = uuid.UUID("6f3a1c1e-8a55-4c6e-9a53-0d1f3e1b7a10")
_CASES = Path(__file__).parent / "data" / "demo_cases.json"
# What a row of the file says that is no fact of the case.
_BESIDE = {"key", "company", "life", "received", "via", "officer", "channel", "mails", "files"}
_AT_THE_DESK = {"phone", "visit", "event"}


def load() -> dict[str, int]:
    """Make what is missing; returns how many of each were made."""
    with translation.override("ko"):
        return {
            "people": people.load(),
            "library entries": library.load(),
            "case studies": archive.load(),
            "cases": _cases(),
            "at partners’ desks": demo_partners.load(_told()["companies"]),
        }


def _told() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_CASES.read_text("utf-8"))
    return told


def _cases() -> int:
    """The cases of the file that are missing, the oldest first, each with its life behind it."""
    told = _told()
    others: dict[str, Case] = {}
    made = 0
    for place, row in enumerate(told["cases"]):
        key = uuid.uuid5(_NAMESPACE, row["key"])
        case = Case.objects.filter(idempotency_key=key).first()
        if case is None:
            # In one piece: nobody sees a case on its way into the past, and no mail of it leaves.
            with transaction.atomic():
                case = _live(key, row, told["companies"][row["company"]], place, others)
            made += 1
        others[row["key"]] = case
    return made


def _live(
    key: uuid.UUID,
    row: dict[str, Any],
    company: dict[str, str],
    place: int,
    others: dict[str, Case],
) -> Case:
    """File a case, lead it through its life, and let that life lie where the file says."""
    officers = list(User.objects.filter(email__startswith="secretary").order_by("email"))
    officer = timeline.secretary(officers[row.get("officer", 1) - 1])
    now = timezone.now()
    steps = row["life"]
    when = demo_past.moments([row["received"], *(step[0] for step in steps)], place, now)
    case = _file(key, row, company, officer)
    scene = demo_lives.Scene(case, officers, officer, _filer(row, officer), others)
    for number, (_ago, verb, *said) in enumerate(steps, start=1):
        demo_past.shift(case, when[number] - when[number - 1])
        demo_lives.take(scene, verb, said[0] if said else {})
    demo_past.shift(case, timezone.now() - when[-1])
    demo_past.settle(case, timezone.now(), mails=row.get("mails", False))
    case.refresh_from_db()
    return case


def _filer(row: dict[str, Any], officer: timeline.Actor) -> timeline.Actor:
    """Who brings the case: the company, an officer for it, or the secretariat by phone."""
    if "via" in row:
        desks = Membership.objects.select_related("user", "organisation").order_by("pk")
        # The first desk of whoever has two.
        work = desks.filter(user__email=f"{row['via']}@{people.DOMAIN}")[0]
        return timeline.submitter(work.user, work.organisation)
    if row.get("channel") in _AT_THE_DESK:
        return timeline.submitter(officer.user)
    return timeline.COMPANY


def _file(
    key: uuid.UUID, row: dict[str, Any], company: dict[str, str], officer: timeline.Actor
) -> Case:
    said = {
        "company_name": f"{company['name']} {MARK}",
        "province": company["province"],
        "contact_name": f"{company['contact']} {MARK}",
        "contact_phone": "02-000-0000",
        "contact_email": f"company{row['company'] + 1}@{people.DOMAIN}",
        "visibility": "named",
        "needed_by": timezone.localdate() + dt.timedelta(days=3) if row.get("at_border") else None,
    }
    said |= {name: value for name, value in row.items() if name not in _BESIDE}
    said["country_id"], said["category_id"] = said.pop("country"), said.pop("category")
    case, _new = actions.submit(
        filing=actions.Filing(
            key=key,
            facts=said,
            business_number=company["number"],
            consents={text.kind: True for text in consents.CONSENTS},
            files=[paper(name) for name in row.get("files", [])],
            channel=row.get("channel", "web"),
        ),
        by=_filer(row, officer),
    )
    return case
