"""Countries, provinces, HS chapters and sectors in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from reference import cached
from reference.choices import REGIONS, choices
from reference.fields import WordsField
from reference.models import Country, HSChapter, Province, Sector


@admin.display(description=_("verified"), ordering="verified")
def trust(row: Any) -> str:
    """Whether a row was compared with its source: said in words, not by colour alone."""
    if row.verified:
        return gettext("Verified")
    return format_html('<strong class="unverified">⚠ {}</strong>', _("To be verified"))


class SeededAdmin(admin.ModelAdmin):
    """Rows that `load_reference` brings in and officers correct.

    A row saved here is marked as edited, so that the next load leaves it alone. Rows are not
    deleted: they end, because cases refer to their codes for ever.
    """

    actions = ("mark_verified",)
    readonly_fields = ("edited_at",)
    # The fields that name a row: typed once, then fixed.
    code_fields: tuple[str, ...] = ("code",)
    word_fields: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A code never changes once a row has it."""
        fixed = self.code_fields if obj is not None else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """Lists of words are typed with commas."""
        if db_field.name in self.word_fields:
            options["form_class"] = WordsField
            options["help_text"] = _("Put commas between them.")
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_model(
        self, request: HttpRequest, obj: Any, form: forms.ModelForm, change: bool
    ) -> None:
        """Write what was changed and that a person changed it."""
        if not change:
            obj.edited_at = timezone.now()
            obj.save(force_insert=True)
        elif form.changed_data:
            obj.edited_at = timezone.now()
            obj.save(update_fields=[*form.changed_data, "edited_at"])
        cached.clear()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: set the last day instead."""
        return False

    @admin.action(description=_("Mark as verified"), permissions=["change"])
    def mark_verified(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Say that the chosen rows were compared with their source."""
        done = queryset.filter(verified=False).update(verified=True, edited_at=timezone.now())
        text = ngettext("%d row is marked as verified.", "%d rows are marked as verified.", done)
        self.message_user(request, text % done, messages.SUCCESS)


@admin.register(Country)
class CountryAdmin(SeededAdmin):
    """Countries by their ISO codes; the weight decides which are offered first."""

    code_fields: tuple[str, ...] = ("iso2",)
    word_fields: tuple[str, ...] = ("synonyms",)
    list_display = (
        "iso2",
        "name_ko",
        "name_en",
        "region_name",
        "weight",
        trust,
    )
    list_display_links = (
        "iso2",
        "name_ko",
    )
    list_filter = (
        "verified",
        "region",
    )
    search_fields = (
        "iso2",
        "iso3",
        "name_ko",
        "name_en",
        "synonyms",
    )
    fields = (
        "iso2",
        "iso3",
        "numeric",
        "name_ko",
        "name_en",
        "region",
        "synonyms",
        "weight",
        "valid_from",
        "valid_to",
        "verified",
        "edited_at",
    )

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The region is chosen from a list."""
        if db_field.name == "region":
            return forms.ChoiceField(label=db_field.verbose_name, choices=choices(REGIONS))
        return super().formfield_for_dbfield(db_field, request, **options)

    @admin.display(description=_("region of the world"), ordering="region")
    def region_name(self, country: Country) -> str:
        """The region in the reader's language."""
        return country.region_label


@admin.register(Province)
class ProvinceAdmin(SeededAdmin):
    """The 17 provinces and metropolitan cities."""

    list_display = (
        "code",
        "name_ko",
        "short_ko",
        "name_en",
        trust,
    )
    list_display_links = (
        "code",
        "name_ko",
    )
    list_filter = ("verified",)
    search_fields = (
        "code",
        "name_ko",
        "name_en",
    )
    fields = (
        "code",
        "name_ko",
        "short_ko",
        "name_en",
        "position",
        "valid_from",
        "valid_to",
        "verified",
        "edited_at",
    )


@admin.register(HSChapter)
class HSChapterAdmin(SeededAdmin):
    """Chapters of the Harmonized System, by edition."""

    code_fields: tuple[str, ...] = (
        "hs_version",
        "code",
    )
    list_display = (
        "code",
        "name_ko",
        "name_en",
        "hs_version",
        "reserved",
        trust,
    )
    list_display_links = (
        "code",
        "name_ko",
    )
    list_filter = (
        "verified",
        "hs_version",
        "reserved",
    )
    search_fields = (
        "code",
        "name_ko",
        "name_en",
    )
    fields = (
        "hs_version",
        "code",
        "name_ko",
        "name_en",
        "reserved",
        "valid_from",
        "valid_to",
        "verified",
        "edited_at",
    )


@admin.register(Sector)
class SectorAdmin(SeededAdmin):
    """Sections and manufacturing divisions of the Korean industrial classification."""

    list_display = (
        "code",
        "name_ko",
        "name_en",
        "parent",
        trust,
    )
    list_display_links = (
        "code",
        "name_ko",
    )
    list_filter = ("verified",)
    list_select_related = ("parent",)
    search_fields = (
        "code",
        "name_ko",
        "name_en",
    )
    fields = (
        "code",
        "parent",
        "name_ko",
        "name_en",
        "valid_from",
        "valid_to",
        "verified",
        "edited_at",
    )
