"""The portal's own settings plus the bare floors' addresses; refuses any real database."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, TEMPLATES

NAME = Path(str(DATABASES["default"]["NAME"])).name
if not NAME.startswith("bench_"):
    raise ImproperlyConfigured(
        f"bench.site serves pages that nobody guards, from databases named bench_…, not {NAME!r}."
    )
ROOT_URLCONF = "bench.urls"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "pages"]
