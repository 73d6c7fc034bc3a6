"""Who is called by name in a note: "@김시연" in the words, read against the officers. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol, TypeVar

# An e-mail address is no call: the sign stands at the start or after what is no part of a word.
_CALL = re.compile(r"(?<![\w.+-])[@＠]\s?(?=\w)")


# What stands behind a name in brackets is no part of how it is called.
_ADDED = re.compile(r"\s*[「(\[（【].*$")


class Named(Protocol):
    """Somebody who can be called."""

    name: str


Person = TypeVar("Person", bound=Named)


def called(text: str, people: Iterable[Person]) -> list[Person]:
    """Everybody whom the text calls, each once, in the order of the words.

    The longest name counts (@김시연우 is not 김시연); spaces and case do not. What follows a Korean
    name without a gap (님, 과장, 에게) does not keep it from being read. People of one name are all
    called: nobody is left out by chance.
    """
    known: dict[str, list[Person]] = {}
    for person in people:
        for name in {_plain(person.name), _plain(_ADDED.sub("", person.name))} - {""}:
            known.setdefault(name, []).append(person)
    found: list[Person] = []
    for call in _CALL.finditer(text):
        # Names are short: a long text costs no more than its number of signs.
        rest = _plain(text[call.end() : call.end() + 80])
        names = [name for name in known if rest.startswith(name)]
        if names:
            found += [one for one in known[max(names, key=len)] if one not in found]
    return found


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
