"""Found words marked in a text: by surface, so that no text is analysed while a page waits."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from search import finding, morphemes, spelling, text, tokeniser
from search.backends import TITLE
from search.codes import OWN, UNDER
from search.concepts import PREFIX, tokens_of
from search.text import Mark

_HANGUL_RUN = re.compile("[가-힣]+")
_LATIN_RUN = re.compile(r"[^\W\d_가-힣]+", re.UNICODE)
_NUMBER = re.compile(r"\d+(?:[.,-]\d+)*")
# What may stand behind a noun of one syllable, which is otherwise part of another word.
_AFTER_SHORT = re.compile(r"(?:[이가을를은는에의로와과도만]|으로|에서|에게|부터|까지)?$")
# A stem's last vowel melts with an ending: 묶이 + 어 → 묶여, 늦추 + 어 → 늦춰.
_MELTED = {"ㅣ": "ㅣㅕ", "ㅗ": "ㅗㅘ", "ㅜ": "ㅜㅝ", "ㅡ": "ㅡㅓㅏ", "ㅐ": "ㅐ", "ㅏ": "ㅏㅐ"}
# Stems that lose or change their last consonant before an ending: 어렵 → 어려워.
_LOSES = frozenset("ㅂㄷㅅㅎㄹ")

Finder = Callable[[str], list[Mark]]


def finder(query: str) -> Finder:
    """What marks the words of a query, its synonyms included, in any text."""
    return _finder(tokeniser.chosen().name, query[: text.MAX_QUERY_CHARACTERS])


@lru_cache(maxsize=64)
def _finder(_tokeniser: str, query: str) -> Finder:
    return _Surface(tokens_of(finding.concepts_of(query))).marks


def highlight(words: str, query: str) -> list[tuple[str, bool]]:
    """The text in fragments, each with whether the query found it; joined, they are the text."""
    return text.fragments(words, finder(query)(words))


def excerpt(words: str, query: str, length: int = 160) -> str:
    """About `length` characters of the text around the place that answers the query best."""
    return text.around(words, finder(query), length)


class _Surface:
    """The shapes in which wanted tokens stand in a text."""

    def __init__(self, tokens: Iterable[str]) -> None:
        self.inside: list[str] = []
        self.short: set[str] = set()
        self.stems: list[str] = []
        self.words: set[str] = set()
        self.numbers: list[str] = []
        for token in tokens:
            self._learn(token.removesuffix(PREFIX).lstrip(TITLE + morphemes.PART))

    def _learn(self, token: str) -> None:
        if token.startswith(UNDER):
            self.numbers.append(token[1:])
        elif token.startswith(OWN) or not token:
            return
        elif token.endswith(morphemes.STEM):
            self.stems.append(token[:-1])
        elif _HANGUL_RUN.fullmatch(token):
            if len(token) == 1:
                self.short.add(token)
            else:
                self.inside.append(token)
        else:
            self.words.add(token)

    def marks(self, words: str) -> list[Mark]:
        """Where they stand in `words`, merged and in order."""
        found: list[Mark] = []
        for match in re.finditer(r"[^\W_]+|\d+(?:[.,-]\d+)+", words):
            run, plain = match[0], text.normalise(match[0])
            if len(plain) != len(run):
                if unicodedata.normalize("NFC", run) != run and self._anywhere(plain):
                    found.append(Mark(match.start(), match.end()))
                continue
            found += [Mark(match.start() + a, match.start() + b) for a, b in self._in(plain)]
        for match in _NUMBER.finditer(words):
            digits = "".join(sign for sign in match[0] if sign.isdecimal())
            if digits in self.words or any(digits.startswith(one) for one in self.numbers):
                found.append(Mark(match.start(), match.end()))
        return text.merged(found)

    def _anywhere(self, plain: str) -> bool:
        return any(True for _place in self._in(plain))

    def _in(self, plain: str) -> Iterable[tuple[int, int]]:
        for run in _HANGUL_RUN.finditer(plain):
            yield from self._in_hangul(run[0], run.start())
        for run in _LATIN_RUN.finditer(plain):
            if run[0] in self.words or morphemes.english(run[0]) in self.words:
                yield run.start(), run.end()

    def _in_hangul(self, run: str, start: int) -> Iterable[tuple[int, int]]:
        for word in self.inside:
            at = run.find(word)
            while at >= 0:
                yield start + at, start + at + len(word)
                at = run.find(word, at + 1)
        if run[0] in self.short and _AFTER_SHORT.match(run, 1):
            yield start, start + 1
        for stem in self.stems:
            if _begins(run, stem):
                yield start, start + len(stem)


def _begins(run: str, stem: str) -> bool:
    """Whether a word begins with a stem, its last syllable changed by an ending or not."""
    if len(run) < len(stem) or not run.startswith(stem[:-1]):
        return False
    if run.startswith(stem):
        return True
    wanted, have = spelling.jamo(stem[-1]), spelling.jamo(run[len(stem) - 1])
    if len(wanted) < 2 or wanted[0] != have[0]:
        return False
    vowels = _MELTED.get(wanted[1], wanted[1])
    if len(wanted) == 3:
        kept = len(have) == 3 and have[2] == wanted[2]
        return have[1] == wanted[1] and (kept or (len(stem) > 1 and wanted[2] in _LOSES))
    return have[1] in vowels and (len(stem) > 1 or len(have) == 3)
