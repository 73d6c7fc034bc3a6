"""The content policy of an answer: enforced everywhere, but for what Django's admin cannot do.

The admin's bundled jQuery makes HTML out of text as soon as it is loaded. There Trusted Types are
reported, not enforced; all the rest of the policy holds there as everywhere (docs/security.md).
"""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

TRUSTED_TYPES = ("require-trusted-types-for", "trusted-types")


def is_admin(request: HttpRequest) -> bool:
    """Whether a page stands within Django's admin and loads its scripts."""
    return request.path_info.startswith(reverse("admin:index"))


class PortalCSPMiddleware(CSPMiddleware):
    """The policy of the settings, with Trusted Types reported instead of enforced in the admin."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts from which django-csp builds one header."""
        parts = super().get_policy_parts(request, response, report_only)
        if report_only and not is_admin(request):
            return PolicyParts(config={})
        if not report_only and is_admin(request):
            parts.replace = dict.fromkeys(TRUSTED_TYPES) | (parts.replace or {})
        return parts
