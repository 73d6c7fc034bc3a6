"""What an officer has arranged above the queue, own views and columns; and the shipped views."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from intake.admin.queue import choices
from intake.lists import counting, filtering
from intake.lists.arranging import Arrangement, Shelf, View
from intake.models.desk import QUEUE

# Views that everybody has, without a row.
STANDARD = (
    ("mine", gettext_lazy("My work now"), {"turn": choices.OURS, "who": filtering.MINE}),
    ("nobody", gettext_lazy("Nobody's yet"), {"who": filtering.NONE}),
    ("overdue", gettext_lazy("Overdue"), {"overdue": filtering.YES}),
)


def canonical(params: Any, *, everything: bool = False) -> str:
    """The filters and words of a request as one query string: the same filters, the same text."""
    wanted, _strange = choices.chosen(params, everything=everything)
    return filtering.query(wanted, counting.words_of(params))


def standard() -> list[View]:
    """The shipped views in the reader's language."""
    return [View(key, str(name), canonical(query)) for key, name, query in STANDARD]


def shelf(user: Any) -> Shelf:
    """Where an officer's views of the queue stand."""
    return Shelf(user, QUEUE)


def of(user: Any) -> Arrangement:
    """What a person has arranged: own views first, then what others share."""
    return shelf(user).arranged(standard())
