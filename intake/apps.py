"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """The case: its way, its clock, its people's words."""

    name = "intake"
    verbose_name = _("Export difficulties")
