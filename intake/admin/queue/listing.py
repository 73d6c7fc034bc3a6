"""From the parameters of a request to the cases of a list, in the list's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from intake.admin import gate
from intake.admin.queue import choices
from intake.lists import counting, filtering
from intake.models import TriageCase
from intake.models.queue import QueueQuerySet


def base(user: Any, *, everything: bool = False) -> QueueQuerySet:
    """The cases of a list before any filter: only what this reader may see at the desk."""
    if not gate.reads(user):
        return TriageCase.objects.none()
    cases: QueueQuerySet = TriageCase.objects.all().visible_to(user)
    return cases if everything else cases.queued()


def filtered(user: Any, params: Mapping[str, Any], *, everything: bool = False) -> QueueQuerySet:
    """The gated, filtered cases that a request's query parameters ask for, in order.

    The queue's order is `ORDER`, that of all cases the newest first. With words to search (`q`)
    the order is that of the search, the best first, and there are at most 200; the index is
    asked at once. What is not understood is left out.
    """
    wanted, _strange = choices.chosen(params, everything=everything)
    asker = filtering.Asker(getattr(user, "pk", None), timezone.now())
    cases = choices.apply(base(user, everything=everything), wanted, asker)
    words = counting.words_of(params)
    if words:
        return found(cases, words)
    return cases.order_by("-id") if everything else cases.next_first()


def found(cases: QueueQuerySet, words: str) -> QueueQuerySet:
    """A receipt number however it is typed finds its case; other words ask the index."""
    number = counting.number_of(words)
    if number:
        return cases.filter(number=number).order_by("-id")
    return cases.search(words)
