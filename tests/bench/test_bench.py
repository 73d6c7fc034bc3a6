"""The bench can fail, counts what it says, and is not reachable in the product."""

import datetime as dt
import io
import json
import os
import statistics
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from bench import env, goals, measure, peers, plans, probe, rows, run, seed, words
from bench.cases import dashboard, detail, queue
from intake import triage, workflow
from intake.models import Case, CaseEvent, Referral, TriageCase

NOW = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)
KNOWN = rows.Known(
    countries=[f"{a}{b}" for a in "ABCDEFG" for b in "ABCDEFGH"],
    categories=[f"A0{n}" for n in range(8)],
    sectors=["C10"],
    provinces=["KR-11", "KR-26"],
    partners=list(range(1, 52)),
    bodies=list(range(100, 140)),
    officers=[1, 2, 3],
)


# --- The rows -----------------------------------------------------------------------------
def test_cases_are_the_same_for_the_same_number_and_moment():
    one, two = rows.Cases(300, NOW, KNOWN), rows.Cases(300, NOW, KNOWN)

    assert list(one.cases()) == list(two.cases())
    assert list(one.life().events()) == list(two.life().events())


def test_cases_have_the_mixture_that_the_goals_speak_of():
    cases = list(rows.Cases(10_000, NOW, KNOWN).cases())
    still_open = [row for row in cases if row["state"] in workflow.OPEN]
    said = [len(row["title"] + row["situation"] + row["problem"] + row["request"]) for row in cases]
    skewed = [row["id"] for row in cases if words.SKEWED in row["situation"]]

    assert 950 <= len(still_open) <= 1050
    assert {row["lane"] for row in still_open} == {
        *range(3),
        *triage.BY_ATTENTION.values(),
        *range(20, 22),
        *range(30, 33),
    }
    assert 280 <= statistics.median(said) <= 310
    assert skewed == list(range(1, 201))
    assert len({row["country_id"] for row in cases}) == 50
    assert len({row["filer_organisation_id"] for row in cases}) == 52


def test_every_hundredth_case_has_a_whole_life():
    life = rows.Cases(1000, NOW, KNOWN).life()

    counted = {
        name: sum(row["case_id"] == 1000 for row in stream)
        for name, stream in (
            ("events", life.events()),
            ("files", life.attachments()),
            ("referrals", life.referrals()),
        )
    }

    assert counted == {"events": 20, "files": 5, "referrals": 3}


# --- The database -------------------------------------------------------------------------
@pytest.fixture
def stock(db):
    """Three thousand cases in this test's database, as the bench writes them."""
    call_command("load_reference", stdout=io.StringIO())
    officers = seed._officers()
    made = rows.Cases(3000, NOW, seed.known(officers))
    life = made.life()
    for model, stream in (
        (Case._meta.get_field("company").related_model, made.companies()),
        (Case, made.cases()),
        (CaseEvent, life.events()),
        (Referral, life.referrals()),
    ):
        seed.write(model, stream)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made


def judged(cases):
    """The judgement of a queryset's own statement."""
    recorder = probe.Recorder()
    with connection.execute_wrapper(recorder):
        list(cases)
    (statement,) = recorder.statements
    return probe.judge(statement)


def test_written_rows_are_what_was_generated_and_meet_every_constraint(stock):
    connection.check_constraints()
    again = list(rows.Cases(3000, NOW, stock.known).cases())

    written = Case.objects.order_by("id").values()[:200]

    assert [
        {name: row[name] for name in wanted}
        for row, wanted in zip(written, again[:200], strict=True)
    ] == again[:200]
    assert (Case.objects.count(), CaseEvent.objects.filter(case=1000).count()) == (3000, 20)
    assert Case.objects.filter(queue_at__isnull=True).count() == 0


