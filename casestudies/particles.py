"""Korean particles behind a word that is replaced: 이 or 가, 을 or 를, by its last sound. Pure."""

from __future__ import annotations

import re

# Each pair: behind a closed syllable, behind an open one. The longer ones are tried first.
_PAIRS = (
    ("이라는", "라는"),
    ("이라고", "라고"),
    ("이에요", "예요"),
    ("으로부터", "로부터"),
    ("으로서", "로서"),
    ("으로", "로"),
    ("이나", "나"),
    ("이며", "며"),
    ("이랑", "랑"),
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
)
_ROAD = {"으로", "로", "으로부터", "로부터", "으로서", "로서"}
_CLOSED = {closed: pair for pair in _PAIRS for closed in [pair[0]]}
_OPEN = {pair[1]: pair for pair in _PAIRS}
_KNOWN = {**_OPEN, **_CLOSED}
_AT_START = re.compile(
    "(" + "|".join(sorted(_KNOWN, key=len, reverse=True)) + r")(?![가-힣])",
)
_RIEUL = 8
# How digits and Latin letters end when they are read aloud in Korean.
_FINAL_OF = {"0": 21, "1": _RIEUL, "3": 16, "6": 1, "7": _RIEUL, "8": _RIEUL}
_FINAL_OF |= {"l": _RIEUL, "m": 16, "n": 4, "r": _RIEUL}


def final(word: str) -> int:
    """The final consonant of a word as Unicode counts it (0: none); 0 where nobody can tell."""
    for sign in reversed(word):
        if "가" <= sign <= "힣":
            return (ord(sign) - 0xAC00) % 28
        if sign.isalnum():
            return _FINAL_OF.get(sign.casefold(), 0)
    return 0


def fitted(word: str, rest: str) -> str:
    """The text behind `word` with its leading particle as the word's last sound asks for it."""
    match = _AT_START.match(rest)
    if match is None or not word:
        return rest
    closed, opened = _KNOWN[match[1]]
    sound = final(word)
    takes_open = sound == 0 or (sound == _RIEUL and closed in _ROAD)
    return (opened if takes_open else closed) + rest[match.end() :]
