"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """The outbox: what is told to whom, and whether it arrived."""

    name = "notifications"
    verbose_name = _("Notices")
