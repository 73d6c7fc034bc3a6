"""The gate: which cases a person may see, and the vocabulary of cases that every list speaks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import roles
from intake import workflow
from search.query import SearchMixin

# A body keeps sight of a case for this long after it ended (DESIGN 5).
BODY_SEES_ENDED_FOR = dt.timedelta(days=90)
# What the organisation that filed still does for the company (`Case.proxy`).
ACTING, FOLLOWING, DISMISSED = "acting", "following", "dismissed"


class CaseQuerySet(SearchMixin, models.QuerySet[Any]):
    """Vocabulary of cases; `visible_to` is the gate that every reader goes through."""

    def visible_to(self, user: Any) -> Self:
        """Cases that a signed-in person may see; nobody sees any without signing in."""
        if roles.is_secretary(user) or roles.is_auditor(user):
            return self
        mine = list(roles.organisations_of(user))
        if not mine:
            return self._of_company(user)
        from_body = Q(
            Q(ended_at__isnull=True) | Q(ended_at__gte=timezone.now() - BODY_SEES_ENDED_FOR),
            pk__in=apps.get_model("intake", "Referral")
            .objects.filter(organisation__in=mine)
            .values("case"),
        )
        return self.filter(self._filed_by(mine) | from_body)

    @staticmethod
    def _filed_by(organisations: list[int]) -> Q:
        """Filed through one of these, and the company has not dismissed it since."""
        return Q(filer_organisation__in=organisations) & ~Q(proxy=DISMISSED)

    def _of_company(self, user: Any) -> Self:
        """Cases of a person without an office: their own, their company's, and as a guest.

        Own are those whose contact they are, by an address that they have proved to be theirs;
        a guest is known by such an address too, so that looking at a page binds nothing.
        """
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        own = Q(company__in=roles.companies_of(user))
        proved = roles.addresses_of(user)
        if proved:
            guests = apps.get_model("intake", "CaseGuest").objects.present().known_by(proved)
            own |= Q(contact_address__in=proved) | Q(pk__in=guests.values("case"))
        return self.filter(own)

    def filed_through(self, organisations: Iterable[int]) -> Self:
        """Cases that these organisations filed and still look after or follow."""
        return self.filter(self._filed_by(list(organisations)))

    def unconfirmed(self) -> Self:
        """Filed for a company that has been asked to confirm and has not yet."""
        return self.filter(confirm_asked_at__isnull=False, confirmed_at__isnull=True)

    def open(self) -> CaseQuerySet:
        """Not ended yet."""
        return self.filter(state__in=workflow.OPEN)

    def waiting_for(self, holder: str) -> CaseQuerySet:
        """Cases whose turn it is with a holder (workflow.SUBMITTER, SECRETARY, BODY)."""
        return self.filter(
            state__in=[code for code, state in workflow.STATES.items() if state.holder == holder]
        )

    def overdue(self, now: dt.datetime | None = None) -> CaseQuerySet:
        """Past their due moment, with the clock running and no answer yet."""
        return self.filter(
            state__in=[workflow.RECEIVED, workflow.REVIEWING, workflow.REFERRED],
            due_at__lt=now or timezone.now(),
        )

    def at_the_border(self) -> CaseQuerySet:
        """Open cases whose goods are held at the border now."""
        return self.open().filter(at_border=True)

    def assigned_to(self, user: Any) -> CaseQuerySet:
        """Cases that an officer has taken up."""
        return self.filter(assignee=user)

    def unclaimed(self) -> CaseQuerySet:
        """Received, and nobody has taken them up."""
        return self.filter(state=workflow.RECEIVED, assignee__isnull=True)
