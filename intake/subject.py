"""Everything that is held on one person of a company, for that person (PIPA art. 35).

Their account, the cases that name them as contact, what was said on those, what they agreed to,
that mails went to them, and who has read it. Nothing of anybody else: cases that only their company
may see are the company's, and are not handed to one of its people.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import roles
from accounts.models import User
from intake.models import Case
from intake.readers import readers_of
from notifications import catalog
from notifications.models import Notice

_OF_CASE = (
    "number",
    "received_at",
    "company_name",
    "province",
    "municipality",
    "contact_name",
    "contact_position",
    "contact_phone",
    "contact_email",
    "visibility",
    "title",
    "product",
    "hs_code",
    "situation",
    "problem",
    "request",
    "tried",
    "other_desk",
    "counterpart",
    "since",
    "needed_by",
    "value",
    "currency",
    "answer",
    "answered_at",
    "end_reason",
    "ended_at",
    "outcome",
    "outcome_note",
)
_OF_CONSENT = ("kind", "text_version", "text_hash", "given", "at", "channel", "withdrawn_at")


def held_on(user: User) -> dict[str, Any]:
    """The data as plain values; labels in the person's language stand beside those of a case."""
    addresses = roles.addresses_of(user)
    cases = Case.objects.visible_to(user).filter(contact_address__in=addresses).order_by("pk")
    # What a notice said stands in the mail; here is that it went, and where.
    notices = Notice.objects.filter(Q(recipient=user) | Q(to_address__in=addresses)).order_by("pk")
    return {
        "account": {
            "name": user.name,
            "email": user.email,
            "phone": user.phone,
            "language": user.language,
            "since": user.date_joined,
            "last_login": user.last_login,
            "proved_addresses": list(addresses),
        },
        "companies": list(
            user.companies.order_by("pk").values(
                "company__name", "company__business_number", "asked_at"
            )
        ),
        "cases": [_case(case) for case in cases],
        "notices": [
            {"kind": catalog.label(row.kind), "to": row.to_address, "at": row.created_at}
            for row in notices
        ],
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "facts": {name: getattr(case, name) for name in _OF_CASE},
        "state": case.state_label,
        "consents": list(case.consents.order_by("pk").values(*_OF_CONSENT)),
        "messages": [
            {"at": row.at, "role": row.role, "text": row.text}
            for row in case.messages.for_submitter().order_by("pk")
        ],
        "files": [
            {"name": row.file.original_name, "size": row.file.size, "sha256": row.file.sha256}
            for row in case.attachments.for_submitter().select_related("file").order_by("pk")
        ],
        "read_by": [
            {
                "part": str(one.part),
                "organisation": one.organisation,
                "first": one.first,
                "last": one.last,
                "days": one.days,
            }
            for one in readers_of(case.number)
        ],
    }


def archive(user: User) -> tuple[bytes, int]:
    """A ZIP with the data for machines (JSON) and for reading (HTML); and how many cases it has."""
    with translation.override(user.language):
        held = held_on(user)
        fields = {field.name: field for field in Case._meta.fields}
        labels = {name: str(fields[name].verbose_name) for name in _OF_CASE}
        shown = [
            {**case, "lines": [(labels[name], value) for name, value in case["facts"].items()]}
            for case in held["cases"]
        ]
        now: dt.datetime = timezone.now()
        page = render_to_string(
            "intake/own_data.html",
            {**held, "cases": shown, "at": now, "language": translation.get_language()},
        )
    text = json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", text)
        packed.writestr("data.html", page)
    return out.getvalue(), len(held["cases"])
