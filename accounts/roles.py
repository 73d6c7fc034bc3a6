"""Which role a person has: one place, asked by every gate and every button."""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from django.utils import translation

from accounts.models import MANAGER, SECRETARIAT, Organisation, User


class Acting(NamedTuple):
    """An organisation that a person acts for, as headers name it."""

    code: str
    kind: str
    name_ko: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if translation.get_language() == "en" else self.name_ko


def organisations_of(user: Any) -> dict[int, str]:
    """Organisation ids the person acts for, with the kind of each; read once per request.

    What these succeeded belongs to them: the officers of a renamed body go on with its cases.
    """
    if not isinstance(user, User) or not user.is_active:
        return {}
    cached: dict[int, str] | None = getattr(user, "_organisations", None)
    if cached is None:
        rows = user.memberships.active().values_list(
            "organisation_id",
            "organisation__kind",
            "organisation__predecessors",
            "organisation__code",
            "organisation__name_ko",
            "organisation__name_en",
        )
        cached = {row[0]: row[1] for row in rows}
        # Once each, however many they succeeded.
        user._acts_for = {  # type: ignore[attr-defined]
            pk: Acting(code, kind, name_ko, name_en)
            for pk, kind, _before, code, name_ko, name_en in rows
        }
        if any(row[2] for row in rows):
            reached = Organisation.objects.reached_from(cached)
            cached = dict(reached.values_list("pk", "kind"))
        user._organisations = cached  # type: ignore[attr-defined]
    return cached


def acts_for(user: Any) -> list[Acting]:
    """The organisations of a person's running memberships, by name; of the same one query."""
    if not organisations_of(user):
        return []
    return sorted(user._acts_for.values(), key=lambda one: one.name)


def companies_of(user: Any) -> frozenset[int]:
    """Ids of the companies whose every case the person may see; empty for officers."""
    if not isinstance(user, User) or not user.is_active or organisations_of(user):
        return frozenset()
    cached: frozenset[int] | None = getattr(user, "_companies", None)
    if cached is None:
        cached = frozenset(user.companies.granted().values_list("company_id", flat=True))
        user._companies = cached  # type: ignore[attr-defined]
    return cached


def addresses_of(user: Any) -> tuple[str, ...]:
    """E-mail addresses, in lower case, that the person has proved to be theirs."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    cached: tuple[str, ...] | None = getattr(user, "_addresses", None)
    if cached is None:
        found = EmailAddress.objects.filter(user=user, verified=True).values_list(
            "email", flat=True
        )
        cached = tuple(address.lower() for address in found)
        user._addresses = cached  # type: ignore[attr-defined]
    return cached


def is_officer(user: Any) -> bool:
    """Sees other people's cases: acts for an organisation, or audits."""
    return bool(organisations_of(user)) or is_auditor(user)


def needs_second_factor(user: Any) -> bool:
    """Sees other people's cases, or holds a key to the desk: a mail code alone opens nothing."""
    return isinstance(user, User) and (
        user.is_staff or user.is_platform_admin or user.is_auditor or bool(organisations_of(user))
    )


def is_of_company(user: Any) -> bool:
    """Signed in without an office: a company's own person, or somebody whom it let in."""
    return (
        isinstance(user, User)
        and user.is_active
        and not is_officer(user)
        and not user.is_platform_admin
    )


def is_manager_of(user: Any, organisation_id: int) -> bool:
    """May invite and remove officers of this very organisation."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.memberships.active().filter(organisation=organisation_id, role=MANAGER).exists()
    )


def is_secretary(user: Any) -> bool:
    """Acts for the council's secretariat."""
    return SECRETARIAT in organisations_of(user).values()


def manages_secretariat(user: Any) -> bool:
    """Acts for the secretariat as a manager of it; read once per request."""
    if not is_secretary(user):
        return False
    cached: bool | None = getattr(user, "_manages_secretariat", None)
    if cached is None:
        rows = user.memberships.active().filter(organisation__kind=SECRETARIAT, role=MANAGER)
        cached = user._manages_secretariat = rows.exists()
    return cached


def is_auditor(user: Any) -> bool:
    """Reads everything, changes nothing."""
    return isinstance(user, User) and user.is_active and user.is_auditor


def is_platform_admin(user: Any) -> bool:
    """Configures the portal, sees no case."""
    return isinstance(user, User) and user.is_active and user.is_platform_admin


def is_officer_of(user: Any, organisation_id: int | None) -> bool:
    """Acts for this very organisation."""
    return organisation_id is not None and organisation_id in organisations_of(user)
