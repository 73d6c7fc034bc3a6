"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasestudiesConfig(AppConfig):
    """The public archive of solved difficulties."""

    name = "casestudies"
    verbose_name = _("Case studies")

    def ready(self) -> None:
        """Say what the archive tells, and whom."""
        # The registry is filled once every app is there.
        from casestudies.notices import KINDS  # noqa: PLC0415
        from notifications import catalog  # noqa: PLC0415

        catalog.register(KINDS)
