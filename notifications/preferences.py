"""What a person chooses: how often to hear of each topic, and in which language."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import arranging, catalog, digests, readers
from notifications.models import HELD, Notice
from notifications.models.preference import (
    AT_ONCE,
    DAILY,
    RHYTHM_LABELS,
    WEEKLY,
    Preference,
)
from notifications.readers import STRANGER, Reader

log = logging.getLogger(__name__)

TOPIC_LABELS = {
    catalog.CASES: _("News of cases"),
    catalog.QUESTIONS: _("Questions to your organisation"),
    catalog.REMINDERS: _("Dates and reminders"),
    catalog.ACCOUNT: _("Sign-in and rights"),
    catalog.LIBRARY: _("Market information"),
    catalog.OPERATIONS: _("Running of the portal"),
}
TOPIC_HINTS = {
    catalog.CASES: _("Cases that you look after or filed: messages, supplements, answers, ends."),
    catalog.QUESTIONS: _("What your organisation is asked, and what becomes of it."),
    catalog.REMINDERS: _("What is due soon or overdue."),
    catalog.LIBRARY: _("Records that you follow or answer for."),
    catalog.OPERATIONS: _("What the portal cannot do without a person."),
}


class NoChoiceError(ValueError):
    """There is no such topic, rhythm or language to choose."""


def topics_of(user: Any) -> tuple[str, ...]:
    """The topics of which this person gets something that may wait, in the catalog's order."""
    audiences = readers.audiences(user)
    waiting = {
        kind.topic for kind in catalog.every() if kind.may_wait and kind.audience in audiences
    }
    return tuple(topic for topic in catalog.TOPICS if topic in waiting)


def chosen(user: Any) -> dict[str, str]:
    """What the person chose, by topic."""
    return dict(Preference.objects.filter(user=user.pk).values_list("topic", "rhythm"))


def choose(
    person: AbstractBaseUser,
    *,
    rhythms: Mapping[str, str],
    language: str = "",
    by: AbstractBaseUser,
) -> None:
    """Remember a person's choices; what waits comes no later than it was to come, or at once.

    Topics that are not named stay as they are.
    """
    if not set(rhythms) <= set(catalog.TOPICS) or not set(rhythms.values()) <= set(RHYTHM_LABELS):
        raise NoChoiceError(rhythms)
    if language and language not in dict(settings.LANGUAGES):
        raise NoChoiceError(language)
    now = timezone.now()
    with transaction.atomic():
        reader = readers.of([person.pk]).get(person.pk, STRANGER)
        for topic, rhythm in rhythms.items():
            if reader.rhythm(topic) == rhythm:
                continue
            Preference.objects.update_or_create(
                user_id=person.pk, topic=topic, defaults={"rhythm": rhythm, "changed_at": now}
            )
            _hasten(person.pk, topic, rhythm, now, reader)
            log.info("user %s hears of %s %s, by user %s", person.pk, topic, rhythm, by.pk)
        if language:
            get_user_model()._default_manager.filter(pk=person.pk).exclude(
                language=language
            ).update(language=language)


def _hasten(pk: int, topic: str, rhythm: str, now: dt.datetime, reader: Reader) -> None:
    """Let what waits for a later hour follow a quicker rhythm; a slower one moves nothing."""
    kinds = [kind for kind in catalog.every() if kind.topic == topic and kind.may_wait]
    waiting = Notice.objects.filter(
        recipient=pk, state=HELD, kind__in=[kind.name for kind in kinds]
    ).exclude(rhythm="")
    if rhythm == DAILY:
        nine = arranging.digest_hour(DAILY, now, reader)
        waiting.filter(rhythm=WEEKLY, held_until__gt=nine).update(rhythm=DAILY, held_until=nine)
    elif rhythm == AT_ONCE:
        morning = arranging.morning(now, reader)
        if morning is not None:
            by_day = waiting.filter(kind__in=[kind.name for kind in kinds if kind.by_day])
            by_day.filter(held_until__gt=morning).update(held_until=morning)
            by_day.update(rhythm="")
        digests.let_go(list(waiting))
