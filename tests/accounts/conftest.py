"""The organisations of the council, for the tests that need them."""

import pytest

from accounts import loading as accounts_loading
from reference import cached
from reference import loading as reference_loading
from tests import seeding


@pytest.fixture(autouse=True)
def fresh_choices():
    """No choices remembered from another test."""
    cached.clear()
    yield
    cached.clear()


@pytest.fixture(autouse=True)
def quick_settings(settings, tmp_path):
    """Hashing that takes no time, and a folder that exists for collected static files."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = str(tmp_path)


@pytest.fixture
def loaded(db):
    """Everything that `load_reference` brings in."""

    def load():
        return [*reference_loading.load(), *accounts_loading.load()]

    return seeding.once("reference and organisations", load, "reference", "accounts")
