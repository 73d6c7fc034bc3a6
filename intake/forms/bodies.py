"""How a form names a body, and when its offices close."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake import clock, proposals
from intake.forms.fields import TextField

DATALIST = "bodies"


def end_of_office(day: dt.date, zone: str = "") -> dt.datetime:
    """The moment at which the offices close on a day, in Seoul or in another time zone."""
    place = ZoneInfo(zone) if zone else timezone.get_default_timezone()
    return timezone.make_aware(dt.datetime.combine(day, clock.CLOSES), place)


class OrganisationField(TextField):
    """A body, typed with suggestions: its name, or the name with the code in brackets."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": DATALIST}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Organisation | None:
        """The organisation's row; what names none is an error beside the field."""
        text = super().clean(value)
        if not text:
            return None
        code = code_of(text)
        found = Organisation.objects.filter(code=code).first() if code else None
        if found is None:
            raise ValidationError(
                _("There is no such body. Type a part of its name and choose from the list."),
                code="unknown",
            )
        return found


def code_of(text: str) -> str | None:
    """The code of the body that a text names."""
    known = proposals.directory()
    in_brackets = re.search(r"\(([^()]+)\)\s*$", text)
    if in_brackets and in_brackets[1] in known:
        return in_brackets[1]
    folded = "".join(text.split()).casefold()
    for row in known.values():
        names = (row.code, row.name_ko, row.name_en)
        if folded in {"".join(name.split()).casefold() for name in names}:
            return row.code
    found = [
        row.code
        for row in known.values()
        if any(folded in "".join(name.split()).casefold() for name in (row.name_ko, row.name_en))
    ]
    # A part of a name is enough where it can mean only one.
    return found[0] if len(found) == 1 and len(folded) > 1 else None


def choices() -> list[str]:
    """Every body as the suggestions write it."""
    language = get_language()
    rows = sorted(proposals.directory().values(), key=lambda row: (row.kind, row.name(language)))
    return [f"{row.name(language)} ({row.code})" for row in rows]
