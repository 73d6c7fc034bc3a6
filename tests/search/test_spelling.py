"""Mistyped words are found again; pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import spelling
from search.spelling import Vocabulary, corrected, distance, jamo

KNOWN = Vocabulary(
    spelling.words_of(
        [
            "원산지증명서를 거절한 신용장 체선료와 할랄 인증",
            "베트남 인도네시아 리튬 배터리 아마존 코셔 반덤핑 탄소국경조정제도",
            "cosmetics certificate registration",
        ]
    )
)


def test_jamo_are_the_letters_that_are_typed():
    assert jamo("통관 FTA") == "ㅌㅗㅇㄱㅘㄴ FTA"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("원산지증멍서", "원산지증명서"),
        ("신용짱", "신용장"),
        ("체선뇨가", "체선료가"),
        ("할날 인증", "할랄 인증"),
        ("베트냄", "베트남"),
        ("인도네시야 할랄", "인도네시아 할랄"),
        ("탄소국겅조정", "탄소국경조정"),
        ("cosmetcis", "cosmetics"),
        ("certifcate", "certificate"),
    ],
)
def test_mistyped_word_is_found_again(typed, meant):
    assert corrected(typed, KNOWN) == meant


@pytest.mark.parametrize("typed", ["신용장", "할랄 인증", "전혀다른말", "3304", "", "김", "?!"])
def test_known_and_far_words_are_left_alone(typed):
    assert corrected(typed, KNOWN) is None


@given(st.text(alphabet="ㄱㄴㅏㅓabc", max_size=8), st.text(alphabet="ㄱㄴㅏㅓabc", max_size=8))
def test_distance_is_symmetric_and_nought_only_for_equals(one, other):
    there = distance(one, other, 9)

    assert there == distance(other, one, 9)
    assert (there == 0) == (one == other)


def test_swapped_letters_are_one_mistake():
    assert distance("cosmetcis", "cosmetics", 2) == 1
