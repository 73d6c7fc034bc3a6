"""The product's settings as the suite runs them: nothing leaves the process, nothing is kept.

A program that a test starts must get `product_env` (conftest.py), not this module.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
(_folder / "static").mkdir()

# Set, not defaulted: what this shell or an outer run has set must not reach the tests.
os.environ["DATA_DIR"] = str(_folder)
os.environ["BROKER_URL"] = "memory://"
# Indexed in the verb's own transaction; tests of morphemes choose them (tests/search).
os.environ["SEARCH_TOKENISER"] = "bigram"
# What a test posts is not counted, nor slowed, unless the test is about that.
os.environ["POST_LIMIT_FACTOR"] = "1000000"
os.environ["EVEN_SECONDS"] = "0"
os.environ["SECRET_KEY"] = "only-for-the-tests-" * 4
for _name in (
    "DEMO",
    "DEBUG",
    "TRACKING_KEY",
    "PUBLIC_URL",
    "EMAIL_URL",
    "FILE_STORE",
    "STATIC_ROOT",
    "SCANNER",
):
    os.environ.pop(_name, None)
# `bin/soak headers` alone asks for a site under HTTPS.
if os.environ.get("TEST_PUBLIC_URL"):
    os.environ["PUBLIC_URL"] = os.environ["TEST_PUBLIC_URL"]
# Each worker of a parallel run has a Redis database to itself; the first is the fault tests'.
_redis = [url for url in os.environ.get("TEST_REDIS_URLS", "").split(",") if url][1:]
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
if os.environ.get("DATABASE_URL", "").startswith("postgres") and _worker < len(_redis):
    os.environ["CACHE_URL"] = _redis[_worker]
else:
    os.environ.pop("CACHE_URL", None)

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, TEMPLATES  # noqa: E402
from tests.undefined import Undefined  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in the trial: threads that write at once must meet the real locks.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