def test_plan_of_the_queue_is_one_walk_and_its_broken_twins_are_seen(stock):
    whole = TriageCase.objects.queued().next_first()
    walk = judged(whole[:26])
    sorts = judged(TriageCase.objects.queued().order_by("title", "id")[:26])
    skips = judged(whole[100:126])
    hidden = judged(TriageCase.objects.annotate(way=F("lane") + 0).filter(way__lt=99)[:26000])

    found = [" ".join(one["problems"]) for one in (walk, sorts, skips, hidden)]
    if connection.vendor == "postgresql":
        assert found[0] == ""
        assert found[1].startswith("Sort of ")
        assert found[2:] == ["OFFSET", "Seq Scan on intake_case"]
    else:
        assert found == [
            "",
            "sorts in a temporary b-tree",
            "OFFSET",
            "SCAN intake_case without an index",
        ]


def test_page_tells_its_statements_and_a_repeated_one(stock, client):
    key = seed.session(stock.known.officers[0])

    page = probe.asked(key, {"queue": queue.ADDRESS, "away": "/admin/intake/nowhere/"})

    assert (page["queue"]["status"], page["queue"]["rows"], page["away"]["status"]) == (
        200,
        25,
        404,
    )
    assert page["queue"]["sql"] == len(page["queue"]["statements"]) <= queue.MOST_SQL
    assert page["queue"]["writes"] == []
    assert len(page["queue"]["lists"]) == 1


# --- Judging ------------------------------------------------------------------------------
def page(**more):
    """What the probe says of a good page."""
    good = {"status": 200, "failed": "", "writes": [], "rows": 25, "sql": 6, "others": []}
    return good | {"lists": [{"buffers": 30, "problems": []}]} | more


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        (page(), page(), []),
        (page(lists=[{"buffers": 38, "problems": []}]), page(), []),
        (page(lists=[{"buffers": 61, "problems": []}]), None, ["61 buffers"]),
        (page(lists=[{"buffers": 50, "problems": []}]), page(), ["buffers grow 30 → 50"]),
        (page(lists=[{"buffers": 50, "problems": []}]), page(rows=3), []),
        (page(status=500, failed="KeyError('x')"), None, ["answers 500 KeyError('x')"]),
        (page(writes=["UPDATE …"]), None, ["writes"]),
        (page(sql=7), page(), ["sql 6 → 7"]),
        (page(lists=[]), None, ["no list query was seen"]),
        (page(others=[{"buffers": 1, "problems": ["OFFSET"]}]), None, ["OFFSET"]),
    ],
)
def test_page_of_the_queue_falls_short_for_each_reason(now, then, expected):
    assert queue.problems(now, then) == expected


def test_filters_together_may_touch_more_but_not_everything():
    some, many = (page(lists=[{"buffers": n, "problems": []}]) for n in (500, 501))

    found = [
        queue.problems(one, page(), most=queue.most_buffers("queue/a+b")) for one in (some, many)
    ]

    assert (queue.most_buffers("queue/a"), found) == (60, [[], ["501 buffers"]])


def test_sort_of_few_rows_is_the_planners_right():
    def plan(count):
        scan = {"Node Type": "Index Scan", "Relation Name": plans.TABLE, "Actual Rows": count}
        return {"Node Type": "Limit", "Plans": [{"Node Type": "Sort", "Plans": [scan]}]}

    assert plans.of_postgresql(plan(plans.FEW), "").problems == ()
    assert plans.of_postgresql(plan(plans.FEW + 1), "").problems == (
        "Sort of 101 rows of intake_case",
    )


def series(*milliseconds):
    """A series that took so long in each round, all of it in the web worker."""
    zero = [0.0] * len(milliseconds)
    took = list(milliseconds)
    return measure.Series(wall=took, p95=took, web=took, database=zero, size=1000)


def test_growing_page_and_costly_page_fall_short():
    found = {n: {"queue/first": page()} for n in (1000, 1_000_000)}
    flat = {
        ("queue/first", 1000): series(10, 20, 10),
        ("queue/first", 1_000_000): series(11, 22, 11),
        ("floor/queue", 1000): series(10, 20, 10),
        ("floor/queue", 1_000_000): series(10, 20, 10),
    }
    grows = flat | {("queue/first", 1_000_000): series(13, 26, 13)}

    verdicts = [
        [(line.goal, line.verdict) for line in queue.timed(one, found)] for one in (flat, grows)
    ]

    assert verdicts == [
        [("P1", "ok"), ("P2", "ok"), ("P2", "ok"), ("P2", "ok")],
        [("P1", "short"), ("P2", "ok"), ("P2", "short"), ("P2", "ok")],
    ]


