"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketinfoConfig(AppConfig):
    """The public library of market information and requirements."""

    name = "marketinfo"
    verbose_name = _("Market information")

    def ready(self) -> None:
        """Say what the library tells, and whom."""
        # The registry is filled once every app is there.
        from marketinfo.notices import KINDS  # noqa: PLC0415
        from notifications import catalog  # noqa: PLC0415

        catalog.register(KINDS)
