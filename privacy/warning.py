"""Warns before a number is kept that the portal must not, or need not, keep (DOMAIN 3.3).

Resident, foreigner, passport and licence numbers are never kept. A card or account number may be,
where somebody says why; the reason then stands right behind the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from privacy import patterns

# Telephone and mail are what a difficulty is filed with; these are not.
WARNED = frozenset({*patterns.FORBIDDEN, patterns.CARD, patterns.ACCOUNT})
LABELS: dict[str, Promise] = {
    patterns.RESIDENT: _("resident registration number"),
    patterns.FOREIGNER: _("alien registration number"),
    patterns.PASSPORT: _("passport number"),
    patterns.LICENCE: _("driving licence number"),
    patterns.CARD: _("card number"),
    patterns.ACCOUNT: _("account number"),
}
# Codes of the errors.
FORBIDDEN, SENSITIVE = "forbidden_number", "sensitive_number"
# What a form sends along with a field's name: that its numbers go, or why one has to stay.
CHOICE, REASON = "numbers", "numbers_reason"
HIDE = "hide"
SHORTEST_REASON = 5
# Nothing that is looked for has fewer digits in a row.
_WORTH_A_LOOK = re.compile(r"[0-9\uff10-\uff19]{3}")
# What says that a number stays for a reason, in both languages.
_STATED = ("[번호를 남기는 이유: ", "[Why a number is kept: ")


def found(text: str) -> list[patterns.Finding]:
    """What must not, or need not, be kept of a text."""
    if not _WORTH_A_LOOK.search(text):
        return []
    return [one for one in patterns.find(text) if one.kind in WARNED]


def without_forbidden(text: str) -> str:
    """The text with every number hidden that no consent makes lawful."""
    return patterns.mask(text, kinds=patterns.FORBIDDEN) if found(text) else text


def without_forbidden_anywhere(value: Any) -> Any:
    """The same for everything that a draft holds."""
    if isinstance(value, str):
        return without_forbidden(value)
    if isinstance(value, Mapping):
        return {key: without_forbidden_anywhere(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_forbidden_anywhere(one) for one in value]
    return value


def refuse(text: str, *, may_keep: bool = False) -> None:
    """Raise a ValidationError where the text holds such a number.

    `may_keep`: a card or account number passes where the text says why (`decided`).
    """
    seen = found(text)
    grave = [one for one in seen if one.forbidden]
    if grave:
        raise ValidationError(
            _(
                "This seems to contain a %(what)s (%(shown)s). The law does not let us keep it. "
                "Take it out or have it hidden."
            ),
            code=FORBIDDEN,
            params={"what": LABELS[grave[0].kind], "shown": grave[0].masked},
        )
    if seen and not (may_keep and any(mark in text for mark in _STATED)):
        raise ValidationError(
            _(
                "This seems to contain a %(what)s (%(shown)s). Take it out or have it hidden, "
                "unless the matter cannot be handled without it."
            ),
            code=SENSITIVE,
            params={"what": LABELS[seen[0].kind], "shown": seen[0].masked},
        )


def decided(text: str, data: Any, name: str, *, may_keep: bool = True) -> str:
    """The text of a field as the person wants it after the warning.

    `data` is what the form sent. A tick hides the numbers of that field; a reason lets a card or
    account number stay, where the field is long enough for the reason as well (`may_keep`).
    """
    hides = data.get(f"{CHOICE}-{name}") == HIDE
    reason = " ".join(str(data.get(f"{REASON}-{name}") or "").split())[:200]
    if not (hides or reason) or not found(text):
        return text
    if hides:
        return patterns.mask(text, kinds=WARNED)
    if not may_keep:
        return text
    text = patterns.mask(text, kinds=patterns.FORBIDDEN)
    if len(reason) < SHORTEST_REASON or not found(text) or any(mark in text for mark in _STATED):
        return text
    said = gettext("[Why a number is kept: %(reason)s]") % {"reason": reason.replace("]", ")")}
    return f"{text}\n{said}"
