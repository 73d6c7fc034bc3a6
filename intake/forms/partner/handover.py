"""Who follows, which rows pass, and a note: the form below one officer's open work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from intake.forms.fields import LongTextField
from intake.workload import ASSIGNED, CASES, LABELS, Workload, readable

# So many rows of a kind get a box of their own; a browser sends no more fields than are taken.
BOXES = {CASES: 120, ASSIGNED: 80}
BOXES_ELSE = 40


@dataclass(frozen=True)
class Section:
    """One kind of open work as the page shows it."""

    key: str
    label: Promise
    rows: list[Any]
    ticked: frozenset[int]
    more: int  # how many pass or stay as a whole, without a box each
    more_ticked: bool

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows) + self.more

    @property
    def shown(self) -> str:
        """The keys of the rows that have a box, so that an empty box is told from none."""
        return ",".join(str(row.pk) for row in self.rows)


def sections(load: Workload, data: QueryDict | None = None, *, viewer: User) -> list[Section]:
    """Everything with a box, all ticked by default; what was typed otherwise."""
    found = []
    for key, rows in load.rows.items():
        first = readable(key, rows[: BOXES.get(key, BOXES_ELSE)], viewer)
        if not first:
            continue
        every = frozenset(row.pk for row in first)
        found.append(
            Section(
                key=key,
                label=LABELS[key],
                rows=first,
                ticked=every if data is None else every & _numbers(data.getlist(key)),
                more=rows.count() - len(first),
                more_ticked=data is None or f"{key}_more" in data,
            )
        )
    return found


def chosen(load: Workload, data: QueryDict) -> Mapping[str, set[int]]:
    """What was ticked, and, where the rest was ticked, everything that had no box."""
    found = {}
    for key, pks in load.everything().items():
        boxes = _numbers(data.get(f"{key}_shown", "").split(","))
        passing = _numbers(data.getlist(key)) & boxes
        if f"{key}_more" in data:
            passing |= set(pks) - boxes
        found[key] = set(passing)
    return found


def _numbers(texts: list[str]) -> frozenset[int]:
    return frozenset(int(text) for text in texts if text.isascii() and text.isdigit())


def colleagues(organisation: Organisation, *, but: User | None = None) -> QuerySet[User]:
    """Active officers of an organisation, by name."""
    active = Membership.objects.active().filter(organisation=organisation).values("user")
    found = User.objects.filter(pk__in=active, is_active=True).order_by("name", "pk")
    return found if but is None else found.exclude(pk=but.pk)


class HandoverForm(forms.Form):
    """The successor and the note; the boxes are read by `chosen`."""

    successor = forms.ModelChoiceField(
        label=_("Who follows"),
        queryset=User.objects.none(),
        empty_label=_("Choose a colleague"),
        error_messages={"invalid_choice": _("Only a colleague of the same organisation follows.")},
    )
    note = LongTextField(
        label=_("What the successor should know"),
        rows=6,
        max_length=4000,
        required=False,
        help_text=_("Whom to call, what was agreed, what is delicate. Stays inside the house."),
    )

    def __init__(self, *args: Any, load: Workload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        field.queryset = colleagues(load.organisation, but=load.leaver)  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: user.name  # type: ignore[attr-defined]
