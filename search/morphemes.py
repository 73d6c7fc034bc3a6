"""Korean text to morphemes by Kiwi: nouns, stems of verbs, words and numbers; no Django.

One analyser per process tree: load it before the process forks (`load`). Its model takes about
two seconds and 260 MB; a document costs about 5 ms of processor time, a query 0.1 ms.
"""

import json
import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from search import codes, text
from search.concepts import PREFIX, Concept, Way

# The ends of a longer noun, at which a compound is found too: 관세 in 관세청.
PART = "~"
# A verb or adjective is kept by its stem; the sign keeps 바다 (sea) apart from 바치다.
STEM = "/"
# What a verb or adverb counts beside a noun as rare: 신용장을 열지 못해 is about the 신용장.
_VERB = 0.5
_NOUNS = frozenset({"NNG", "NNP", "NR", "XR"})
# What a rare word can fall apart into beside them: 체선료 into 체, 선 and 료.
_SCATTERED = _NOUNS | {"NNB"}
# What an odd syllable behind a noun counts: 짱 of 신용짱, 길 of 수출길.
_ODD = 0.3
_HANGUL = re.compile("[가-힣]")
_ABBREVIATION = re.compile(r"(?<![0-9a-z])([a-z])/([a-z])(?![0-9a-z])")
_LATIN = re.compile("[a-z]+")
_NUMBER_WORD = re.compile(r"[\d.,-]+")

_WORDS = json.loads((Path(__file__).parent / "data" / "words.json").read_text(encoding="utf-8"))
# Verbs that carry no meaning of their own beside a noun: 거절당하다, 확인받다.
_LIGHT = frozenset(_WORDS["light_verbs"])
# Nouns and adverbs that a question is made of, not what it asks for.
_FILLERS = frozenset(_WORDS["fillers"])
_ENGLISH = frozenset(_WORDS["english"])
# Words of other classes made of a stem: both sides are reduced to it.
_DERIVED: dict[str, str] = _WORDS["derived"]
# A three-syllable noun that ends so is found by its first two syllables as well.
_SUFFIXES = frozenset(_WORDS["suffixes"])
_PIECE = 5_000

_lock = threading.Lock()
_loading = threading.Lock()


def load() -> Any:
    """The analyser; loads its model at the first call. Raises ImportError without kiwipiepy."""
    with _loading:
        return _analyser()


@lru_cache(maxsize=1)
def _analyser() -> Any:
    from kiwipiepy import Kiwi  # noqa: PLC0415 - 260 MB, wanted only where it is chosen

    analyser = Kiwi(num_workers=1, load_multi_dict=False)
    analyser.tokenize("통관")
    return analyser


def _analysed(plain: str) -> list[Any]:
    # One at a time: the threads of a process share the analyser.
    with _lock:
        return list(load().tokenize(plain))


def _plain(words: str) -> str:
    """Comparable text in which L/C is one word, and another than LC or a country's code."""
    return _ABBREVIATION.sub(r"\1slash\2", text.normalise(words))


