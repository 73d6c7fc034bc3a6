"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, organisations, memberships and companies."""

    name = "accounts"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        """Say what people are told about their own access."""
        # The registry is filled once every app is there.
        from accounts.notices import KINDS  # noqa: PLC0415
        from notifications import catalog  # noqa: PLC0415

        catalog.register(KINDS)
