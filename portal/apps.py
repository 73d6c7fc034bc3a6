"""Wires the applications together: registers what a lower app may show of a higher one."""

from django.apps import AppConfig
from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The top of the import order: it may know every app, no app may know it."""

    name = "portal"
    verbose_name = _("One-team export-difficulty portal")

    def ready(self) -> None:
        """Register the hooks, and the pages of the desk that the apps declare."""
        # Models can only be imported now.
        from portal import wiring  # noqa: PLC0415

        wiring.register()
        admin.autodiscover()
