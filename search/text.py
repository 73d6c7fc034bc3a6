"""Korean text to comparable text, to bigram tokens, and to marked fragments; pure Python.

Korean glues endings to words, so a word is found by its overlapping pairs of syllables:
`통관` is one of the pairs of `수출통관이`. Latin letters and digits stay whole words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

# A query longer than this is not a query; the rest is not looked at.
MAX_QUERY_CHARACTERS = 200
MAX_QUERY_TOKENS = 32
MAX_WORD = 64

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_LOOSE_JAMO = re.compile(f"([{_LEADS}])([{_VOWELS}])(?:([{_TAILS}])(?![{_VOWELS}]))?")
_NARROW_JAMO = re.compile("[\uffa1-\uffdc]")

_SYLLABLES = "가-힣一-鿿㐀-䶿豈-﫿ぁ-ゖァ-ヺー々"
_PAIRED = re.compile(f"[{_SYLLABLES}]+")
_RUN = re.compile(rf"[{_SYLLABLES}]+|\d+(?:[.,-]\d+)+|[^\W_{_SYLLABLES}]+")
_DIGITS = re.compile(r"\d+")

_PARTICLE = re.compile(
    "(?:으로부터|로부터|에서는|에게서|이라는|에서|에게|에는|으로|까지|부터|처럼|보다|이나|라는|"
    "[이가을를은는에의로와과도만])$"
)
_LIGHT_VERB = re.compile(
    "(?:당|시키|시킨|시켰|받)?(?:하|했|해|한|할|함|합|되|됐|돼|된|될|됨|됩|당|받|시키|시킨|시켰|시킴)"
    "(?:었|였|았)?(?:습니다|니다|다고|다는|다|고|며|면|여|서|어서|여서|는데|는|던|지만|지|아|어|어요|요|"
    "음|기|ㄴ다|도록|려고|려면|나요|나|니)?$"
)


def normalise(text: str) -> str:
    """One comparable form: composed, half-width, lower case, nothing invisible.

    NFD from macOS, loose compatibility jamo (`ㅌㅗㅇㄱㅘㄴ`), full-width letters and
    zero-width characters all become what a person would have typed.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _CONTROL.sub(" ", text)
    text = _NARROW_JAMO.sub(_widened, text)
    text = _LOOSE_JAMO.sub(_composed, text)
    return unicodedata.normalize("NFKC", text).casefold()


def clean(text: str) -> str:
    """The text without what no database takes: NUL, lone surrogates, other controls."""
    return _CONTROL.sub(" ", text)


def _widened(match: re.Match[str]) -> str:
    return chr(int(unicodedata.decomposition(match[0]).split()[-1], 16))


def _composed(match: re.Match[str]) -> str:
    lead, vowel, tail = match.groups()
    number = (_LEADS.index(lead) * 21 + _VOWELS.index(vowel)) * 28
    return chr(0xAC00 + number + (_TAILS.index(tail) + 1 if tail else 0))


def tokens(text: str) -> list[str]:
    """Every token of a document, in order, repeats included."""
    return list(_document_tokens(normalise(text)))


def runs(text: str) -> list[str]:
    """The words, syllable runs and dotted numbers of normalised text."""
    return _RUN.findall(text)


def placed_runs(text: str) -> list[tuple[int, str]]:
    """The same, each with the place where it starts."""
    return [(found.start(), found[0]) for found in _RUN.finditer(text)]


def cut(run: str) -> Iterator[str]:
    """The tokens of one run as documents keep them."""
    if _PAIRED.match(run):
        yield from _pairs(run)
    elif run[0].isdecimal() and not run.isalnum():
        # 3304.99-1000 is found by its parts and, whole, by 3304991000.
        parts = _DIGITS.findall(run)
        yield from (part[:MAX_WORD] for part in parts)
        yield "".join(parts)[:MAX_WORD]
    else:
        yield run[:MAX_WORD]


def _document_tokens(text: str) -> Iterator[str]:
    for run in _RUN.findall(text):
        yield from cut(run)


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


