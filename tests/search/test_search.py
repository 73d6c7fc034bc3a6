"""`.search(q)` on whatever database the suite runs on."""

import time
import unicodedata

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import backends, finding, index, query, synonyms, working
from search.backends import side_table
from search.models import Waiting
from search.operations import SearchIndex


@pytest.fixture
def papers(paper_model):
    def make(*rows):
        made = []
        for title, body in rows:
            paper = paper_model.objects.create(title=title)
            index.put(paper_model, paper.pk, title=title, body=body)
            made.append(paper)
        return made

    return make


def titles(found):
    return [paper.title for paper in found]


def test_search_finds_the_noun_inside_an_inflected_compound(papers, paper_model):
    papers(("베트남", "수출통관이 지연되고 있습니다"), ("교육", "세미나 안내"))

    assert titles(paper_model.objects.search("통관")) == ["베트남"]


@pytest.mark.parametrize(
    "typed",
    [
        "통관 지연",
        unicodedata.normalize("NFD", "통관 지연"),
        "통\u200b관이 지연되었다",
        "ㅌㅗㅇㄱㅘㄴ 지연",
    ],
)
def test_search_finds_the_same_however_it_was_typed(papers, paper_model, typed):
    papers(("베트남", "통관이 지연됨"), ("중국", "인증 절차"))

    assert titles(paper_model.objects.search(typed)) == ["베트남"]


def test_search_sets_title_hits_first(papers, paper_model):
    papers(("통관 안내", "내용"), ("안내", "통관"))

    assert titles(paper_model.objects.search("통관")) == ["통관 안내", "안내"]


def test_search_wants_most_of_the_query(papers, paper_model):
    papers(("가", "베트남 화장품 허가"), ("나", "베트남 소식"))

    assert titles(paper_model.objects.search("베트남 화장품 허가")) == ["가"]


def test_search_finds_by_synonym(papers, paper_model):
    papers(("가", "바이어의 대금 미지급"), ("나", "물류 소식"))

    assert titles(paper_model.objects.search("미수금")) == ["가"]


def test_search_takes_a_lone_syllable_as_a_beginning(papers, paper_model):
    papers(("가", "관세 안내"), ("나", "소식"))

    assert titles(paper_model.objects.search("관")) == ["가"]


def test_search_composes_with_filters_and_pages(papers, paper_model):
    made = papers(*[(f"통관 {number}", "") for number in range(30)])
    paper_model.objects.filter(pk=made[-1].pk).update(hidden=True)

    found = paper_model.objects.open().search("통관")
    page = Paginator(found, 10).page(3)

    assert titles(page) == [f"통관 {number}" for number in range(8, -1, -1)]


def test_search_filters_before_it_takes_its_best(papers, paper_model, monkeypatch):
    monkeypatch.setattr(query, "LIMIT", 2)
    made = papers(*[(f"통관 {number}", "") for number in range(5)])
    paper_model.objects.filter(pk__gte=made[2].pk).update(hidden=True)

    assert titles(paper_model.objects.open().search("통관")) == ["통관 1", "통관 0"]


@pytest.mark.parametrize("shape", ["filtered", "distinct", "combined"])
def test_search_keeps_to_any_queryset(papers, paper_model, shape):
    made = papers(*[(f"통관 {number}", "") for number in range(4)])
    paper_model.objects.filter(pk=made[3].pk).update(hidden=True)
    rows = paper_model.objects.filter(hidden=False)
    of = {
        "filtered": rows,
        "distinct": rows.distinct(),
        "combined": rows.filter(title="통관 0").union(rows.exclude(title="통관 0")),
    }

    found = finding.find([of[shape]], "통관")

    assert [hit.pk for hit in found.hits] == [paper.pk for paper in made[2::-1]]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans it by itself")
def test_allowed_rows_are_looked_up_one_by_one(papers, paper_model):
    """With a broken twin: as a list of keys FTS5 would be asked again for every allowed row."""
    papers(("통관", ""))
    keys = "SELECT id FROM search_tests_paper WHERE NOT hidden"

    def plan(within):
        question = backends.Question([finding.concepts_of("통관")], [], 5, within=within)
        with CaptureQueriesContext(connection) as seen, connection.cursor() as cursor:
            backends.backend(connection).rows(cursor, "search_tests_paper", question)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + seen[-1]["sql"])
            return " ".join(row[3] for row in cursor.fetchall())

    good, twin = plan(backends.Within(keys)), plan(backends.Within(keys, plain=False))

    assert ("CORRELATED" in good, "CORRELATED" in twin) == (True, False)


