"""What a text names is put in after it became a mail, so that a mail's form is made once.

A fact stands in the template as one private-use character (a link as an address that leads
nowhere). Markdown and the cleaning of HTML see only these; the result is the same for every
reader whose letter has the same form, and is kept. Then the facts take their places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_FIRST, _LAST = 0xE100, 0xF8F0
_TOKEN = re.compile("[\ue100-\uf8f0]|https://fact-([0-9]+)\\.invalid/")


Said = Callable[[str], str]


class Places:
    """The facts of one letter in the order in which its text names them."""

    def __init__(self) -> None:
        self._said: list[str] = []

    def word(self, text: str) -> str:
        """What stands in the template for some words; beyond two thousand the words themselves."""
        place = _FIRST + len(self._said)
        if place > _LAST:
            return text
        self._said.append(text)
        return chr(place)

    def address(self, text: str) -> str:
        """What stands in the template for an address."""
        self._said.append(text)
        return f"https://fact-{len(self._said) - 1}.invalid/"

    def filled(self, form: str, word: Said, address: Said = str) -> str:
        """The form with every fact in its place, said as `word` and `address` say it."""

        def said(found: re.Match[str]) -> str:
            if found[1]:
                place = int(found[1])
                return address(self._said[place]) if place < len(self._said) else found[0]
            place = ord(found[0]) - _FIRST
            return word(self._said[place]) if place < len(self._said) else found[0]

        return _TOKEN.sub(said, form)


class Fact(str):
    """Words of a notice: themselves to every comparison and filter, a place in the text."""

    places: Places

    def __str__(self) -> str:
        return self.places.word(str.__str__(self)) if self else ""


class Link(str):
    """An address of a notice: a place in the text, between the brackets of a Markdown link."""

    places: Places

    def __str__(self) -> str:
        return f"<{self.places.address(str.__str__(self))}>"


def content(value: Any) -> str:
    """The words of a value, whether it is a fact or plain."""
    return str.__str__(value) if isinstance(value, str) else str(value)


def fact(text: str, places: Places) -> Fact:
    """Words that take a place of their own."""
    made = Fact(text)
    made.places = places
    return made


def beside(value: Any, text: str) -> str:
    """Words that were made of a fact, and stand as it does."""
    return fact(text, value.places) if isinstance(value, Fact) else text


def linked(value: Any, address: str) -> str:
    """The Markdown link for an address that was made of a value."""
    if not isinstance(value, Fact):
        return f"<{address}>"
    made = Link(address)
    made.places = value.places
    return made


def placed(value: Any, places: Places) -> Any:
    """The facts of a notice, each text with a place of its own."""
    if isinstance(value, str):
        return fact(value, places)
    if isinstance(value, Mapping):
        return {key: placed(item, places) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [placed(item, places) for item in value]
    return value
