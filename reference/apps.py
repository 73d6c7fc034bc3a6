"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferenceConfig(AppConfig):
    """Countries, Korean provinces, HS chapters and the difficulty taxonomy."""

    name = "reference"
    verbose_name = _("Reference data")
