"""What every test shares. The settings of the suite are in tests/settings.py."""

import os
import re
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _nothing_left_over():
    """Counters in the cache and a chosen language must not reach the next test."""
    cache.clear()
    yield
    translation.activate("ko")


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
    }
    (tmp_path / "data" / "static").mkdir(parents=True)
    return env
