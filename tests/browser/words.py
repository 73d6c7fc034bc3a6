"""The words on the pages, looked up as the portal looks them up: names that people see."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext


@dataclass(frozen=True)
class Words:
    """The portal's texts in one language, by their English msgid."""

    language: str

    def __call__(self, msgid: Any, **values: Any) -> str:
        """The text as the page shows it."""
        with translation.override(self.language):
            text = gettext(msgid) if isinstance(msgid, str) else str(msgid)
        return text % values if values else text

    def label(self, msgid: Any) -> re.Pattern[str]:
        """A field's name, with or without the mark of what is required or optional."""
        marks = "|".join(re.escape(self(mark)) for mark in ("Required", "(optional)"))
        return re.compile(rf"^\s*{re.escape(self(msgid))}(\s+({marks}))?\s*$")


KO, EN = Words("ko"), Words("en")
