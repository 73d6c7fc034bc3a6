"""The reference data, for the tests that need it."""

import pytest

from reference import cached, loading


@pytest.fixture(autouse=True)
def fresh_choices():
    """No choices remembered from another test."""
    cached.clear()
    yield
    cached.clear()


@pytest.fixture
def loaded(db):
    """Countries, provinces, chapters, sectors and the taxonomy."""
    return loading.load()
