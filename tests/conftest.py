"""What every test shares. The settings of the suite are in tests/settings.py."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation

from accounts.models import User
from accounts.sign_in import session as proof
from notifications.hooks import presence

# A busy machine is no fault of what is tested.
hypothesis.settings.register_profile("portal", deadline=None)
if hypothesis.settings.get_current_profile_name() in {"default", "ci"}:
    hypothesis.settings.load_profile("portal")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On the second database only what the database has a part in runs again.

    `bin/test` sets TEST_SECOND_DATABASE there; a test that asks for none would find what it
    found before, and one that is marked `any_database` is about pages, not about their rows.
    """
    if not os.environ.get("TEST_SECOND_DATABASE"):
        return
    again, before = [], []
    for item in items:
        uses = item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
        same = item.get_closest_marker("any_database")
        (again if uses and not same else before).append(item)
    items[:] = again
    config.hook.pytest_deselected(items=before)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The test database goes at the end even where a thread of a test still holds on to it."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(autouse=True)
def _nothing_left_over():
    """Counters in the cache and a chosen language must not reach the next test."""
    cache.clear()
    # No test asks whether there are hooks, unless it makes one.
    presence.assume(frozenset(), 3600)
    yield
    translation.activate("ko")


@pytest.fixture(autouse=True)
def _forced_login_has_the_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Client.force_login` makes the session of somebody who has shown a second factor.

    `force_login(user, method="password")` makes one of a password alone, `method="code"` one of
    a company's person who typed the code from a mail.
    """
    plain = Client.force_login

    def force_login(
        self: Client, user: User, backend: str | None = None, *, method: str = proof.SECOND_FACTOR
    ) -> None:
        plain(self, user, backend)
        session: Any = self.session
        proof.begin(session)
        proof.record(session, method, user.pk)
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture
def product_env(tmp_path):
    """The environment for a real process of the portal: its own data folder, no test settings."""
    settings = (ROOT / "portal" / "settings.py").read_text("utf-8")
    read = set(re.findall(r"""(?:env\.\w+|flag)\(\s*"([A-Z_]+)\"""", settings))
    env = {name: value for name, value in os.environ.items() if name not in read}
    env |= {
        "DATA_DIR": str(tmp_path / "data"),
        "DEMO": "yes",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUNBUFFERED": "1",
        # Two seconds and 260 MB less for each process; `bench/` runs the product's own choice.
        "SEARCH_TOKENISER": "bigram",
        # A thousand companies of a test post from one machine.
        "POST_LIMIT_FACTOR": "1000000",
    }
    (tmp_path / "data" / "static").mkdir(parents=True)
    return env