def english(word: str) -> str:
    """A Latin word without the ending of its plural."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def document(words: str) -> list[str]:
    """The distinct tokens of a document."""
    plain = _plain(words)
    found: dict[str, None] = {}
    for token in _foreign(plain):
        found[token] = None
    for piece in _pieces(plain):
        for token in _of_document(_analysed(piece)):
            found[token] = None
    return list(found)


def _pieces(plain: str) -> Iterator[str]:
    """The text in stretches that an analysis can bear, cut at blanks."""
    if not _HANGUL.search(plain):
        return
    at = 0
    while at < len(plain):
        end = at + _PIECE
        if end < len(plain):
            blank = plain.rfind(" ", at + 1, end)
            end = blank if blank > at else end
        yield plain[at:end]
        at = end


def _foreign(plain: str) -> Iterator[str]:
    """Latin words, numbers and characters of neighbouring scripts."""
    for run in text.runs(plain):
        if _HANGUL.match(run):
            continue
        for token in text.cut(run):
            yield english(token) if _LATIN.fullmatch(token) else token
            if token.isdecimal():
                yield from codes.in_text(token)


def _gathered(morphemes: list[Any]) -> dict[int, str]:
    """Words that fell apart into single syllables, by the place of each of these.

    In a compound the analysis may miss what it knows by itself: 도착항 검역에서 has 검 and 역.
    """
    found: dict[int, str] = {}
    run: list[Any] = []
    for one in morphemes:
        single = len(one.form) == 1 and one.tag in _SCATTERED
        if run and not (single and run[-1].end == one.start):
            found |= _whole(run)
            run = []
        if single:
            run.append(one)
    return found | _whole(run)


def _whole(run: list[Any]) -> dict[int, str]:
    if len(run) < 2 or all(one.tag == "NNB" for one in run):
        return {}
    return dict.fromkeys((one.start for one in run), "".join(one.form for one in run))


def _of_document(morphemes: list[Any]) -> Iterator[str]:
    yield from _gathered(morphemes).values()
    before: Any = None
    for one in morphemes:
        tag, form = one.tag, one.form
        if tag in _NOUNS:
            yield from _noun(form, tag)
            if before is not None and before.tag == "XPN" and before.end == one.start:
                yield before.form + form
        elif tag == "XSN" and before is not None and before.tag in _NOUNS:
            yield before.form + form
        elif tag.startswith(("VV", "VA")) and form not in _LIGHT:
            yield _stem(form)
        elif tag == "MAG" and len(form) > 1 and form not in _FILLERS:
            yield form
        before = one


def _noun(form: str, tag: str) -> Iterator[str]:
    yield form
    if form in _DERIVED:
        yield _stem(form)
    # 프린스루퍼트항 and 프린스루퍼트.
    if len(form) > 3 and form[-1] in _SUFFIXES:
        yield form[:-1]
    # Names keep their ends otherwise: 인도네시아 is not 인도.
    if tag == "NNP" or len(form) < 3:
        return
    if len(form) > 3 or form[-1] in _SUFFIXES:
        yield PART + form[:2]
    if len(form) > 3:
        yield PART + form[-2:]


def _stem(form: str) -> str:
    return _DERIVED.get(form, form) + STEM


def query(words: str) -> list[Concept]:
    """What a query asks for, in its order, each thing once; at most `text.MAX_QUERY_TOKENS`.

    Light verbs and the words that questions are made of count only when nothing else is there.
    """
    plain = _plain(words[: text.MAX_QUERY_CHARACTERS])
    weighty: list[Concept] = []
    light: list[Concept] = []
    named = bool(re.search(r"(?<![a-z])hs(?![a-z])|품목번호|세번", plain))
    for place, one, is_light in sorted(
        [*_asked_foreign(plain, named), *_asked_korean(plain, named)], key=lambda found: found[0]
    ):
        del place
        (light if is_light else weighty).append(one)
    distinct = {one.token: one for one in reversed(weighty or light)}
    found = list(reversed(distinct.values()))[: text.MAX_QUERY_TOKENS]
    if len(found) == 1 and len(found[0].token) == 1 and not found[0].token.isascii():
        return [found[0].also([Way(frozenset({found[0].token + PREFIX}), 0.5)])]
    return found


_Asked = tuple[int, Concept, bool]


def _asked_foreign(plain: str, named: bool) -> Iterator[_Asked]:
    for place, run in text.placed_runs(plain):
        if _HANGUL.match(run):
            continue
        digits = "".join(sign for sign in run if sign.isdecimal())
        if digits and _NUMBER_WORD.fullmatch(run):
            others = codes.asked(digits, surely=named)
            yield place, Concept.of(run, digits[: text.MAX_WORD], others), False
            continue
        for token in text.cut(run):
            word = english(token) if _LATIN.fullmatch(token) else token
            yield place, Concept.of(run, word), word in _ENGLISH or (named and word == "hs")


def _asked_korean(plain: str, named: bool) -> Iterator[_Asked]:
    if not _HANGUL.search(plain):
        return
    before: Any = None
    morphemes = _analysed(plain)
    shares = _shares(morphemes)
    gathered = _gathered(morphemes)
    for one in morphemes:
        tag, form, place = one.tag, one.form, one.start
        after_noun = before is not None and before.tag in _NOUNS and before.end == place
        if place in gathered:
            word = gathered[place]
            if gathered.get(place - 1) != word:
                apart = Way(frozenset(word), 0.8)
                yield place, Concept.of(word, word, _beside(word, tag)).also([apart]), False
        elif tag in _NOUNS:
            # 료 of 할증료, 법 of 방지법: an ending rather than a thing.
            ending = len(form) == 1 and after_noun
            idle = form in _FILLERS or (ending and form in _SUFFIXES)
            idle = idle or (named and form in {"코드", "품목번호", "세번"})
            share = _ODD if ending else shares.get(place, 1.0)
            if before is not None and before.tag == "XPN" and before.end == place:
                other = [(form, 0.7)]
                yield place, Concept.of(form, before.form + form, other, share), idle
            else:
                yield place, Concept.of(form, form, _beside(form, tag), share), idle
        elif tag.startswith(("VV", "VA")):
            yield place, Concept.of(form, _stem(form), share=_VERB), form in _LIGHT
        elif tag == "MAG" and len(form) > 1:
            yield place, Concept.of(form, form, share=_VERB), form in _FILLERS
        before = one


def _shares(morphemes: list[Any]) -> dict[int, float]:
    """What each noun of a compound counts: 의료기기 is one thing more than two."""
    shares: dict[int, float] = {}
    run: list[int] = []
    end = -1
    for one in morphemes:
        if one.tag in _NOUNS and len(one.form) > 1:
            run = [*run, one.start] if one.start == end else [one.start]
            shares |= dict.fromkeys(run, len(run) ** -0.5)
            end = one.end
    return shares


def _beside(form: str, tag: str) -> list[tuple[str, float]]:
    others = []
    if form in _DERIVED:
        others.append((_stem(form), 0.9))
    if len(form) == 2:
        others.append((PART + form, 0.8))
    if len(form) == 3 and form[-1] in _SUFFIXES and tag != "NNP":
        others.append((form[:2], 0.7))
    return others
