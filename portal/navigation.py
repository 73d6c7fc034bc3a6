"""The main menu: what the public pages offer, in the order in which people need it."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import PARTNERS
from intake.models import has_desk

# (URL name, label). An entry whose application is not installed is left out.
ENTRIES: list[tuple[str, Promise]] = [
    ("intake:file", _("File a difficulty")),
    ("intake:follow", _("Follow a case")),
    ("marketinfo:list", _("Market information")),
    ("casestudies:list", _("Solved cases")),
    ("guide", _("Guide")),
]
# Who answers for a body finds its desk here.
PARTNER_DESK = ("partner:choose", _("Partner desk"))
BODY_DESK = ("intake:body-desk", _("Consultation requests"))
# People without an office who signed in: their own cases, their company's, and as guests.
COMPANY_HOME = ("intake:company-home", _("Our cases"))


@dataclass(frozen=True)
class Entry:
    """One place in the menu."""

    name: str
    label: Promise
    url: str
    here: bool


def address(name: str) -> str:
    """The address of a URL name, or "" when no application answers to it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> list[Entry]:
    """The menu for this request; the entry above the current page is marked as here."""
    user = getattr(request, "user", None)
    entries = list(ENTRIES)
    if any(kind in PARTNERS for kind in roles.organisations_of(user).values()):
        entries.append(PARTNER_DESK)
    if has_desk(user):
        entries.append(BODY_DESK)
    if roles.is_of_company(user):
        entries.append(COMPANY_HOME)
    found = [(name, label, address(name)) for name, label in entries]
    return [
        Entry(name=name, label=label, url=url, here=request.path.startswith(url))
        for name, label, url in found
        if url
    ]
