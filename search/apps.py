"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Korean text to tokens, ranked search; what waits to be indexed."""

    name = "search"
    verbose_name = _("Search")