def test_search_of_nothing_finds_nothing(papers, paper_model):
    papers(("통관", ""))

    assert (
        list(paper_model.objects.search(" ")),
        list(paper_model.objects.none().search("통관")),
        list(paper_model.objects.search("없는말")),
    ) == ([], [], [])


def test_put_replaces_and_remove_forgets(papers, paper_model):
    first, second = papers(("통관", ""), ("인증", ""))

    index.put(paper_model, first.pk, title="검사")
    index.remove(paper_model, second.pk)

    assert (
        titles(paper_model.objects.search("통관")),
        titles(paper_model.objects.search("검사")),
        titles(paper_model.objects.search("인증")),
    ) == ([], ["통관"], [])


def test_clear_and_put_many_fill_the_index_again(papers, paper_model):
    made = papers(("통관", ""), ("인증", ""))
    index.clear(paper_model)

    count = index.put_many(paper_model, [(paper.pk, "관세 안내", "") for paper in made])

    assert (count, titles(paper_model.objects.search("관세 안내"))) == (2, ["인증", "통관"])


@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        "'; DROP TABLE search_tests_paper; --",
        "통관 NEAR/2 지연",
        "NOT AND OR",
        "title:통관*",
        "*",
        "^통관",
        "a:b & !c | (d <-> e)",
        "\\",
        "통관\x00지연",
        "\ud800",
        "👩‍🚀🚀",
        "%s %(x)s %",
        "?!.,;:()[]{}",
        "가" * 65536,
        '"' * 65536,
        "(" * 65536,
        " ".join(f"w{number}" for number in range(10000)),
        "ﷺ" * 300,
        "İıßﬀ",
    ],
)
def test_hostile_queries_cost_little_and_never_fail(papers, paper_model, hostile):
    papers(("통관 안내", "지연"), ('O\'Neill \\ "q"', "a'b"))
    list(paper_model.objects.search("통관"))  # the lists of words are read once for all
    took = []
    for _look in range(5):
        begin = time.thread_time()
        found = list(paper_model.objects.search(hostile))
        took.append(time.thread_time() - begin)
        if took[-1] < 0.1:
            break

    assert (min(took) < 0.1, len(found) <= 2) == (True, True)


def test_hostile_documents_are_indexed(papers, paper_model):
    (paper,) = papers(("통관", ""))

    index.put(
        paper_model,
        paper.pk,
        title="a\x00b\ud800 ' \\ : * 통관",
        body="가" * 300_000 + "𝕏" * 3000 + "İßﷺ ½ ²",
    )

    assert len(paper_model.objects.search("통관")) == 1


@pytest.mark.django_db(transaction=True)
def test_search_index_operation_creates_and_drops_its_table():
    operation = SearchIndex("search_tests_other")

    with connection.schema_editor() as editor:
        operation.database_forwards("x", editor, None, None)
    made = side_table("search_tests_other") in connection.introspection.table_names()
    with connection.schema_editor() as editor:
        operation.database_backwards("x", editor, None, None)
    left = [name for name in connection.introspection.table_names() if "search_tests" in name]

    assert (made, left, operation.deconstruct()) == (
        True,
        [],
        ("SearchIndex", ["search_tests_other"], {}),
    )


def answers(paper_model):
    """Which papers are said to answer, where the nearest are asked for too."""
    found = finding.find([paper_model.objects.all()], "베트남 화장품 허가", near=True)
    return [paper_model.objects.get(pk=hit.pk).title for hit in found.hits]


def test_coverage_keeps_the_loosely_related_row_out(papers, paper_model, monkeypatch):
    """With a broken twin: without the rule the row would answer."""
    papers(("가", "베트남 화장품 허가"), ("나", "베트남 소식"))

    kept = answers(paper_model)
    monkeypatch.setattr("search.ranking.COVERAGE", 0.01)

    assert (kept, answers(paper_model)) == (["가"], ["가", "나"])


def test_rows_that_lack_a_word_come_where_none_has_all(papers, paper_model):
    papers(("가", "베트남 화장품 허가"), ("나", "소식"))

    assert titles(paper_model.objects.search("베트남 화장품 허가 양자")) == ["가"]


