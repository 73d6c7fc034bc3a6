"""The difficulty taxonomy in the admin; it stands here because a category names organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from reference.admin import SeededAdmin, trust
from reference.choices import PSEUDO_BODIES, ROUTES, choices
from reference.models import Category


def unknown_bodies(codes: list[str]) -> list[str]:
    """The codes that name neither an organisation nor a pseudo-code."""
    asked = [code for code in codes if code not in PSEUDO_BODIES]
    known = set(Organisation.objects.filter(code__in=asked).values_list("code", flat=True))
    return [code for code in asked if code not in known]


class CategoryForm(forms.ModelForm):
    """Refuses bodies that routing could not find."""

    class Meta:
        model = Category
        fields = (
            "code",
            "parent",
            "name_ko",
            "name_en",
            "position",
            "keywords",
            "route",
            "primary_body",
            "support_bodies",
            "mast",
            "nte_kr",
            "valid_from",
            "valid_to",
            "replaced_by",
            "verified",
        )

    def clean_primary_body(self) -> str:
        """The lead body exists."""
        code: str = self.cleaned_data["primary_body"].strip()
        _refuse_unknown([code] if code else [])
        return code

    def clean_support_bodies(self) -> list[str]:
        """So does every supporting body."""
        codes: list[str] = self.cleaned_data["support_bodies"]
        _refuse_unknown(codes)
        return codes


def _refuse_unknown(codes: list[str]) -> None:
    unknown = unknown_bodies(codes)
    if unknown:
        raise ValidationError(
            _("No organisation has the code %(codes)s."), params={"codes": ", ".join(unknown)}
        )


class RouteFilter(admin.SimpleListFilter):
    """Who handles it, by the name of the route; top categories have none."""

    title = _("route")
    parameter_name = "route"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The routes by name."""
        return list(choices(ROUTES))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Categories of the chosen route."""
        return queryset.filter(route=self.value()) if self.value() else queryset


class LevelFilter(admin.SimpleListFilter):
    """Top categories or the sub-categories below them."""

    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two levels."""
        return [("top", _("Top categories")), ("sub", _("Sub-categories"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """One level, or all."""
        if self.value() in {"top", "sub"}:
            return queryset.filter(parent__isnull=self.value() == "top")
        return queryset


@admin.register(Category)
class CategoryAdmin(SeededAdmin):
    """Categories with their routing. A code is never reused: give a category its last day."""

    form = CategoryForm
    word_fields: tuple[str, ...] = (
        "keywords",
        "support_bodies",
    )
    list_display = (
        "code",
        "name_ko",
        "name_en",
        "parent",
        "primary_body",
        "route_name",
        "valid_to",
        trust,
    )
    list_display_links = (
        "code",
        "name_ko",
    )
    list_filter = (
        "verified",
        LevelFilter,
        RouteFilter,
    )
    list_select_related = ("parent",)
    list_per_page = 100
    search_fields = (
        "code",
        "name_ko",
        "name_en",
        "keywords",
        "primary_body",
    )
    fieldsets = (
        (None, {"fields": ["code", "parent", "name_ko", "name_en", "position", "keywords"]}),
        (_("Who handles it"), {"fields": ["route", "primary_body", "support_bodies"]}),
        (_("Other classifications"), {"fields": ["mast", "nte_kr"]}),
        (
            _("Validity"),
            {"fields": ["valid_from", "valid_to", "replaced_by", "verified", "edited_at"]},
        ),
    )

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The route is chosen; the bodies say what else than a code they take."""
        if db_field.name == "route":
            return forms.ChoiceField(
                label=db_field.verbose_name,
                choices=(("", "---------"), *choices(ROUTES)),
                required=False,
            )
        if db_field.name == "primary_body":
            options["help_text"] = _("An organisation's code, or one of: %(codes)s.") % {
                "codes": ", ".join(PSEUDO_BODIES)
            }
        return super().formfield_for_dbfield(db_field, request, **options)

    @admin.display(description=_("route"), ordering="route")
    def route_name(self, category: Category) -> str:
        """The route in the reader's language."""
        return str(ROUTES.get(category.route, category.route))