def test_without_a_peer_nothing_is_claimed():
    lines = [
        *queue.beside({}, [1000, 10_000], None),
        *detail.beside({}, [1000], None),
        *dashboard.beside({}, [100_000], None),
    ]

    assert [line.verdict for line in lines] == ["not run"] * 4
    assert goals.code(lines) == 0


def test_line_reads_as_the_table_wants_it():
    line = goals.Line("P1", "queue/first 1M:1k", {"wall": "1.04", "sql": "6"}, "<=1.15", True)
    short = goals.Line("P1", "queue/first", {}, "<=1.15", False, "sql 9")

    assert str(line) == "P1 queue/first 1M:1k  wall 1.04  sql 6  goal<=1.15  ok"
    assert str(short) == "P1 queue/first  goal<=1.15  short (sql 9)"
    assert (goals.code([line]), goals.code([line, short])) == (0, 1)


def test_floor_is_made_as_large_as_the_page():
    found = {
        "queue/first": {"bytes": 50_000},
        "floor/queue-0": {"bytes": 10_000},
        "floor/queue-200": {"bytes": 22_000},
    }

    assert queue.choices_for(found) == 667


# --- Measuring ----------------------------------------------------------------------------
def test_processor_time_counts_every_thread():
    def burn():
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass

    before = measure.cpu([os.getpid()])
    own = threading.Thread(target=lambda: (burn(), seen.set(), done.wait(5)))
    seen, done = threading.Event(), threading.Event()
    own.start()
    seen.wait(20)
    spent = measure.cpu([os.getpid()]) - before
    done.set()
    own.join()

    assert 80 <= spent <= 400


def test_ratio_is_of_the_same_rounds():
    assert measure.ratio([10, 40, 11], [10, 20, 10]) == 1.1


def test_memory_of_this_process_is_told():
    assert 10 < measure.pss([os.getpid()]) <= measure.rss([os.getpid()]) + 1


# --- What it may not do -------------------------------------------------------------------
def test_floors_are_served_from_no_other_database(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import bench.site"],
        cwd=settings.BASE_DIR,
        env=env.environment(tmp_path, f"sqlite:///{tmp_path / 'portal.sqlite3'}"),
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "bench.site serves pages that nobody guards" in done.stderr.splitlines()[-1]


def test_product_knows_no_floor(client):
    assert client.get("/bench/ok/").status_code == 404


def test_peer_that_cannot_be_read_ends_the_run(tmp_path):
    path = tmp_path / "peer.json"
    path.write_text(json.dumps({"name": "other", "sizes": {"1000": {"port": 1}}}))

    with pytest.raises(env.BenchError, match=r"peer\.json cannot be used: KeyError\('master'\)"):
        peers.read(path)
    assert peers.read(None) is None


def test_peer_brings_its_addresses(tmp_path):
    path = tmp_path / "peer.json"
    row = {"port": 9001, "master": 7, "cookie": "sessionid=x", "database": "postgres://h/other"}
    path.write_text(
        json.dumps({"name": "other", "sizes": {"1000": row | {"queue": ["/list/", "/rows/"]}}})
    )

    (target,) = peers.read(path).targets()

    assert (target.key, target.urls) == (("peer/queue", 1000), ("/list/", "/rows/"))
    assert target.headers()["Cookie"] == "sessionid=x"
    assert (target.web.server.base, target.web.database) == ("postgres://h", "other")


def test_names_are_listed(capsys):
    assert run.main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "queue",
        "detail",
        "dashboard",
        "import",
        "export",
        "intake",
        "search",
        "notices",
        "all",
        "not",
    ]


@pytest.mark.parametrize(
    "words", [[], ["nothing"], ["queue", "--n", "many"], ["queue", "--n", "9"]]
)
def test_unusable_words_are_refused(words, capsys):
    with pytest.raises(SystemExit) as refused:
        run.parse(words)

    assert refused.value.code == 2
