"""The short words of a notice: one template per kind and language, and how long they are.

`templates/notices/<kind>.<language>.txt` stands beside the mail's. It names the receipt number,
what to do and where, and nothing about a person or a company: locked screens show it.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from notifications import texts
from notifications.texts import BadTemplateError

# What Korean networks carry, in bytes of EUC-KR as they count it.
SMS, LMS = "SMS", "LMS"
SHORT, LONG = 90, 2000
# All that a text may name, whatever else its mail knows.
FACTS = ("number", "until", "closes", "would_be", "due", "link")
_MISSING = "\ue0fe"
# What EUC-KR has no place for and people would miss, in signs that it has.
_PLAIN = str.maketrans({"–": "-", "—": "-", "\u00a0": " ", "’": "'", "‘": "'", "“": '"', "”": '"'})


@dataclass(frozen=True)
class Short:
    """A text message: its words, and whether it goes as a short or as a long one."""

    text: str
    form: str


@functools.cache
def kinds() -> frozenset[str]:
    """Every message that has short words in the default language."""
    ending = f".{settings.LANGUAGE_CODE}.txt"
    return frozenset(
        path.name.removesuffix(ending)
        for folder in texts.folders()
        for path in folder.glob(f"[!_]*{ending}")
    )


def narrowed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of the facts of a notice, those that a text message may name."""
    return {name: facts[name] for name in FACTS if name in facts}


def short(kind: str, language: str, facts: Mapping[str, Any]) -> Short:
    """The text message of a notice; BadTemplateError where it names what was not given."""
    name = f"{kind}.{language}.txt"
    context = Context(texts.given(narrowed(facts)), autoescape=False)
    with translation.override(language):
        said: str = _engine().get_template(name).render(context)
    if _MISSING in said:
        raise BadTemplateError(f"{name} names facts that were not given")
    said = _carried("\n".join(" ".join(line.split()) for line in said.strip().splitlines()))
    length = size(said)
    if not said or length > LONG:
        raise BadTemplateError(f"{name} makes a text message of {length} bytes")
    return Short(said, _form(said))


def _form(text: str) -> str:
    return SMS if size(text) <= SHORT else LMS


def size(text: str) -> int:
    """The length in bytes as Korean networks count it."""
    return len(text.encode("cp949", "replace"))


def _carried(text: str) -> str:
    """The text in signs that every Korean phone shows."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return text.encode("cp949", "replace").decode("cp949")


@functools.cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(folder) for folder in texts.folders()],
        autoescape=False,
        builtins=["notifications.markup"],
        string_if_invalid=_MISSING,
    )
