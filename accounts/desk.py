"""The desk of an organisation: who stands at it, what its menu offers, how its pages are drawn.

The organisation stands in the address (`/partner/KBIZ/…`), never in the session: a person who
acts for several has each desk in a tab of its own and always sees which one it is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as draw
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.models import (
    CENTRE,
    COUNCIL_ASSOCIATION,
    MANAGER,
    MISSION,
    PARTNERS,
    Membership,
    Organisation,
    User,
)

ANY = frozenset[str]()


@dataclass(frozen=True)
class Desk:
    """One person at the desk of one organisation."""

    user: User
    membership: Membership
    others: tuple[Organisation, ...]  # the person's other desks
    reach: frozenset[int]  # ids of the organisation and of everything that it succeeded

    @property
    def organisation(self) -> Organisation:
        """Whose desk it is."""
        return self.membership.organisation

    @property
    def code(self) -> str:
        """The organisation as addresses name it."""
        return self.organisation.code

    @property
    def kind(self) -> str:
        """What kind of organisation this is."""
        return self.organisation.kind

    @property
    def is_manager(self) -> bool:
        """Whether the person may invite and remove officers here."""
        return self.membership.role == MANAGER

    def path(self, name: str, *more: Any) -> str:
        """The address of a page of this desk."""
        return reverse(f"partner:{name}", args=[self.code, *more])


def desks_of(user: Any) -> list[Membership]:
    """The running memberships of a person, with their organisations; by name."""
    if not isinstance(user, User) or not user.is_active:
        return []
    rows = user.memberships.active().select_related("organisation")
    return sorted(rows, key=lambda row: row.organisation.name)


def stand(user: Any, code: str, kinds: Collection[str] = PARTNERS) -> Desk:
    """The desk of an organisation that the person acts for; 404 for everybody else."""
    rows = desks_of(user)
    here = next((row for row in rows if row.organisation.code == code), None)
    if here is None or (kinds and here.organisation.kind not in kinds):
        raise Http404
    if len(rows) == 1:
        # What one membership reaches is what the gate has to read anyway.
        reach = frozenset(roles.organisations_of(user))
    else:
        found = Organisation.objects.reached_from([here.organisation_id])
        reach = frozenset(found.values_list("pk", flat=True))
    return Desk(
        user=user,
        membership=here,
        others=tuple(row.organisation for row in rows if row is not here),
        reach=reach,
    )


View = Callable[..., Any]


def at_desk(
    kinds: Collection[str] = PARTNERS, *, manager: bool = False
) -> Callable[[View], Callable[..., Any]]:
    """Let a view take a `Desk` in place of an organisation's code.

    `kinds` are the kinds of organisations that have this page (`ANY` for all); `manager` asks
    for a manager of it. Everybody else gets 404: a neighbour learns not even that it exists.
    """

    def decorate(view: View) -> Callable[..., Any]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> Any:
            desk = stand(request.user, code, kinds)
            if manager and not desk.is_manager:
                raise Http404
            return view(request, desk, *args, **kwargs)

        wrapped.desk_kinds = frozenset(kinds)  # type: ignore[attr-defined]
        wrapped.desk_manager = manager  # type: ignore[attr-defined]
        return wrapped

    return decorate


@dataclass(frozen=True)
class Place:
    """One entry of a desk's menu: a URL name, and which desks have it."""

    name: str
    label: Promise
    kinds: frozenset[str]
    manager: bool = False


_PARTNER = frozenset(PARTNERS)
PLACES = (
    Place("start", _("Start"), _PARTNER),
    Place("cases", _("Cases we filed"), _PARTNER),
    Place("file", _("File for a company"), frozenset({COUNCIL_ASSOCIATION, CENTRE})),
    Place("local", _("Local difficulties"), frozenset({MISSION})),
    Place("asked", _("What we are asked"), _PARTNER),
    Place("batches", _("File from a spreadsheet"), _PARTNER),
    Place("members", _("Member companies"), _PARTNER),
    Place("records", _("Requirement records"), _PARTNER),
    Place("handover", _("Handover"), ANY),
    Place("people", _("People"), ANY),
    Place("hooks", _("Webhooks"), ANY, manager=True),
)


@dataclass(frozen=True)
class Entry:
    """One line of the menu as it is drawn."""

    label: Promise
    url: str
    here: bool


def menu(desk: Desk, path: str) -> list[Entry]:
    """What this desk offers, the present page marked; pages that nobody has built are left out."""
    found = []
    for place in PLACES:
        if (place.kinds and desk.kind not in place.kinds) or (
            place.manager and not desk.is_manager
        ):
            continue
        try:
            found.append((place, desk.path(place.name)))
        except NoReverseMatch:
            continue
    nearest = max((url for _place, url in found if path.startswith(url)), key=len, default="")
    return [Entry(place.label, url, here=url == nearest) for place, url in found]


def render(
    request: HttpRequest,
    desk: Desk,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """A page of a desk; its template extends `partner/base.html` and fills the block `desk`."""
    frame = {"desk": desk, "desk_menu": menu(desk, request.path)}
    return draw(request, template, frame | (context or {}), status=status)
