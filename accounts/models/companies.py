"""Companies that export: one shared row each, and what every organisation keeps of its members."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation


class Company(models.Model):
    """An exporter, one row per business number; each case keeps its own contact person."""

    business_number = models.CharField(
        _("business registration number"), max_length=10, null=True, blank=True, unique=True
    )
    name = models.CharField(_("company name"), max_length=120)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(business_number=""), name="company_number_null_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberQuerySet(models.QuerySet["Member"]):
    """Vocabulary of member directories."""

    def of(self, organisation: Organisation) -> MemberQuerySet:
        """The directory of one organisation: no other ever reads it."""
        return self.filter(organisation=organisation)

    def reached(self, organisations: Iterable[int]) -> MemberQuerySet:
        """The directory of one organisation with those that it took over (`Desk.reach`)."""
        return self.filter(organisation__in=list(organisations))

    def present(self) -> MemberQuerySet:
        """Those that have not left."""
        return self.filter(left_on__isnull=True)

    def gone(self) -> MemberQuerySet:
        """Those that have left."""
        return self.filter(left_on__isnull=False)


class Member(models.Model):
    """A company in the directory of one organisation: its facts and notes belong to that one."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="members",
    )
    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, related_name="directory_rows"
    )
    # As this organisation writes it; the shared row is never renamed by anybody's directory.
    name = models.CharField(_("company name"), max_length=120)
    # What is searched and compared: `company_names.key` of the name.
    name_key = models.CharField(max_length=240, blank=True, editable=False)
    # No business number is known: the name alone tells the row from its neighbours.
    by_name = models.BooleanField(default=False, editable=False)
    reference = models.CharField(_("member number"), max_length=40, blank=True)
    province = models.CharField(_("province"), max_length=5, blank=True)
    municipality = models.CharField(_("city, county or district"), max_length=40, blank=True)
    sector = models.CharField(_("sector"), max_length=8, blank=True)
    size_class = models.CharField(_("size class"), max_length=16, blank=True)
    export_band = models.CharField(_("export band"), max_length=4, blank=True)
    product = models.CharField(_("product"), max_length=120, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=80, blank=True)
    contact_position = models.CharField(_("department and position"), max_length=80, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=5, default="ko")
    note = models.TextField(_("note"), blank=True)
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Counts changes, so that nobody's are overwritten unseen.
    version = models.PositiveIntegerField(default=1, editable=False)
    # What the tax office's service said last, when the look-up is switched on.
    tax_state = models.CharField(_("state at the tax office"), max_length=2, blank=True)
    tax_checked_at = models.DateTimeField(_("checked at the tax office"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member company")
        verbose_name_plural = _("member companies")
        ordering: ClassVar = ["name", "id"]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "name", "id"], name="member_by_name"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "company"], name="member_once_per_organisation"
            ),
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                condition=Q(by_name=True),
                name="member_once_by_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="member_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class MemberSheet(models.Model):
    """A spreadsheet of members that was read and waits for a person's word; then it is emptied."""

    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="member_sheets",
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    file_name = models.CharField(_("file"), max_length=200)
    # What each row says, as `accounts.member_sheets.Row` writes it; emptied once it is applied.
    rows = models.JSONField(default=list)
    total = models.PositiveIntegerField(_("rows"), default=0)
    added = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    wrong = models.PositiveIntegerField(_("wrong"), default=0)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("spreadsheet of members")
        verbose_name_plural = _("spreadsheets of members")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class CompanyMembershipQuerySet(models.QuerySet["CompanyMembership"]):
    """Vocabulary of company accounts."""

    def granted(self) -> CompanyMembershipQuerySet:
        """Those that somebody entitled has confirmed and nobody has ended."""
        return self.filter(granted_at__isnull=False, ended_at__isnull=True)

    def asked(self) -> CompanyMembershipQuerySet:
        """Those that wait for somebody's word."""
        return self.filter(granted_at__isnull=True, ended_at__isnull=True)


class CompanyMembership(models.Model):
    """A person may see every case of a company, once somebody entitled has confirmed it.

    A business number is public and can be typed by anybody: it opens nothing by itself.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="companies",
    )
    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.PROTECT, related_name="people"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    asked_note = models.CharField(_("how the secretariat can tell"), max_length=400, blank=True)
    granted_at = models.DateTimeField(_("granted"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("granted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = CompanyMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("company account")
        verbose_name_plural = _("company accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "company"],
                condition=Q(ended_at__isnull=True),
                name="company_membership_one_active",
            ),
            models.CheckConstraint(
                condition=(Q(granted_at__isnull=True) & Q(granted_by__isnull=True))
                | (Q(granted_at__isnull=False) & Q(granted_by__isnull=False)),
                name="company_membership_granted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company}"
