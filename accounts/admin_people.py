"""Users and what they act for, in the admin: only the platform administrator changes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import ROLE_LABELS, Membership, User

# Roles are code (accounts/permissions.py); groups would be a second, invisible truth.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)


class NewUserForm(auth_forms.AdminUserCreationForm):
    """A new person: e-mail, name and a password, or none yet."""

    class Meta:
        model = User
        fields = (
            "email",
            "name",
            "language",
        )
        field_classes: ClassVar[dict[str, type]] = {}

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class ChangeUserForm(auth_forms.UserChangeForm):
    """What may be changed about a person; the password has a page of its own."""

    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, type]] = {}

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class MembershipInline(admin.TabularInline):
    """The organisations a person acts for. A membership ends, it is not deleted."""

    model = Membership
    extra = 0
    can_delete = False
    fields = (
        "organisation",
        "role",
        "unit",
        "started_at",
        "ended_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With the organisation's name at hand."""
        return super().get_queryset(request).select_related("organisation", "user")

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The role is chosen from a list."""
        if db_field.name == "role":
            return forms.ChoiceField(label=db_field.verbose_name, choices=[*ROLE_LABELS.items()])
        return super().formfield_for_dbfield(db_field, request, **options)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody makes themselves an officer: the administrator must not reach cases."""
        return obj != request.user and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor changes what they act for."""
        return obj != request.user and super().has_change_permission(request, obj)


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):
    """People who sign in. Nobody is deleted, since cases name them: switch off `active`."""

    form = ChangeUserForm
    add_form = NewUserForm
    inlines = (MembershipInline,)
    ordering = ("email",)
    list_display = (
        "email",
        "name",
        "acts_for",
        "is_staff",
        "is_auditor",
        "is_platform_admin",
        "is_active",
        "last_login",
    )
    list_filter = (
        "is_active",
        "is_staff",
        "is_auditor",
        "is_platform_admin",
    )
    search_fields = (
        "email",
        "name",
        "memberships__organisation__name_ko",
    )
    filter_horizontal = ()
    readonly_fields = (
        "last_login",
        "date_joined",
    )
    fieldsets = (
        (None, {"fields": ["email", "name", "phone", "language", "password"]}),
        (
            _("What the person may do"),
            {"fields": ["is_active", "is_staff", "is_auditor", "is_platform_admin"]},
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "email",
                    "name",
                    "language",
                    "usable_password",
                    "password1",
                    "password2",
                ],
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """With memberships, for the list."""
        return super().get_queryset(request).prefetch_related("memberships__organisation")

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """The language is chosen from those the portal speaks."""
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Administrators cannot lock themselves out, nor let themselves into cases."""
        own = ["is_active", "is_staff", "is_auditor", "is_platform_admin"]
        own = own if obj == request.user else []
        return [*super().get_readonly_fields(request, obj), *own]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: the timeline of every case names people."""
        return False

    @admin.display(description=_("acts for"))
    def acts_for(self, user: User) -> str:
        """The organisations of the running memberships."""
        return ", ".join(
            each.organisation.name for each in user.memberships.all() if each.ended_at is None
        )
