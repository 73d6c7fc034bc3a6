"""Coverage, weights, order and synonyms: pure."""

from search import ranking, synonyms, tokeniser
from search.concepts import Concept, Way, tokens_of
from search.ranking import Candidate, Scale

CUT = tokeniser.TOKENISERS["bigram"].query
GROUPS = [["미수금", "대금 미지급"], ["라벨", "표시사항"], ["USA", "미국"]]


def concepts(*tokens):
    return [Concept.of(token, token) for token in tokens]


def scale(*tokens, total=10, **holding):
    return Scale.of(concepts(*tokens), dict.fromkeys(tokens, 3) | holding, total)


def candidate(pk, title="", body=""):
    return Candidate(pk, frozenset(title.split()), frozenset(body.split()))


def keys(candidates, of, **more):
    return [pk for pk, _score in ranking.ranked(candidates, of, **more)]


def test_ranked_wants_sixty_percent_of_the_weight():
    rows = [candidate(1, body="a b"), candidate(2, body="a")]

    assert keys(rows, scale("a", "b", "c")) == [1]


def test_nearest_may_be_asked_for():
    rows = [candidate(1, body="a b"), candidate(2, body="a")]

    assert keys(rows, scale("a", "b", "c"), least=ranking.NEAREST) == [1, 2]


def test_rare_word_outweighs_frequent_ones():
    rows = [candidate(1, body="a b"), candidate(2, body="rare a")]

    assert keys(rows, scale("a", "b", "rare", total=1000, a=500, b=500, rare=1), least=0.1) == [
        2,
        1,
    ]


def test_ranked_sets_titles_before_bodies_and_newest_first():
    rows = [candidate(1, body="a"), candidate(2, title="a"), candidate(3, body="a")]

    assert keys(rows, scale("a")) == [2, 3, 1]


def test_ranked_sets_the_words_themselves_before_synonyms():
    one = Concept.of("a", "a", [("x", 0.8)])
    rows = [candidate(9, body="x"), candidate(1, body="a")]

    assert keys(rows, Scale.of([one], {"a": 1, "x": 1}, 2)) == [1, 9]


def test_several_ways_of_one_thing_count_a_little_more():
    one = Concept.of("a", "a", [("x", 0.8)])

    assert one.weight_in({"a", "x"}) > one.weight_in({"a"}) > one.weight_in({"x"}) > 0


def test_document_that_covers_enough_holds_one_of_what_decides():
    of = scale("a", "b", "c", total=1000, a=900, b=900, c=2)

    deciding = {one.token for one in of.deciding()}

    assert deciding == {"c"}
    assert of.score(candidate(1, body="a b")).coverage < ranking.COVERAGE


def test_thesaurus_widens_each_word_of_a_phrase():
    known = synonyms.Thesaurus(CUT, [(0.8, GROUPS)])

    (first, second) = known.widen(CUT("미수금"))

    other = frozenset(one.token for one in CUT("대금 미지급"))
    assert [Way(other, 0.8) in one.ways for one in (first, second)] == [True, True]


def test_thesaurus_leaves_the_rest_of_the_query():
    known = synonyms.Thesaurus(CUT, [(1.0, GROUPS)])

    found = known.widen(CUT("USA 라벨"))

    assert [one.token for one in found] == ["usa", "라벨"]
    assert set(tokens_of(found)) == {"usa", "미국", "라벨", "표시", "시사", "사항"}


def test_every_synonym_has_tokens_and_a_partner():
    for group in synonyms.groups():
        cut = {tuple(sorted(one.token for one in CUT(phrase))) for phrase in group}
        assert len(cut - {()}) == len(set(group)), group


def test_related_words_lead_one_way_and_count_least():
    known = synonyms.Thesaurus(CUT, [])
    known.lead(CUT, ["검역"], [["훈증"]], synonyms.RELATED)

    (asked,), (other,) = known.widen(CUT("검역")), known.widen(CUT("훈증"))

    assert Way(frozenset({"훈증"}), synonyms.RELATED) in asked.ways
    assert len(other.ways) == 1
    assert synonyms.RELATED < synonyms.GOODS < synonyms.WEIGHT


def test_goods_lead_to_codes_that_there_are():
    for asked, found in synonyms.leads("goods"):
        assert asked
        assert found
        assert all(code.isdecimal() and len(code) in (2, 4, 6) for code in found), found


def test_every_related_phrase_has_tokens():
    for asked, others in synonyms.leads("related"):
        assert all(CUT(phrase) for phrase in (*asked, *others)), asked
