"""HS codes as tokens: a code is found by every shorter one, and finds those above it; pure."""

from collections.abc import Iterable

# A code and everything above it: what lies *under* a heading holds the heading's token.
UNDER = "#"
# The code itself: found by a longer one, which belongs to it.
OWN = "="
LENGTHS = (2, 4, 6, 8, 10)
# How well what is said of a heading answers for a code under it, by how much shorter it is.
_ABOVE = {2: 0.8, 4: 0.6, 6: 0.5, 8: 0.4}
_YEARS = range(1990, 2050)


def stored(codes: Iterable[str]) -> list[str]:
    """The tokens of an entry that names these codes (digits; 2 to 10 of them)."""
    found: list[str] = []
    for code in codes:
        digits = "".join(sign for sign in code if sign in "0123456789")
        found += [UNDER + digits[:length] for length in LENGTHS if length <= len(digits)]
        found.append(OWN + digits)
    return list(dict.fromkeys(found))


def in_text(digits: str) -> list[str]:
    """The tokens of a number in a text that may be a code: 6, 8 or 10 digits."""
    if len(digits) not in (6, 8, 10):
        return []
    return [UNDER + digits[:length] for length in (4, 6, 8, 10) if length <= len(digits)]


def asked(digits: str, *, surely: bool = False) -> list[tuple[str, float]]:
    """What stands for a number in a query, with weights; empty when it is no code.

    `surely` says that the query calls it one: then two digits are a chapter too. A year is
    taken for a heading, but not for what lies above it.
    """
    if len(digits) not in LENGTHS or (len(digits) == 2 and not surely):
        return []
    found = [(UNDER + digits, 1.0)]
    if len(digits) == 4 and not surely and int(digits) in _YEARS:
        return found
    above = [length for length in LENGTHS if length < len(digits)]
    found += [(OWN + digits[:length], _ABOVE[len(digits) - length]) for length in above]
    return found
