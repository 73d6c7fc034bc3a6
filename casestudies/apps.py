"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasestudiesConfig(AppConfig):
    """The public archive of solved difficulties."""

    name = "casestudies"
    verbose_name = _("Case studies")
