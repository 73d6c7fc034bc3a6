"""Wires the applications together: registers what a lower app may show of a higher one."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The top of the import order: it may know every app, no app may know it."""

    name = "portal"
    verbose_name = _("One-team export-difficulty portal")

    def ready(self) -> None:
        """Register the hooks."""
        # Models can only be imported now.
        from portal import wiring  # noqa: PLC0415

        wiring.register()