def query_tokens(query: str) -> list[str]:
    """The distinct tokens that a document should hold to answer the query.

    Particles and light verbs at the end of a word (`통관이`, `거절당했다`) are dropped: what is
    left is always part of what stood there, so no document is missed for it. A lone syllable
    counts only when there is nothing longer.
    """
    found: list[str] = []
    for run in _RUN.findall(normalise(query[:MAX_QUERY_CHARACTERS])):
        if _PAIRED.match(run):
            found.extend(_pairs(stem(run)))
        elif run[0].isdecimal() and not run.isalnum():
            found.append("".join(_DIGITS.findall(run))[:MAX_WORD])
        else:
            found.append(run[:MAX_WORD])
    distinct = list(dict.fromkeys(found))
    longer = [token for token in distinct if len(token) > 1 or not _PAIRED.match(token)]
    return (longer or distinct)[:MAX_QUERY_TOKENS]


def stem(word: str) -> str:
    """The word without particle or light verb, never shorter than two syllables."""
    for ending in (_LIGHT_VERB, _PARTICLE):
        match = ending.search(word, 2)
        if match and match.start() >= 2:
            return word[: match.start()]
    return word


@dataclass(frozen=True)
class Mark:
    """A stretch of characters of a text that a query found."""

    start: int
    end: int


def marks(text: str, wanted: Iterable[str]) -> list[Mark]:
    """Where the wanted tokens stand in `text`, merged and in order."""
    whole = set(wanted)
    found: list[Mark] = []
    for match in re.finditer(rf"[{_SYLLABLES}ᄀ-ᇿㄱ-ㆎ]+|[^\W_{_SYLLABLES}]+", text):
        run, plain = match[0], normalise(match[0])
        if len(plain) != len(run):
            if whole & set(_document_tokens(plain)):
                _add(found, match.start(), match.end())
        elif _PAIRED.fullmatch(plain):
            for at in range(len(plain)):
                if plain[at : at + 2] in whole:
                    _add(found, match.start() + at, match.start() + min(at + 2, len(plain)))
                elif plain[at] in whole:
                    _add(found, match.start() + at, match.start() + at + 1)
        elif plain[:MAX_WORD] in whole:
            _add(found, match.start(), match.end())
    for match in re.finditer(r"\d+(?:[.,-]\d+)+", text):
        if "".join(_DIGITS.findall(normalise(match[0]))) in whole:
            _add(found, match.start(), match.end())
    return merged(found)


def _add(found: list[Mark], start: int, end: int) -> None:
    if found and found[-1].end >= start >= found[-1].start:
        found[-1] = Mark(found[-1].start, max(end, found[-1].end))
    else:
        found.append(Mark(start, end))


def merged(found: list[Mark]) -> list[Mark]:
    merged: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, mark.end)):
        _add(merged, mark.start, mark.end)
    return merged


def highlight(text: str, query: str) -> list[tuple[str, bool]]:
    """The text in fragments, each with whether the query found it; joined, they are the text."""
    return fragments(text, marks(text, query_tokens(query)))


def fragments(text: str, found: list[Mark]) -> list[tuple[str, bool]]:
    """Cut the text at its marks."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for mark in found:
        if mark.start > at:
            pieces.append((text[at : mark.start], False))
        pieces.append((text[mark.start : mark.end], True))
        at = mark.end
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def excerpt(text: str, query: str, length: int = 160) -> str:
    """About `length` characters of the text around the place that answers the query best."""
    wanted = query_tokens(query)
    return around(text, lambda words: marks(words, wanted), length)


def around(text: str, find: Callable[[str], list[Mark]], length: int) -> str:
    """About `length` characters of the text around the densest of the marks that `find` sets."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) <= length:
        return text
    found = find(text)
    start = _densest(found, length) if found else 0
    start = max(0, min(start - length // 5, len(text) - length))
    if start:
        space = text.find(" ", start, start + length // 5)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", end - length // 5, end)
        end = space if space > start else end
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")


def _densest(found: list[Mark], length: int) -> int:
    """The start of the first window of `length` characters that holds most marked ones."""
    best, best_start, held, first = -1, 0, 0, 0
    for mark in found:
        held += mark.end - mark.start
        while mark.end - found[first].start > length and found[first] is not mark:
            held -= found[first].end - found[first].start
            first += 1
        if held > best:
            best, best_start = held, found[first].start
    return best_start
