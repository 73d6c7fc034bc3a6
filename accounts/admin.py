"""Organisations and companies in the admin; people and the taxonomy have files of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import roles
from accounts.admin_companies import CompanyMembershipAdmin
from accounts.admin_people import UserAdmin
from accounts.admin_rights import RightsChangeAdmin
from accounts.admin_succession import Steps
from accounts.admin_taxonomy import CategoryAdmin
from accounts.business_number import pretty
from accounts.models import KIND_LABELS, SECRETARIAT, Company, Membership, Organisation
from privacy.noted import Noted
from reference.admin import SeededAdmin, trust
from reference.models import Category

__all__ = [
    "CategoryAdmin",
    "CompanyAdmin",
    "CompanyMembershipAdmin",
    "OrganisationAdmin",
    "RightsChangeAdmin",
    "UserAdmin",
]


class CurrentFilter(admin.SimpleListFilter):
    """Organisations of today, or former ones."""

    title = _("existence")
    parameter_name = "existing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Today's, or former ones."""
        return [("yes", _("Existing today")), ("no", _("Former"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """One side, or all."""
        if self.value() == "yes":
            return queryset.filter(pk__in=Organisation.objects.current())
        if self.value() == "no":
            return queryset.filter(valid_to__lt=timezone.localdate())
        return queryset


class KindFilter(admin.SimpleListFilter):
    """Kinds by their names."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every kind."""
        return [*KIND_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """One kind, or all."""
        return queryset.filter(kind=self.value()) if self.value() else queryset


class MembersInline(admin.TabularInline):
    """Who acts for the organisation; changed on the person's page."""

    model = Membership
    extra = 0
    can_delete = False
    fields = (
        "user",
        "role",
        "unit",
        "started_at",
        "ended_at",
    )
    verbose_name_plural = _("people who act for it")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the names at hand."""
        return super().get_queryset(request).select_related("organisation", "user")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the organisation sees its people."""
        return request.user.has_perm("accounts.view_organisation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read only here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read only here."""
        return False


@admin.register(Organisation)
class OrganisationAdmin(Steps, SeededAdmin):
    """The bodies of the council and around it, as dated rows."""

    inlines = (MembersInline,)
    word_fields: tuple[str, ...] = (
        "provinces",
        "jurisdiction",
        "weekend",
        "languages",
    )
    list_display = (
        "code",
        "name_ko",
        "name_en",
        "kind_name",
        "council_member",
        "valid_from",
        "valid_to",
        "successor",
        trust,
    )
    list_display_links = (
        "code",
        "name_ko",
    )
    list_filter = (
        "verified",
        CurrentFilter,
        KindFilter,
        "council_member",
    )
    list_select_related = ("successor",)
    search_fields = (
        "code",
        "name_ko",
        "name_en",
        "city",
        "note",
    )
    fieldsets = (
        (None, {"fields": ["code", "name_ko", "name_en", "kind", "council_member"]}),
        (
            _("Validity"),
            {"fields": ["valid_from", "valid_to", "successor", "verified", "edited_at"]},
        ),
        (_("Contact"), {"fields": ["email", "phone", "time_zone"]}),
        (_("Regional centre"), {"fields": ["provinces", "municipalities"]}),
        (
            _("Overseas mission"),
            {
                "fields": [
                    "country",
                    "city",
                    "jurisdiction",
                    "covers",
                    "weekend",
                    "holiday_country",
                    "languages",
                ]
            },
        ),
        (_("Note"), {"fields": ["note"]}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The kind carries rights, so only the platform administrator changes it.

        So does the successor: it is set by its own step, which moves people and records it.
        """
        fixed = [*super().get_readonly_fields(request, obj), "successor"]
        return fixed if obj is None or roles.is_platform_admin(request.user) else [*fixed, "kind"]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The kind is chosen; only the platform administrator makes a secretariat."""
        if db_field.name == "kind":
            kinds = [
                (kind, label)
                for kind, label in KIND_LABELS.items()
                if kind != SECRETARIAT or roles.is_platform_admin(request.user)
            ]
            return forms.ChoiceField(label=db_field.verbose_name, choices=kinds)
        return super().formfield_for_dbfield(db_field, request, **options)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the role table; `delete_view` then refuses what anything refers to."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Organisations are removed one by one, or not at all."""
        return {
            name: action
            for name, action in super().get_actions(request).items()
            if name != "delete_selected"
        }

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Remove a row made by mistake; say clearly why anything else stays."""
        organisation = self.get_object(request, unquote(object_id))
        if (
            organisation is not None
            and self.has_delete_permission(request, organisation)
            and self.is_referred_to(request, organisation)
        ):
            self.message_user(
                request,
                _(
                    "%(name)s cannot be deleted, because people, cases or categories refer to "
                    "it. Dissolve it, or name its successor."
                )
                % {"name": organisation.name},
                messages.ERROR,
            )
            return redirect("admin:accounts_organisation_change", organisation.pk)
        return super().delete_view(request, object_id, extra_context)

    def is_referred_to(self, request: HttpRequest, organisation: Organisation) -> bool:
        """Whether a row, or a category by its code, needs this organisation."""
        *_rest, protected = self.get_deleted_objects([organisation], request)
        named = (
            organisation.code in {lead, *support}
            for lead, support in Category.objects.values_list("primary_body", "support_bodies")
        )
        return bool(protected) or any(named)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_name(self, organisation: Organisation) -> str:
        """The kind in the reader's language."""
        return organisation.kind_label


@admin.register(Company)
class CompanyAdmin(Noted, admin.ModelAdmin):
    """Companies as they filed: read only, since a case keeps its own facts."""

    noted_as = "company"

    list_display = (
        "name",
        "number",
        "created_at",
    )
    search_fields = (
        "name",
        "business_number",
    )
    date_hierarchy = "created_at"
    fields = (
        "name",
        "number",
        "created_at",
    )
    readonly_fields = (
        "name",
        "number",
        "created_at",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """A business number is found however its hyphens were typed."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        digits = search_term.replace("-", "").replace(" ", "")
        if digits.isdigit():
            found |= queryset.filter(Q(business_number__startswith=digits))
        return found, repeats

    @admin.display(description=_("business registration number"), ordering="business_number")
    def number(self, company: Company) -> str:
        """The number as people write it."""
        return pretty(company.business_number or "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Companies come with their first case."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Cases refer to them."""
        return False
