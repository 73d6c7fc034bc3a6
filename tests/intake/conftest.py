"""The fixed cast, the reference rows and the case factory of the intake tests."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts import demo
from accounts import loading as accounts_loading
from accounts.models import Organisation, User
from intake import deadline
from intake import loading as intake_loading
from reference import cached
from reference import loading as reference_loading
from tests import seeding
from tests.intake.factories import CaseFactory


def _load() -> None:
    reference_loading.load()
    accounts_loading.load()
    intake_loading.load()


@pytest.fixture
def reference_data(db: None) -> None:
    """Countries, taxonomy, organisations and clock policies, as a fresh portal has them."""
    seeding.once("all reference data", _load, "reference", "accounts", "intake")
    cached.clear()
    deadline.forget()


@dataclass(frozen=True)
class Cast:
    """One person per role."""

    secretary: User
    second_secretary: User
    manager: User
    association_officer: User
    other_association_officer: User
    centre_officer: User
    mission_officer: User
    customs_officer: User
    kats_officer: User
    auditor: User
    platform_admin: User


@pytest.fixture
def cast(reference_data: None, settings: object) -> Cast:
    """The demonstration's people: the same cast that a newcomer meets."""
    settings.DEMO = True  # type: ignore[attr-defined]
    seeding.once("demonstration", demo.load, "accounts", "mfa")
    by_login = {user.email.partition("@")[0]: user for user in User.objects.all()}
    return Cast(
        by_login["secretary1"],
        by_login["secretary2"],
        by_login["manager"],
        by_login["kbiz"],
        by_login["innobiz"],
        by_login["seoul"],
        by_login["hanoi"],
        by_login["customs"],
        by_login["kats"],
        by_login["auditor"],
        by_login["admin"],
    )


@pytest.fixture
def customs(cast: Cast) -> Organisation:
    """관세청."""
    return Organisation.objects.get(code="KCS")


@pytest.fixture
def cases(cast: Cast) -> CaseFactory:
    """Makes cases by walking the real verbs."""
    return CaseFactory(cast.secretary)
