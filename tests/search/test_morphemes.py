"""Documents and queries cut into morphemes; no database."""

import subprocess
import sys

import pytest

from search import codes, morphemes
from search.concepts import Concept

pytest.importorskip("kiwipiepy")


def tokens(query):
    return [one.token for one in morphemes.query(query)]


def finds(query, document):
    """Whether a document holds every thing that the query asks for."""
    held = set(morphemes.document(document))
    asked = morphemes.query(query)
    return bool(asked) and all(one.weight_in(held) for one in asked)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("통관", "수출통관이 늦어지고 있습니다"),
        ("통관 지연", "통관이 지연되었다고 합니다"),
        ("거절당했다", "접수를 거절하였습니다"),
        ("할랄인증", "할랄 인증을 받았습니다"),
        ("할랄 인증", "할랄인증서가 없어 인증이 늦다"),
        ("원산지 증명", "원산지증명서 발급"),
        ("늦어졌다", "도착이 늦게 되었습니다"),
        ("관세", "관세청에 물었습니다"),
        ("검역", "검역소에서 멈추었다"),
        ("어렵다", "어려움을 겪고 있습니다"),
        ("L/C", "취소불능 l/c를 열었다"),
        ("certificates", "a certificate of origin"),
        ("3304.99", "HS 3304.99-1000"),
        ("330499", "HS 3304.99-1000"),
        ("반덤핑", "반덤핑 조사가 시작되었다"),
    ],
)
def test_inflected_and_compound_words_are_found(query, document):
    assert finds(query, document)


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("통관", "교통관제 센터"),
        ("인증", "확인증을 받았다"),
        ("비자", "소비자 보호법"),
        ("인도", "인도네시아 시장"),
        ("C/O", "CO KR"),
        ("통관 지연", "교육 안내"),
    ],
)
def test_traps_are_not(query, document):
    assert not finds(query, document)


def test_light_verbs_and_question_words_do_not_count():
    assert tokens("화장품을 미국에 팔려면 어떻게 해야 하나요?") == ["화장품", "미국", "팔/"]
    assert tokens("돈을 못 받았어요") == ["돈"]
    assert tokens("How do I notify the FDA?") == ["notify", "fda"]


def test_lone_filler_is_asked_for_where_nothing_else_is():
    assert tokens("방법") == ["방법"]


def test_code_finds_what_lies_under_and_above_it():
    (asked,) = morphemes.query("HS코드 3304.99")
    stored = {name: set(codes.stored([name])) for name in ("3304", "330499", "33049910", "3305")}

    assert {name: bool(asked.weight_in(held)) for name, held in stored.items()} == {
        "3304": True,
        "330499": True,
        "33049910": True,
        "3305": False,
    }


def test_a_year_is_no_chapter():
    assert codes.asked("2026") == [("#2026", 1.0)]
    assert codes.asked("20") == []
    assert ("=33", 0.8) in codes.asked("3304")


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        " ",
        "?!.,",
        "\x00",
        "\ud800",
        "가" * 20_000,
        "ㅋ" * 5_000,
        "👩‍🚀🚀",
        "a/b" * 3000,
        "%s %",
    ],
)
def test_hostile_text_never_fails(hostile):
    assert isinstance(morphemes.document(hostile), list)
    assert all(isinstance(one, Concept) for one in morphemes.query(hostile))


def test_module_needs_no_model_until_it_is_used():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, search.morphemes; print('kiwipiepy' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout == "False\n"


def test_word_that_falls_apart_in_a_compound_is_found():
    """In 도착항 검역에서 the analysis sees 검 and 역, in 체선료를 nothing that it knows."""
    held = morphemes.document(
        "어획 해역을 적어야 도착항 검역에서 다시 묻지 않습니다. 체선료를 나누었습니다."
    )

    assert {"검역", "체선료"} <= set(held)


def test_odd_syllable_behind_a_noun_counts_a_little():
    (noun, odd) = morphemes.query("신용짱")

    assert (noun.token, noun.share, odd.token) == ("신용", 1.0, "짱")
    assert odd.share < 0.5
