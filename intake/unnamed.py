"""Takes a company's own name and contact details out of words that go to others. Pure.

A company that asked not to be named often names itself in what it wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from privacy import patterns

HIDDEN = "○○○"
# What stands around a name and is left out as often as not.
_LEGAL_FORM = re.compile(
    r"주식회사|유한책임회사|유한회사|합자회사|합명회사|농업회사법인|㈜|\((?:주|유|합)\)"
    r"|\b(?:co|company|ltd|limited|inc|corp|corporation|llc)\b\.?",
    re.IGNORECASE,
)
# A shorter name would be found inside ordinary words.
_SHORTEST_COMPANY, _SHORTEST_PERSON, _SHORTEST_PLACE = 2, 3, 3
_APART = r"[\s\-.·,]*"


Names = str | Iterable[str]


def hide(
    text: str,
    *,
    company: Names,
    person: Names,
    details: Iterable[str] = (),
    places: Iterable[str] = (),
) -> str:
    """The text without the company, its contact person and the details (phone, numbers).

    `places` narrow down who it is, as a small town does. Whoever went by several names is hidden
    under each. Personal data of others in it is masked as well.
    """
    for pattern in _wanted(company, person, details, places):
        text = pattern.sub(HIDDEN, text)
    return patterns.mask(text)


def _wanted(
    company: Names, person: Names, details: Iterable[str], places: Iterable[str]
) -> Iterator[re.Pattern[str]]:
    companies = _several(company)
    cores = [_LEGAL_FORM.sub(" ", one) for one in companies]
    yield from _spread((*companies, *cores), _SHORTEST_COMPANY)
    yield from _spread(_several(person), _SHORTEST_PERSON)
    yield from _spread(details, 6)
    yield from _spread(places, _SHORTEST_PLACE)


def _several(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _spread(words: Iterable[str], shortest: int) -> Iterator[re.Pattern[str]]:
    """Each text however it is spaced or hyphenated, longest first."""
    plain = {re.sub(_APART, "", word) for word in words}
    for word in sorted(plain, key=len, reverse=True):
        if len(word) >= shortest:
            yield re.compile(_APART.join(map(re.escape, word)), re.IGNORECASE)