def test_search_costs_one_statement_where_all_words_are_found(
    papers, paper_model, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(synonyms, "_named", [])
    papers(("베트남 화장품", ""), ("베트남", ""))

    with django_assert_num_queries(2):  # the index, and the rows
        list(paper_model.objects.search("베트남 화장품"))


# --- What waits -------------------------------------------------------------------------------
@pytest.fixture
def morphemes(settings):
    pytest.importorskip("kiwipiepy")
    settings.SEARCH_TOKENISER = "kiwi"


@pytest.mark.usefixtures("morphemes")
def test_documents_wait_for_the_worker(papers, paper_model, monkeypatch):
    analysed = []
    monkeypatch.setattr("search.morphemes._analysed", lambda plain: analysed.append(plain) or [])
    papers(("거절당했다", "접수"))
    waited = (Waiting.objects.count(), analysed)
    monkeypatch.undo()

    done = working.index_waiting()

    assert waited == (1, [])
    assert (done, Waiting.objects.count()) == (1, 0)
    assert working.index_waiting() == 0


@pytest.mark.usefixtures("morphemes")
def test_newer_version_is_not_overwritten_by_an_older_one(papers, paper_model, monkeypatch):
    (paper,) = papers(("통관", ""))
    real = index.tokens

    def slow(document):
        found = real(document)
        if document.title == "통관":
            index.put(paper_model, paper.pk, title="검사")
        return found

    monkeypatch.setattr(index, "tokens", slow)
    working.index_waiting()

    assert (titles(paper_model.objects.search("통관")), Waiting.objects.count()) == ([], 0)
    assert titles(paper_model.objects.search("검사")) == ["통관"]


@pytest.mark.usefixtures("morphemes")
def test_removed_row_does_not_come_back(papers, paper_model, monkeypatch):
    (paper,) = papers(("통관", ""))
    real = index.tokens

    def slow(document):
        index.remove(paper_model, paper.pk)
        return real(document)

    monkeypatch.setattr(index, "tokens", slow)
    working.index_waiting()

    assert titles(paper_model.objects.search("통관")) == []


@pytest.mark.usefixtures("morphemes")
def test_text_that_cannot_be_cut_keeps_nobody_waiting(papers, paper_model, monkeypatch, caplog):
    papers(("나쁨", ""), ("통관", ""))
    real = index.tokens

    def brittle(document):
        if document.title == "나쁨":
            raise ValueError("나쁨")
        return real(document)

    monkeypatch.setattr(index, "tokens", brittle)

    assert (working.index_waiting(), Waiting.objects.count()) == (1, 1)
    assert titles(paper_model.objects.search("통관")) == ["통관"]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_query_of_all_countries_is_borne(papers, paper_model, monkeypatch):
    names = [[f"나라{n}{m}" for m in range(12)] for n in range(60)]
    monkeypatch.setattr(synonyms, "_named", [lambda: names])
    monkeypatch.setattr(synonyms, "_built", {})
    papers(("나라07 소식", ""))

    list(paper_model.objects.search(" ".join(f"나라{n}0" for n in range(60))))

    assert titles(paper_model.objects.search("나라00")) == ["나라07 소식"]


@pytest.mark.usefixtures("morphemes")
def test_traps_and_inflections_in_the_index(papers, paper_model):
    papers(("교통관제", ""), ("수출통관이 지연되었다", ""), ("소비자", ""), ("비자를", ""))
    working.index_waiting()

    assert titles(paper_model.objects.search("통관")) == ["수출통관이 지연되었다"]
    assert titles(paper_model.objects.search("비자")) == ["비자를"]


def test_fill_puts_every_row_again_once(papers, paper_model, monkeypatch):
    papers(("통관", ""), ("인증", ""))
    index.clear(paper_model)
    monkeypatch.setattr(working, "_sources", {})
    working.register(paper_model, lambda one: index.put(paper_model, one.pk, title=one.title))

    counts = [working.fill(), working.fill()]
    monkeypatch.setattr(working, "LAYOUT", working.LAYOUT + 1)
    again = working.fill()

    assert (counts, again) == ([2, 0], 2)
    assert titles(paper_model.objects.search("인증")) == ["인증"]
