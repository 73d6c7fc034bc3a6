"""The desk's pages of the notifier: what was sent, how fast domains are served, the webhooks."""

from notifications.admin.delivery import MailDomainAdmin, NoticeAdmin
from notifications.admin.hooks import HookAdmin, HookDeliveryAdmin
from notifications.admin.wording import WordingAdmin

__all__ = ["HookAdmin", "HookDeliveryAdmin", "MailDomainAdmin", "NoticeAdmin", "WordingAdmin"]
