"""Users and what they act for, in the admin: only the platform administrator changes them."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import admin as allauth_addresses
from allauth.account.models import EmailAddress
from allauth.mfa import admin as allauth_factors
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import lost_factor, rights
from accounts.models import ROLE_LABELS, Membership, User
from accounts.sign_in import again, ending, letters, second_factor
from privacy.noted import Noted

# What an account may do by itself, whomever it acts for.
FLAGS = ("is_active", "is_staff", "is_auditor", "is_platform_admin")

# Roles are code (accounts/permissions.py); groups would be a second, invisible truth.
# allauth's own pages would show secrets, and let an address be marked as proved by hand.
UNSEEN = {allauth_addresses: EmailAddress, allauth_factors: Authenticator, auth_admin: Group}
for model in UNSEEN.values():
    if admin.site.is_registered(model):
        admin.site.unregister(model)


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
class UserAdmin(Noted, auth_admin.UserAdmin):
    """People who sign in. Nobody is deleted, since cases name them: switch off `active`."""

    noted_as = "person"

    form = ChangeUserForm
    add_form = NewUserForm
    change_form_template = "admin/accounts/user/change_form.html"
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

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the account, and a line of the record for each right of its own."""
        before = User.objects.filter(pk=obj.pk).first() if change else None
        super().save_model(request, obj, form, change)
        if before is not None and before.email.lower() != obj.email.lower():
            _readdressed(request, obj, was=before.email)
        for flag in FLAGS:
            was = bool(getattr(before, flag, flag == "is_active"))
            now = bool(getattr(obj, flag))
            if was != now:
                rights.record(
                    "flags",
                    by=_who(request),
                    user=obj,
                    before=f"{flag} {_yes(was)}",
                    after=f"{flag} {_yes(now)}",
                )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the button for who has lost the second factor."""
        person = self.get_object(request, unquote(object_id))
        may = self.has_change_permission(request, person)
        if "reset_factor" in request.POST and may and isinstance(person, User):
            return self._reset_factor(request, person)
        more = {
            "may_reset_factor": may
            and isinstance(person, User)
            and lost_factor.may_reset(request.user, person)  # type: ignore[arg-type]
            and second_factor.is_set_up(person)
        }
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def _reset_factor(self, request: HttpRequest, person: User) -> HttpResponse:
        again.ask(request)
        try:
            lost_factor.reset(person=person, by=request.user)  # type: ignore[arg-type]
        except rights.RefusedError as refused:
            messages.error(request, str(refused))
        else:
            self.log_change(request, person, _("Lost second factor reset"))
            messages.success(
                request,
                _("%(name)s sets up a new second factor at the next sign-in, and has been told.")
                % {"name": person.name},
            )
        return redirect("admin:accounts_user_change", person.pk)

    def user_change_password(
        self,
        request: HttpRequest,
        id: str,  # noqa: A002 - Django names it so
        form_url: str = "",
    ) -> HttpResponse:
        """Set a password for somebody: the record names who did, and the person is told."""
        person = self.get_object(request, unquote(id))
        before = person.password if isinstance(person, User) else ""
        response = super().user_change_password(request, id, form_url)
        if isinstance(person, User) and request.method == "POST":
            now = User.objects.get(pk=person.pk)
            if now.password != before:
                by = _who(request)
                rights.record("password", by=by, user=now)
                letters.account_changed(now.email, "password_changed", by=by.name if by else "")
        return response

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write the memberships, and a line of the record for each that changed."""
        before = {row.pk: row for row in Membership.objects.filter(user=form.instance)}
        super().save_formset(request, form, formset, change)
        if formset.model is not Membership:
            return
        for row in formset.new_objects:
            _told(request, row, "joined", "", row.role)
        for row, _changed in formset.changed_objects:
            was = before[row.pk]
            ended = row.ended_at is not None and was.ended_at is None
            if ended:
                _told(request, row, "removed", was.role, "")
            if row.organisation_id != was.organisation_id:
                _told(request, row, "moved", was.organisation.code, row.organisation.code)
            if row.role != was.role:
                _told(request, row, "role", was.role, row.role)
            if row.unit != was.unit:
                _told(request, row, "unit", was.unit, row.unit)
            if not ended and _dates(row) != _dates(was):
                _told(request, row, "dates", _dates(was), _dates(row))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: the timeline of every case names people."""
        return False

    @admin.display(description=_("acts for"))
    def acts_for(self, user: User) -> str:
        """The organisations of the running memberships."""
        return ", ".join(
            each.organisation.name for each in user.memberships.all() if each.ended_at is None
        )


def _readdressed(request: HttpRequest, user: User, *, was: str) -> None:
    """What the old address had proved goes with it; whoever reads its mail learns of the change."""
    EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).delete()
    by = _who(request)
    rights.record("address", by=by, user=user, before=was, after=user.email)
    letters.account_changed(was, "address_changed", by=by.name if by else "")
    ending.end_sessions(user)


def _who(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _dates(row: Membership) -> str:
    # To the minute: a form carries no more, and what it drops is no change.
    return " – ".join(
        timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
        for moment in (row.started_at, row.ended_at)
    )


def _told(request: HttpRequest, row: Membership, what: str, before: str, after: str) -> None:
    rights.record(
        what,
        by=_who(request),
        user=row.user,
        organisation=row.organisation,
        before=before,
        after=after,
    )
