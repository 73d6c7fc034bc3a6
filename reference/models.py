"""Countries, provinces, HS chapters, sectors and the difficulty taxonomy: rows with codes."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from reference.choices import REGIONS


class ReferenceQuerySet(models.QuerySet):
    """Vocabulary of every reference table."""

    def current(self, on: dt.date | None = None) -> Self:
        """Those in force on a day (today in Seoul by default)."""
        day = on or timezone.localdate()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )

    def unverified(self) -> Self:
        """Those that nobody has compared with their source yet."""
        return self.filter(verified=False)


class ReferenceRow(models.Model):
    """What every reference row carries: two names, its dates, and whether it can be trusted."""

    name_ko = models.CharField(_("Korean name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=300)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    verified = models.BooleanField(_("verified"), default=False)
    # Set by the admin. `load_reference` leaves a row alone once a person has edited it.
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_in(translation.get_language())

    def name_in(self, language: str | None) -> str:
        """The name in a given language; anything but English reads Korean."""
        return self.name_en if language == "en" else self.name_ko


class Country(ReferenceRow):
    """A country or territory of ISO 3166-1."""

    iso2 = models.CharField(_("ISO code (2 letters)"), max_length=2, primary_key=True)
    iso3 = models.CharField(_("ISO code (3 letters)"), max_length=3, unique=True)
    numeric = models.CharField(_("ISO code (number)"), max_length=3, unique=True)
    region = models.CharField(_("region of the world"), max_length=3)
    synonyms = models.JSONField(_("other names"), default=list, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=0,
        help_text=_("Above 0: offered first, among the frequently chosen; the highest leads."),
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta(ReferenceRow.Meta):
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering: ClassVar = ["-weight", "name_ko"]

    @property
    def region_label(self) -> str:
        """The region of the world in the reader's language."""
        return str(REGIONS.get(self.region, self.region))


class Province(ReferenceRow):
    """One of the 17 Korean provinces and metropolitan cities (ISO 3166-2:KR)."""

    code = models.CharField(_("code"), max_length=5, primary_key=True)
    short_ko = models.CharField(_("short Korean name"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta(ReferenceRow.Meta):
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering: ClassVar = ["position"]


class HSChapterQuerySet(ReferenceQuerySet):
    """Vocabulary of HS chapters."""

    def in_use(self) -> Self:
        """Chapters that hold goods: 77 is reserved for future use."""
        return self.filter(reserved=False)


class HSChapter(ReferenceRow):
    """A two-digit chapter of the Harmonized System, in one of its editions."""

    hs_version = models.PositiveSmallIntegerField(_("HS edition"), default=2022)
    code = models.CharField(_("code"), max_length=2)
    reserved = models.BooleanField(_("reserved"), default=False)

    objects = HSChapterQuerySet.as_manager()

    class Meta(ReferenceRow.Meta):
        verbose_name = _("HS chapter")
        verbose_name_plural = _("HS chapters")
        ordering: ClassVar = ["hs_version", "code"]
        constraints: ClassVar = [
            *ReferenceRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["hs_version", "code"], name="hschapter_code_once_per_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CategoryQuerySet(ReferenceQuerySet):
    """Vocabulary of the taxonomy."""

    def tops(self) -> Self:
        """The top categories."""
        return self.filter(parent__isnull=True)

    def subs(self) -> Self:
        """The sub-categories, which a case is filed under."""
        return self.filter(parent__isnull=False)


class Category(ReferenceRow):
    """What kind of difficulty a case is. Codes are never reused: a category ends, it never goes.

    `primary_body` and `support_bodies` hold organisation codes or a pseudo-code
    (`reference.choices.PSEUDO_BODIES`) that routing resolves from the case.
    """

    code = models.CharField(_("code"), max_length=10, primary_key=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("top category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="subs",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    mast = models.CharField(_("MAST chapters"), max_length=20, blank=True)
    nte_kr = models.CharField(_("Korean NTE types"), max_length=80, blank=True)
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    route = models.CharField(_("route"), max_length=10, blank=True)
    primary_body = models.CharField(_("lead body"), max_length=20, blank=True)
    support_bodies = models.JSONField(_("supporting bodies"), default=list, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
    )

    objects = CategoryQuerySet.as_manager()

    class Meta(ReferenceRow.Meta):
        verbose_name = _("category of difficulty")
        verbose_name_plural = _("categories of difficulty")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            *ReferenceRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(primary_body=""),
                name="category_sub_has_lead_body",
            ),
        ]


class Sector(ReferenceRow):
    """A section (one letter) or a manufacturing division (C10…C34) of KSIC, 11th revision."""

    code = models.CharField(_("code"), max_length=5, primary_key=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("section"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="divisions",
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta(ReferenceRow.Meta):
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering: ClassVar = ["code"]
