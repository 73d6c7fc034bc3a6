"""Inside the portal: fills the search with the labelled set and with generated documents."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from bench import lemmas, search_set
from casestudies.models import CaseStudy
from intake.models import Case
from marketinfo import actions
from marketinfo.models import Article, Requirement
from portal import facets, search_page, search_words
from search import backends, index, morphemes, tokeniser, working
from search.models import Waiting
from search.operations import SearchIndex
from search.query import SearchMixin

TABLE = "bench_document"
BATCH = 5_000


class DocumentQuerySet(SearchMixin):
    """Generated documents can be searched."""


class Document(models.Model):
    """A generated document; its table is made by `generated`."""

    text = models.TextField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        app_label = "bench"
        db_table = TABLE
        managed = False


class _NoMigrations:
    """Tells Django to make tables from the models as they are."""

    def __contains__(self, label: str) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


def bare() -> None:
    """Tables and reference rows without the history of migrations: 20 s of processor less."""
    settings.MIGRATION_MODULES = _NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    for model in (*facets.MODELS.values(), Case):
        SearchIndex(model._meta.db_table).database_forwards(  # type: ignore[arg-type]
            "bench", _Editor(), None, None
        )
    call_command("load_reference", stdout=io.StringIO())


# --- The labelled set ---------------------------------------------------------------------
def labelled() -> dict[str, Any]:
    """Write the labelled set by the verbs, index it, ask every query; the lists that came."""
    names: dict[tuple[str, int], str] = {}
    for paper in search_set.papers():
        kind, entry = _written(paper)
        names[kind, entry.pk] = paper.name
    began = time.process_time()
    indexed = working.index_waiting(seconds=300)
    seconds = time.process_time() - began
    search_words.forget()
    return {
        "tokeniser": tokeniser.chosen().name,
        "indexed": indexed,
        "index_seconds": round(seconds, 2),
        "ours": [_ours(query.words, names) for query in search_set.queries()],
        "fresh": [_ours(query.words, names) for query in search_set.queries("fresh")],
        "icontains": [_icontains(query.words, names) for query in search_set.queries()],
        "simple": [_simple(query.words, names) for query in search_set.queries()]
        if connection.vendor == "postgresql"
        else None,
    }


def _written(paper: search_set.Paper) -> tuple[str, Any]:
    common = {
        "title": paper.title,
        "summary": paper.body,
        "country_id": paper.country or None,
        "hs_codes": f" {' '.join(paper.codes)} " if paper.codes else "",
        "last_verified": "2026-11-20",
    }
    if paper.kind == "case":
        parts = {"difficulty": paper.body, "progress": "…", "result": "…"}
        entry: Any = CaseStudy(**common, **parts, outcome="solved", consent_reference="bench")
        # Not by the archive's own verb, which generalises names: the set is judged as written.
        actions.save(entry, by=None)
        kind = "case"
    elif paper.kind == "requirement" and paper.country:
        entry = Requirement(**common, type="documents", authority="-", demand=paper.body)
        actions.save(entry, by=None)
        kind = "requirement"
    else:
        entry = Article(**common, kind="regulation", body=paper.body)
        actions.save(entry, by=None)
        kind = "article"
    type(entry).objects.filter(pk=entry.pk).update(
        state="published", published_at="2026-11-20T00:00:00Z"
    )
    return kind, entry


_KINDS = tuple(facets.MODELS)


def _ours(words: str, names: dict[tuple[str, int], str]) -> tuple[list[str], list[str]]:
    found, _corrected = search_page.found_for(words, AnonymousUser())
    full = [names[_KINDS[hit.place], hit.pk] for hit in found.hits]
    return full + [names[_KINDS[hit.place], hit.pk] for hit in found.near], full


def _icontains(words: str, names: dict[tuple[str, int], str]) -> list[str]:
    """Every word somewhere in title or text, newest first: what Django offers by itself."""
    found: list[str] = []
    for kind, model in facets.MODELS.items():
        rows = model.objects.published()
        for word in words.split():
            rows = rows.filter(
                models.Q(title__icontains=word)
                | models.Q(summary__icontains=word)
                | models.Q(hs_codes__icontains=word)
            )
        found += [names[kind, pk] for pk in rows.order_by("-pk").values_list("pk", flat=True)]
    return found


def _simple(words: str, names: dict[tuple[str, int], str]) -> list[str]:
    """to_tsvector('simple') of title, text and codes, best ts_rank first."""
    found = []
    for kind, model in facets.MODELS.items():
        with connection.cursor() as cursor:
            vector = "to_tsvector('simple', title || ' ' || summary || ' ' || hs_codes)"
            cursor.execute(
                f"SELECT id, ts_rank({vector}, question) FROM {model._meta.db_table}, "  # noqa: S608
                f"plainto_tsquery('simple', %s) AS question WHERE {vector} @@ question",
                [words],
            )
            found += [(rank, names[kind, pk]) for pk, rank in cursor.fetchall()]
    return [name for _rank, name in sorted(found, reverse=True)]


# --- Generated documents ------------------------------------------------------------------
def generated(n: int) -> dict[str, Any]:
    """Write `n` generated documents and their index; sizes in bytes."""
    began = time.monotonic()
    key = "bigint" if connection.vendor == "postgresql" else "integer"
    cut = {
        words: tokeniser.chosen().document(words)
        for words in (*lemmas.FILLING, *(one for one, _ in lemmas.SENTENCES))
    }
    cut[lemmas.SKEWED_SENTENCE] = tokeniser.chosen().document(lemmas.SKEWED_SENTENCE)
    with connection.cursor() as cursor:
        for name in (backends.quoted(TABLE), TABLE):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TABLE {TABLE} (id {key} PRIMARY KEY, text text NOT NULL)")
    SearchIndex(TABLE).database_forwards("bench", _Editor(), None, None)  # type: ignore[arg-type]
    characters = 0
    for batch in _batches(n):
        rows = []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {TABLE} (id, text) VALUES (%s, %s)",  # noqa: S608
                [(pk, " ".join(words)) for pk, words, _labels in batch],
            )
            for pk, words, _labels in batch:
                characters += sum(len(one.encode()) + 1 for one in words)
                rows.append((pk, list(dict.fromkeys(t for one in words for t in cut[one]))))
            index.write_rows(TABLE, rows)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {TABLE}")
            cursor.execute(f"VACUUM ANALYZE {backends.quoted(TABLE)}")
    return {
        "n": n,
        "seconds": round(time.monotonic() - began, 1),
        "text_bytes": characters,
        "index_bytes": _index_bytes(),
    }


class _Editor:
    """What the operation needs of a schema editor."""

    connection = connection

    def execute(self, sql: str, params: Any = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


def _batches(n: int) -> Iterator[list[tuple[int, tuple[str, ...], frozenset[str]]]]:
    batch = []
    for one in lemmas.documents(n):
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _index_bytes() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_relation_size(%s)", [f"{backends.side_table(TABLE)}_gin"])
        else:
            shadow = f"{backends.side_table(TABLE)}_%"
            cursor.execute(
                "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name LIKE %s", [shadow]
            )
        return int(cursor.fetchone()[0])


def truth(n: int) -> list[dict[str, Any]]:
    """Recall and precision of the 23 queries over all documents, synonyms left out."""
    held = {pk: labels for pk, _words, labels in lemmas.documents(n)}
    found = []
    for words, wanted in lemmas.QUERIES:
        right = {pk for pk, labels in held.items() if wanted <= labels}
        answered = set(_keys(words, n))
        hit = len(right & answered)
        found.append(
            {
                "query": words,
                "recall": hit / len(right) if right else 1.0,
                "precision": hit / len(answered) if answered else 0.0,
                "answered": len(answered),
                "sum": sum(answered),
            }
        )
    return found


def _keys(words: str, limit: int, *, counted: bool = False) -> list[int]:
    concepts = tokeniser.chosen().query(words)
    question = backends.Question(
        every=[[one] for one in concepts],
        told=[],
        limit=limit,
        counted=[one.token for one in concepts] if counted else [],
    )
    with connection.cursor() as cursor:
        return list(backends.backend(connection).rows(cursor, TABLE, question).held)


def times(rounds: int) -> dict[str, Any]:
    """Milliseconds of the newest 25, alone and with a capped count, by us and by `icontains`.

    Beside them 25 rows by key, and the skewed word. `icontains` takes the same turns, once.
    """
    words = [words for words, _labels in lemmas.QUERIES]
    took: dict[str, list[float]] = {
        name: [] for name in ("ours", "alone", "skewed", "keys", "icontains", "icontains_alone")
    }
    for turn in range(rounds):
        for one in words:
            took["ours"].append(_took(lambda w=one: _keys(w, 25, counted=True)))
            took["alone"].append(_took(lambda w=one: _keys(w, 25)))
            took["keys"].append(_took(lambda: list(Document.objects.filter(pk__lte=25))))
            if turn == rounds // 2:
                alone = _took(lambda w=one: list(_containing(w).order_by("-pk")[:25]))
                count = _took(lambda w=one: _containing(w)[: backends.MOST_COUNTED].count())
                took["icontains_alone"].append(alone)
                took["icontains"].append(alone + count)
        took["skewed"].append(_took(lambda: _keys(lemmas.SKEWED, 25, counted=True)))
    ordered = sorted(took["ours"])
    return {
        "p50": statistics.median(ordered),
        "p95": ordered[int(len(ordered) * 0.95) - 1],
        "skewed": statistics.median(took["skewed"]),
        "keys": statistics.median(took["keys"]),
        "mean": statistics.fmean(ordered),
        "mean_alone": statistics.fmean(took["alone"]),
        "icontains": statistics.fmean(took["icontains"]),
        "icontains_alone": statistics.fmean(took["icontains_alone"]),
    }


def _containing(words: str) -> models.QuerySet[Document]:
    return Document.objects.filter(text__icontains=words)


def _took(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


# --- Outside the request ------------------------------------------------------------------
def indexing(n: int) -> dict[str, Any]:
    """What `put` costs a verb, and how near the worker comes to the bare analyser."""
    Waiting.objects.all().delete()
    texts = [" ".join(words) * 2 for _pk, words, _labels in lemmas.documents(n)]
    tokeniser.load()
    analysed = 0
    real = morphemes._analysed

    def counting(plain: str) -> list[Any]:
        nonlocal analysed
        analysed += 1
        return real(plain)

    morphemes._analysed = counting
    try:
        with CaptureQueriesContext(connection) as statements, transaction.atomic():
            index.put(TABLE, 1, title="제목", body=texts[0])
        in_request = analysed
        with transaction.atomic():
            put = statistics.median(
                _took(lambda pk=pk, text=text: index.put(TABLE, pk, title="제목", body=text))
                for pk, text in enumerate(texts, 1)
            )
    finally:
        morphemes._analysed = real
    began = time.process_time()
    for text in texts:
        tokeniser.chosen().document(text)
        tokeniser.chosen().document("제목")
    bare = time.process_time() - began
    began = time.process_time()
    done = working.index_waiting(seconds=600)
    whole = time.process_time() - began
    return {
        "statements": sum("search_waiting" in row["sql"] for row in statements.captured_queries),
        "analysed_in_request": in_request,
        "put_ms": put,
        "rate": bare / whole if whole else 0.0,
        "per_second": done / whole if whole else 0.0,
        "done": done,
        "left": Waiting.objects.count(),
    }
