"""The consents of the filing form: which there are, which are required, and their exact text.

The texts stand in templates/intake/consents/<kind>.<language>.html; a change of text is a new
version, and each given consent keeps version and hash (DOMAIN 3.3).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"


@dataclass(frozen=True)
class ConsentText:
    """One consent: its kind, whether filing needs it, and its title."""

    kind: str
    required: bool
    title: Promise

    @property
    def templates(self) -> dict[str, str]:
        """Language → template name of the full text."""
        return {
            code: f"intake/consents/{self.kind}.{code}.html" for code, _name in settings.LANGUAGES
        }

    @property
    def text_hash(self) -> str:
        """SHA-256 over the Korean and English texts, as they stood when consent was given."""
        return _text_hash(self.kind)


COLLECTION, BODIES, PRIVATE_BODIES, SHARING, SURVEY = (
    "collection",
    "bodies",
    "private_bodies",
    "sharing",
    "survey",
)
# Kinds of organisation that a case reaches only with the consent PRIVATE_BODIES.
PRIVATE_KINDS = frozenset(
    {
        "mission",
        "association",
        "council-assoc",
        "council-bank",
        "council-law",
        "council-acct",
    }
)
CONSENTS = (
    ConsentText(COLLECTION, True, _("Collection and use of personal data")),
    ConsentText(BODIES, True, _("Passing on to the bodies that handle the case")),
    ConsentText(
        PRIVATE_BODIES, False, _("Passing on to overseas missions and private council members")
    ),
    ConsentText(SHARING, False, _("Sharing the solved case without naming you")),
    ConsentText(SURVEY, False, _("Satisfaction survey and information mails")),
)


REQUIRED = frozenset(text.kind for text in CONSENTS if text.required)


class Word(Protocol):
    """What somebody said to one consent: a row of Consent."""

    kind: str
    given: bool
    at: dt.datetime
    by_officer: bool
    withdrawn_at: dt.datetime | None


Said = TypeVar("Said", bound=Word)


def last_words(rows: Iterable[Said]) -> dict[str, Said]:
    """The word that counts for each kind: the company's own, whatever an officer was told.

    Of several of one person, the latest.
    """
    found: dict[str, Said] = {}
    for row in sorted(rows, key=lambda row: (not row.by_officer, row.at)):
        found[row.kind] = row
    return found


def counts(row: Word) -> bool:
    """Whether a word permits anything.

    What a company need not give, only the company itself can give: an officer's report of it
    waits until the company confirms.
    """
    if not row.given or row.withdrawn_at is not None:
        return False
    return not row.by_officer or row.kind in REQUIRED


def standing(rows: Iterable[Said]) -> frozenset[str]:
    """The kinds of consent that stand."""
    return frozenset(kind for kind, row in last_words(rows).items() if counts(row))


@cache
def _text_hash(kind: str) -> str:
    digest = hashlib.sha256()
    folder = Path(settings.BASE_DIR) / "templates" / "intake" / "consents"
    for path in sorted(folder.glob(f"{kind}.*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
