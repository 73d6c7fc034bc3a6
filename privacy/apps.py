"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Patterns of personal data; access log and retention grow here."""

    name = "privacy"
    verbose_name = _("Privacy")
