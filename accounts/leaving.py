"""What a person or an organisation leaves behind: counted and passed on by the apps that know it.

Accounts know nothing of cases. `portal` registers who does; where nobody did, nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import Organisation, User


@dataclass(frozen=True)
class Left:
    """One kind of open work and how much of it there is."""

    label: str
    count: int


@dataclass(frozen=True)
class Work:
    """An app that keeps open work for people and organisations."""

    of_person: Callable[[User, Organisation], Sequence[Left]]
    of_organisation: Callable[[Organisation], Sequence[Left]]
    # leaver, successor, organisation, who decided
    pass_on: Callable[[User, User, Organisation, User], None]


_known: list[Work] = []


def register(work: Work) -> None:
    """Let an app speak for the work that it keeps, once."""
    if work not in _known:
        _known.append(work)


def of_person(user: User, organisation: Organisation) -> list[Left]:
    """What somebody has open at an organisation."""
    found = [left for work in _known for left in work.of_person(user, organisation)]
    return [left for left in found if left.count]


def of_organisation(organisation: Organisation) -> list[Left]:
    """What an organisation has open."""
    found = [left for work in _known for left in work.of_organisation(organisation)]
    return [left for left in found if left.count]


def pass_on(*, leaver: User, successor: User, organisation: Organisation, by: User) -> None:
    """Everything that somebody has open there goes to a colleague, in the caller's transaction."""
    for work in _known:
        work.pass_on(leaver, successor, organisation, by)
