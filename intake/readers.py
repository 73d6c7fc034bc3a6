"""Who has read a case, in the words of whoever asks: organisations to the company, people to us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from privacy import readings

# What each way of reading is to the company; organisations stand beside it by name.
_WAYS: dict[str, Promise] = {
    readings.DESK: _("Secretariat"),
    readings.AUDIT: _("Audit"),
    readings.PARTNER: _("The organisation that filed"),
    readings.BODY: _("A body that was asked"),
    readings.COMPANY: _("Your own side, signed in"),
    readings.GUEST: _("Somebody whom you let in"),
    readings.LINK: _("Your own side, by the link of a mail"),
    readings.CODE: _("Your own side, by number and code"),
}
_BODY_BY_LINK = _("A body that was asked, by the link of its mail")


@dataclass(frozen=True)
class Reader:
    """One reader: in which part they read, for whom, who, since when, and on how many days."""

    part: Promise | str
    organisation: str
    person: str
    first: dt.datetime
    last: dt.datetime
    days: int


def readers_of(number: str, *, persons: bool = False) -> list[Reader]:
    """Who has read a case, the latest first; people by name only for those who look after it all.

    Two statements, however many have read it.
    """
    reads = readings.readings_of(number, persons=persons)
    named = readings.codes(reads)
    names = {row.code: row.name for row in Organisation.objects.filter(code__in=named)}
    return [
        Reader(
            _BODY_BY_LINK
            if read.way == readings.LINK and read.organisation
            else _WAYS.get(read.way, read.way),
            names.get(read.organisation, read.organisation),
            read.person,
            read.first,
            read.last,
            read.days,
        )
        for read in reads
    ]
