"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Checking, storing and serving files."""

    name = "files"
    verbose_name = _("Files")
