"""The tables of the outbox; each module has one concept."""

from notifications.models.address import Address, Unsubscription
from notifications.models.domain import RELAY, MailDomain
from notifications.models.heartbeat import SWEEP, Heartbeat
from notifications.models.hook import (
    ACTIVE,
    DISABLED,
    ENDED,
    FAILURES,
    GONE,
    PAUSED,
    Hook,
    HookDelivery,
    HookDeliveryQuerySet,
)
from notifications.models.incoming import IncomingMail, IncomingMailQuerySet
from notifications.models.notice import (
    CHANNEL_LABELS,
    DECLINED,
    FAILED,
    FOLDED,
    HELD,
    MAIL,
    OPEN,
    PARKED,
    QUEUED,
    SENDING,
    SENT,
    STATE_LABELS,
    TEXT,
    Notice,
    NoticeQuerySet,
    new_message_id,
)
from notifications.models.preference import Preference
from notifications.models.wording import Wording

__all__ = [
    "ACTIVE",
    "CHANNEL_LABELS",
    "DECLINED",
    "DISABLED",
    "ENDED",
    "FAILED",
    "FAILURES",
    "FOLDED",
    "GONE",
    "HELD",
    "MAIL",
    "OPEN",
    "PARKED",
    "PAUSED",
    "QUEUED",
    "RELAY",
    "SENDING",
    "SENT",
    "STATE_LABELS",
    "SWEEP",
    "TEXT",
    "Address",
    "Heartbeat",
    "Hook",
    "HookDelivery",
    "HookDeliveryQuerySet",
    "IncomingMail",
    "IncomingMailQuerySet",
    "MailDomain",
    "Notice",
    "NoticeQuerySet",
    "Preference",
    "Unsubscription",
    "Wording",
    "new_message_id",
]
