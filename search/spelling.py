"""Words mistyped by a letter or two, found again among known words; pure.

Hangul is compared by its letters (jamo), so that 멍 is one letter away from 명, not a syllable.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from search import text

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# Letters that sound alike or lie under one key with shift: half a mistake.
_NEAR = [
    *(
        "ㄱㄲㅋ",
        "ㄷㄸㅌ",
        "ㅂㅃㅍ",
        "ㅅㅆ",
        "ㅈㅉㅊ",
        "ㅐㅔ",
        "ㅒㅖ",
        "ㅏㅑ",
        "ㅓㅕ",
        "ㅗㅛ",
        "ㅜㅠ",
    ),
    *("ㅚㅙㅞ", "ㄹㄴ", "ㅑㅕ", "ㅓㅗ", "ㅡㅜ"),
]
_ALIKE = {(a, b) for group in _NEAR for a in group for b in group if a != b}
_WORD = re.compile("[가-힣]{2,}|[a-z]{3,}")
MAX_WORDS = 60_000
_MOST_COMPARED = 60


def jamo(word: str) -> str:
    """The letters that a word is typed with: 통관 → ㅌㅗㅇㄱㅘㄴ; other signs stay."""
    letters = []
    for sign in word:
        number = ord(sign) - 0xAC00
        if 0 <= number < 11172:
            lead, rest = divmod(number, 588)
            vowel, tail = divmod(rest, 28)
            letters += [_LEADS[lead], _VOWELS[vowel], _TAILS[tail].strip()]
        else:
            letters.append(sign)
    return "".join(letters)


def distance(one: str, other: str, most: float) -> float:
    """Mistakes between two runs of letters, also swapped neighbours; above `most`: any more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[float] = []
    row = [float(place) for place in range(len(other) + 1)]
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [float(i)]
        for j, b in enumerate(other, 1):
            swap = 0.0 if a == b else 0.5 if (a, b) in _ALIKE else 1.0
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + swap)
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]


def words_of(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, without particles and light verbs."""
    counted: Counter[str] = Counter()
    for one in texts:
        counted.update(_WORD.findall(text.normalise(one)))
    found: Counter[str] = Counter()
    for word, count in counted.items():
        found[text.stem(word)] += count
    return found


class Vocabulary:
    """Known words, and the nearest of them to a mistyped one."""

    def __init__(self, counted: Mapping[str, int]) -> None:
        """`counted` says how often each word is used; the most frequent `MAX_WORDS` are kept."""
        kept = Counter(counted).most_common(MAX_WORDS)
        self._known = {word: count for word, count in kept if len(word) > 1}
        self._letters = {word: jamo(word) for word in self._known}
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for word, letters in self._letters.items():
            for pair in _pairs(letters):
                self._by_pair[pair].append(word)

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def __len__(self) -> int:
        return len(self._known)

    def nearest(self, word: str) -> str | None:
        """The known word that was probably meant; None when none is near, or the word is known.

        One mistake is borne in up to eight letters, two in longer words. A long word may also
        be the beginning of a known one: 탄소국겅조정 of 탄소국경조정제도.
        """
        if word in self._known or len(word) < 2:
            return None
        letters = jamo(word)
        most = 1.0 if len(letters) <= 8 else 2.0
        shared: Counter[str] = Counter()
        for pair in _pairs(letters):
            shared.update(self._by_pair.get(pair, ()))
        best: tuple[float, int, str] | None = None
        for candidate, _count in shared.most_common(_MOST_COMPARED):
            for meant, theirs in self._readings(word, candidate):
                far = distance(letters, theirs, most)
                if far <= most:
                    found = (far, -self._known[candidate], meant)
                    best = min(best, found) if best else found
        return best[2] if best else None

    def _readings(self, word: str, candidate: str) -> list[tuple[str, str]]:
        whole = [(candidate, self._letters[candidate])]
        if len(word) >= 4 and len(candidate) > len(word):
            beginning = candidate[: len(word)]
            whole.append((beginning, jamo(beginning)))
        return whole


def _pairs(letters: str) -> set[str]:
    framed = f"^{letters}$"
    return {framed[at : at + 2] for at in range(len(framed) - 1)}


def corrected(query: str, vocabulary: Vocabulary) -> str | None:
    """The query with its unknown words replaced by near known ones; None when nothing is near."""
    changed = False
    parts = []
    for part in re.split(r"(\s+)", text.normalise(query[: text.MAX_QUERY_CHARACTERS])):
        stem = text.stem(part) if _WORD.fullmatch(part) else ""
        better = vocabulary.nearest(stem) if stem else None
        changed = changed or better is not None
        parts.append(better + part[len(stem) :] if better else part)
    return "".join(parts) if changed else None
