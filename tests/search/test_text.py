"""Normalising, tokens, marks: pure."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import text


@pytest.mark.parametrize(
    "typed",
    [
        "통관",
        unicodedata.normalize("NFD", "통관"),
        "ㅌㅗㅇㄱㅘㄴ",
        "통\u200b관",
        "\u202e통관\u202c",
        "\ufeff통관",
    ],
)
def test_normalise_gives_one_form_however_hangul_was_typed(typed):
    assert text.normalise(typed) == "통관"


@pytest.mark.parametrize("typed", ["ＦＴＡ", "fta", "F\u00adTA", "FTA"])
def test_normalise_folds_width_case_and_soft_hyphens(typed):
    assert text.normalise(typed) == "fta"


def test_normalise_turns_controls_and_surrogates_into_spaces():
    assert text.normalise("a\x00b\ud800c\nd") == "a b c d"


def test_tokens_pairs_hangul_and_keeps_words():
    assert text.tokens("수출통관이 FTA 2025 관") == [
        "수출",
        "출통",
        "통관",
        "관이",
        "fta",
        "2025",
        "관",
    ]


def test_tokens_of_a_dotted_number_hold_its_parts_and_the_whole():
    assert text.tokens("HS 3304.99-1000") == ["hs", "3304", "99", "1000", "3304991000"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("통관이", ["통관"]),
        ("거절당했다", ["거절"]),
        ("지연되었습니다", ["지연"]),
        ("수출을 하고", ["수출", "하고"]),
        ("3304.99", ["330499"]),
        ("관", ["관"]),
        ("수출 시", ["수출"]),
        ("인도", ["인도"]),
        ("!!! ***", []),
        ("", []),
    ],
)
def test_query_tokens_drops_endings_and_lone_syllables(query, expected):
    assert text.query_tokens(query) == expected


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=12))
def test_query_tokens_of_a_word_stand_in_every_document_with_that_word(word):
    assert set(text.query_tokens(word)) <= set(text.tokens(word))


@given(st.text(max_size=80))
def test_normalise_is_stable_and_tokens_never_fail(anything):
    once = text.normalise(anything)

    assert text.tokens(once) == text.tokens(anything)


@given(st.text(max_size=80), st.text(max_size=10))
def test_highlight_loses_no_character(anything, query):
    pieces = text.highlight(anything, query)

    assert "".join(piece for piece, _ in pieces) == anything


def test_highlight_marks_the_word_inside_the_compound():
    assert text.highlight("수출통관이 지연", "통관") == [
        ("수출", False),
        ("통관", True),
        ("이 지연", False),
    ]


def test_highlight_marks_adjacent_pairs_once_and_numbers_whole():
    assert text.highlight("HS 3304.99 원산지증명", "원산지 3304.99") == [
        ("HS ", False),
        ("3304.99", True),
        (" ", False),
        ("원산지", True),
        ("증명", False),
    ]


def test_highlight_marks_nothing_for_another_word():
    assert text.highlight("교육 자료", "통관") == [("교육 자료", False)]


def test_excerpt_shows_the_place_of_the_hit():
    long = "서론입니다 " * 60 + "베트남 통관이 지연되었다 " + "맺음말입니다 " * 60

    cut = text.excerpt(long, "통관 지연", length=80)

    assert ("통관이 지연되었다" in cut, len(cut) <= 84, cut[:2], cut[-2:]) == (
        True,
        True,
        "… ",
        " …",
    )


def test_excerpt_leaves_a_short_text_alone():
    assert text.excerpt("짧은  글", "없음") == "짧은 글"


@pytest.mark.parametrize(
    "hostile",
    ["가" * 65536, "3.3-" * 16384, "ㄱㅏ" * 32768, "a-" * 32768, "\u0300" * 65536, "하" * 65536],
)
def test_hostile_text_costs_little(hostile):
    begin = time.process_time()

    text.query_tokens(hostile)
    text.highlight(hostile, "하하 가가")

    assert time.process_time() - begin < 0.5


def test_query_of_64_kb_is_cut():
    assert len(text.query_tokens(" ".join(str(n) for n in range(20000)))) <= text.MAX_QUERY_TOKENS
