"""Role → Django permissions, as code: readable, diffed, and never a row that somebody edited."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts import roles
from accounts.models import User
from notifications import inbox

# app_label.codename patterns; "*" stands for every model of the app.
SECRETARY = frozenset(
    {
        "intake.*",
        "marketinfo.*",
        "casestudies.*",
        "reference.view",
        "reference.change",
        "accounts.view_organisation",
        "accounts.change_organisation",
        "accounts.add_organisation",
        "accounts.view_company",
        "accounts.view_companymembership",
        "notifications.view",
        "notifications.see",
        "notifications.retry",
    }
)
AUDITOR = frozenset(
    {
        "intake.view",
        "marketinfo.view",
        "casestudies.view",
        "reference.view",
        "accounts.view",
        "notifications.view",
        "privacy.view",
    }
)
# Managers of the secretariat answer for what its partners take away, and for its own words.
SECRETARIAT_MANAGER = frozenset(
    {"privacy.view_download", "notifications.add_wording", "notifications.change_wording"}
)
# The apps for which it matters who manages the secretariat.
_MANAGED = frozenset({"privacy", "notifications"})
# Of intake, the rows behind the clock and nothing that a company wrote.
PLATFORM_ADMIN = frozenset(
    {
        # Not accounts.company: who filed is content of cases.
        "accounts.view_user",
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_membership",
        "accounts.add_membership",
        "accounts.change_membership",
        "accounts.delete_membership",
        "accounts.view_organisation",
        "accounts.add_organisation",
        "accounts.change_organisation",
        "accounts.delete_organisation",
        "accounts.view_rightschange",
        "reference.*",
        "notifications.view",
        "notifications.retry",
        "notifications.add_maildomain",
        "notifications.change_maildomain",
        "notifications.add_wording",
        "notifications.change_wording",
        "intake.view_clockpolicy",
        "intake.add_clockpolicy",
        "intake.change_clockpolicy",
        "intake.view_calendarday",
        "intake.add_calendarday",
        "intake.change_calendarday",
        "intake.delete_calendarday",
    }
)


def granted(user: Any, app: str = "") -> frozenset[str]:
    """The permission patterns of a person: the union over their roles.

    Who manages the secretariat is asked only for the apps (`app`) where it matters.
    """
    result: frozenset[str] = frozenset()
    if roles.is_secretary(user):
        result |= SECRETARY
    if roles.is_auditor(user):
        result |= AUDITOR
    if roles.is_platform_admin(user):
        result |= PLATFORM_ADMIN
    if app in _MANAGED and roles.manages_secretariat(user):
        result |= SECRETARIAT_MANAGER
    return result


def allows(patterns: frozenset[str], permission: str) -> bool:
    """Whether a pattern covers `app.action_model`."""
    app, _dot, codename = permission.partition(".")
    action = codename.partition("_")[0]
    return permission in patterns or f"{app}.*" in patterns or f"{app}.{action}" in patterns


class RoleBackend(ModelBackend):
    """Signs people in by password, and answers Django's permission questions from the roles.

    The permission rows that Django keeps per user and group are never read: nobody writes them,
    and every page of the desk would pay two queries for knowing that they are empty.
    """

    def get_user(self, user_id: Any) -> Any:
        """The person of a session, with the number in the header: one statement for both."""
        user = inbox.with_unread(User.objects.all(), user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None: no row grants anything (0016)."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None: groups are not used (0016)."""
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person's roles grant a permission."""
        if obj is not None or not getattr(user_obj, "is_active", False):
            return False
        # Most questions are answered before anybody asks who manages the secretariat.
        return allows(granted(user_obj), perm) or allows(
            granted(user_obj, perm.partition(".")[0]), perm
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Whether the person's roles reach into an app at all."""
        return bool(getattr(user_obj, "is_active", False)) and any(
            pattern.partition(".")[0] == app_label for pattern in granted(user_obj, app_label)
        )
