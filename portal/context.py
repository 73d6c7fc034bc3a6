"""What every page knows: which site this is and who runs it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Site-wide facts for templates."""
    return {
        "DEMO": settings.DEMO,
        "OFFICIAL_SITE": settings.OFFICIAL_SITE,
        "SERVICE_PHONE": settings.SERVICE_PHONE,
        "SERVICE_EMAIL": settings.SERVICE_EMAIL,
    }
