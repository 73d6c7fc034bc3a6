"""Organisations as dated rows, and who acts for them from when to when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

# What an organisation is to the council. Words grow, so no `choices=` on the column.
SECRETARIAT = "secretariat"
CENTRE = "centre"
MISSION = "mission"
COUNCIL_ASSOCIATION = "council-assoc"
# They bring cases in.
PARTNERS = (COUNCIL_ASSOCIATION, CENTRE, MISSION)
KIND_LABELS = {
    SECRETARIAT: _("Secretariat"),
    "ministry": _("Ministry"),
    "agency": _("Agency"),
    "public": _("Public institution"),
    "association": _("Association"),
    COUNCIL_ASSOCIATION: _("Council association"),
    "council-bank": _("Council bank"),
    "council-law": _("Council law firm"),
    "council-acct": _("Council accounting firm"),
    CENTRE: _("Regional export-support centre"),
    MISSION: _("Overseas mission"),
}
OFFICER = "officer"
MANAGER = "manager"
ROLE_LABELS = {OFFICER: _("Officer"), MANAGER: _("Manager")}


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Vocabulary of organisations."""

    def current(self, on: dt.date | None = None) -> OrganisationQuerySet:
        """Those that exist on a day (today in Seoul by default)."""
        day = on or timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )

    def reached_from(self, ids: Iterable[int]) -> OrganisationQuerySet:
        """Organisations by id together with everything that they succeeded, however far back.

        A renamed body goes on with what its predecessors filed and were asked.
        """
        known = set(ids)
        newest = known
        while newest:
            newest = set(
                self.model.objects.filter(successor__in=newest).values_list("pk", flat=True)
            )
            newest -= known
            known |= newest
        return self.filter(pk__in=known)

    def partners(self) -> OrganisationQuerySet:
        """The 11 associations, 15 centres and 25 missions that bring cases in."""
        return self.filter(kind__in=PARTNERS)


class Organisation(models.Model):
    """A body of the council or around it: a dated row, so that renamed ministries keep history."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name_ko = models.CharField(_("Korean name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20)
    council_member = models.BooleanField(_("council member"), default=False)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
    )
    verified = models.BooleanField(_("verified"), default=False)
    # Set by the admin. `load_reference` leaves a row alone once a person has edited it.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)
    email = models.EmailField(_("e-mail for referrals"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Seoul")
    # Centres: ISO 3166-2 provinces and, where a province is split, municipalities.
    provinces = models.JSONField(_("provinces"), default=list, blank=True)
    municipalities = models.JSONField(_("municipalities"), null=True, blank=True)
    # Missions: where they sit, which countries they cover, when they rest.
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    jurisdiction = models.JSONField(_("jurisdiction"), default=list, blank=True)
    covers = models.CharField(_("area covered"), max_length=200, blank=True)
    weekend = models.JSONField(_("weekend"), default=list, blank=True)
    # Beside the Korean national days, a mission rests on the public holidays of this country.
    holiday_country = models.CharField(_("local holidays of"), max_length=2, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering: ClassVar = ["kind", "name_ko"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="organisation_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if translation.get_language() == "en" else self.name_ko

    @property
    def today(self) -> Organisation:
        """Who stands in its place now: itself, or the last of those that succeeded it."""
        here, seen = self, {self.pk}
        while here.successor is not None and here.successor_id not in seen:
            here = here.successor
            seen.add(here.pk)
        return here

    @property
    def kind_label(self) -> str:
        """What kind of body this is, in the reader's language."""
        return str(KIND_LABELS.get(self.kind, self.kind))


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Vocabulary of memberships."""

    def active(self) -> MembershipQuerySet:
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """A person acts for an organisation, from a day to a day."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=20, default=OFFICER)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="membership_one_active_per_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"

    @property
    def role_label(self) -> str:
        """What the person is there, in the reader's language."""
        return str(ROLE_LABELS.get(self.role, self.role))
