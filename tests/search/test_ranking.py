"""Coverage, order and synonyms: pure."""

from search import ranking, synonyms, text


def candidate(pk, title="", body=""):
    return ranking.Candidate(pk, frozenset(title.split()), frozenset(body.split()))


def test_ranked_wants_sixty_percent_of_the_tokens():
    two_of_three = candidate(1, body="a b")
    one_of_two_thirds = candidate(2, body="a")

    assert ranking.ranked([two_of_three, one_of_two_thirds], [["a", "b", "c"]]) == [1]


def test_ranked_sets_titles_before_bodies_and_newest_first():
    rows = [candidate(1, body="a"), candidate(2, title="a"), candidate(3, body="a")]

    assert ranking.ranked(rows, [["a"]]) == [2, 3, 1]


def test_ranked_sets_the_words_themselves_before_synonyms():
    assert ranking.ranked([candidate(9, body="x"), candidate(1, body="a")], [["a"], ["x"]]) == [
        1,
        9,
    ]


def test_variants_replace_a_phrase_by_its_synonyms():
    found = synonyms.variants("미수금", text.query_tokens)

    assert (found[0], text.query_tokens("대금 미지급") in found) == (["미수", "수금"], True)


def test_variants_keep_the_rest_of_the_query():
    found = synonyms.variants("베트남 라벨", text.query_tokens)

    assert text.query_tokens("베트남 표시사항") in [sorted_like(one) for one in found]


def sorted_like(tokens):
    return list(tokens)


def test_variants_are_few_and_none_for_nothing():
    many = synonyms.variants("통관 관세 운임 인증 비자 환율 화장품 베트남", text.query_tokens)

    assert (len(many), synonyms.variants("?!", text.query_tokens)) == (synonyms.MAX_VARIANTS, [])


def test_every_synonym_has_tokens_and_a_partner():
    for group in synonyms.groups():
        assert len({tuple(text.query_tokens(phrase)) for phrase in group} - {()}) == len(group)
