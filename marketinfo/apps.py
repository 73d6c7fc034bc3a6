"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketinfoConfig(AppConfig):
    """The public library of market information and requirements."""

    name = "marketinfo"
    verbose_name = _("Market information")
