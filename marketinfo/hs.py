"""HS codes of an entry in one text column, each after a space, found by prefix."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_SEPARATORS = re.compile(r"[\s,;]+")
_DOTS = str.maketrans("", "", ".-")
_CODE = re.compile(r"\A(?:[0-9]{2}|[0-9]{4}|[0-9]{6,10})\Z")
MAX_CODES = 20


def parsed(text: str, *, longest: int = 10) -> list[str]:
    """The codes that someone typed (`3304.99, 33`), without dots, each once, in order.

    Raises ValidationError for anything that is not a code of 2, 4 or 6 to `longest` digits.
    """
    codes = [part.translate(_DOTS) for part in _SEPARATORS.split(text) if part.translate(_DOTS)]
    for code in codes:
        if not code.isascii() or not _CODE.match(code) or len(code) > longest:
            raise ValidationError(
                _("“%(code)s” is not an HS code. Write 2, 4 or 6 to 10 digits, such as 3304.99."),
                code="hs",
                params={"code": code[:20]},
            )
    distinct = list(dict.fromkeys(codes))
    if len(distinct) > MAX_CODES:
        raise ValidationError(_("At most %(most)d HS codes."), params={"most": MAX_CODES})
    return distinct


def stored(codes: list[str]) -> str:
    """What the column holds: `" 33 3304 "`, so that ` 33` finds what begins with 33."""
    return f" {' '.join(codes)} " if codes else ""


def listed(column: str) -> list[str]:
    """The codes in a column."""
    return column.split()


def shorter(code: str) -> list[str]:
    """The headings above a code: 33 and 3304 for 330499."""
    return [code[:length] for length in (2, 4, 6) if length < len(code)]
