"""What every page knows: which site this is, who runs it, and where its menu leads."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.navigation import menu

_KRDS = "krds/css/component/output.css"


def site(request: HttpRequest) -> dict[str, Any]:
    """Site-wide facts for templates; none of them asks the database."""
    return {
        "DEMO": settings.DEMO,
        "OFFICIAL_SITE": settings.OFFICIAL_SITE,
        "SERVICE_PHONE": settings.SERVICE_PHONE,
        "SERVICE_EMAIL": settings.SERVICE_EMAIL,
        "KRDS": SimpleLazyObject(has_krds),
        "menu": SimpleLazyObject(lambda: menu(request)),
    }


def has_krds() -> bool:
    """Whether the KRDS parts were fetched; without them the pages use our own rules alone."""
    return finders.find(_KRDS) is not None
