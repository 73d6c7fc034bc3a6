"""Calling colleagues to an internal note, and having seen that one was called."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from intake import letters
from intake.models import Case, Mention, Message
from intake.timeline import Actor


def call(message: Message, called: Sequence[User], *, by: Actor) -> None:
    """Call colleagues to a note, each once and nobody to their own; in the note's transaction."""
    wanted = {person.pk: person for person in called if person != by.user}
    Mention.objects.bulk_create(
        [Mention(message=message, user=person) for person in wanted.values()],
        ignore_conflicts=True,
    )
    for person in wanted.values():
        letters.mentioned(message.case, person, by=by)


@transaction.atomic
def see(*, case: Case, user: User) -> int:
    """A person has seen where they were called on a case; how many calls that settled."""
    return Mention.objects.filter(message__case=case, user=user, seen_at__isnull=True).update(
        seen_at=timezone.now()
    )
