"""Every address below /partner/: the desks of organisations. Each view takes a `Desk` first.

Sections are kept apart by what they are about; inside one, the list comes before the thing.
"""

from django.urls import path, register_converter

from accounts.views import desks
from intake.views.partner import start


class OrganisationCode:
    """The code of an organisation in an address: KBIZ, EXP-SEO, MIS-HAN."""

    regex = r"[A-Z][A-Z0-9_-]{1,19}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(OrganisationCode, "org")

app_name = "partner"
urlpatterns = [
    path("", desks.choose, name="choose"),
    path("<org:code>/", desks.enter, name="enter"),
    path("<org:code>/start/", start.start, name="start"),
    # Cases that the organisation filed, and what it is asked (intake.views.partner).
    # Filing for a company, receipts, local difficulties (intake.views.partner).
    # Spreadsheets (intake.views.partner.batches).
    # Member companies (accounts.views.members).
    # Handover (intake.views.partner.handover).
    # People (accounts.views.people).
]
