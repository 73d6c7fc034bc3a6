"""Which role a person has: one place, asked by every gate and every button."""

from __future__ import annotations

from typing import Any

from accounts.models import SECRETARIAT, User


def organisations_of(user: Any) -> dict[int, str]:
    """Organisation ids the person acts for, with the kind of each; read once per request."""
    if not isinstance(user, User) or not user.is_active:
        return {}
    cached: dict[int, str] | None = getattr(user, "_organisations", None)
    if cached is None:
        cached = dict(
            user.memberships.active().values_list("organisation_id", "organisation__kind")
        )
        user._organisations = cached  # type: ignore[attr-defined]
    return cached


def is_secretary(user: Any) -> bool:
    """Acts for the council's secretariat."""
    return SECRETARIAT in organisations_of(user).values()


def is_auditor(user: Any) -> bool:
    """Reads everything, changes nothing."""
    return isinstance(user, User) and user.is_active and user.is_auditor


def is_platform_admin(user: Any) -> bool:
    """Configures the portal, sees no case."""
    return isinstance(user, User) and user.is_active and user.is_platform_admin


def is_officer_of(user: Any, organisation_id: int | None) -> bool:
    """Acts for this very organisation."""
    return organisation_id is not None and organisation_id in organisations_of(user)
