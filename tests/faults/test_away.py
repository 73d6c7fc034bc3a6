"""Filing goes on without a broker, and waits for an absent database (F22-F24)."""

import shutil
import sqlite3
import time
from collections.abc import Iterator

import pytest
import redis

from tests.faults import proxy
from tests.faults.company import Company
from tests.faults.ledger import nothing_lost_or_doubled
from tests.faults.sink import Sink
from tests.processes import Site, free_port, redis_server, wait_until

pytestmark = pytest.mark.faults


# --- The broker is away (F22) ---------------------------------------------------------------
def test_absent_redis_neither_stops_nor_slows_filing(ready_work: Site, smtp_sink: Sink):
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    nowhere = free_port()
    broker = {"BROKER_URL": f"redis://127.0.0.1:{nowhere}/0"}
    port = free_port()
    ready_work.start_web(port, **broker)
    Company(port, "first@hanbit.example").file()

    began = time.monotonic()
    receipts = [Company(port, f"late-{place}@hanbit.example").file_once() for place in range(5)]
    seconds = (time.monotonic() - began) / 5

    assert (len(set(receipts)), seconds < 2) == (5, True)
    with redis_server(port=nowhere):
        ready_work.start_worker(**broker)
        wait_until(lambda: len(smtp_sink.addresses) == 6, 30, f"6 receipts\n{ready_work.log()}")


def test_messages_lost_in_redis_lose_no_receipt(ready_work: Site, smtp_sink: Sink, redis_url: str):
    port = free_port()
    ready_work.start_web(port)
    receipts = {Company(port, f"lost-{place}@hanbit.example").file() for place in range(3)}

    flushed = redis.Redis.from_url(redis_url).flushall()
    ready_work.start_worker()

    wait_until(lambda: len(smtp_sink.addresses) == 3, 30, f"3 receipts\n{ready_work.log()}")
    assert (flushed, len(receipts)) == (True, 3)


def test_broken_broker_folder_neither_stops_nor_slows_filing(ready_trial: Site, smtp_sink: Sink):
    folder = ready_trial.folder / "broker" / "messages"
    shutil.rmtree(folder)
    folder.write_text("no folder")
    port = free_port()
    ready_trial.start_web(port)

    began = time.monotonic()
    receipts = [Company(port, f"late-{place}@hanbit.example").file_once() for place in range(5)]
    seconds = (time.monotonic() - began) / 5

    assert (len(set(receipts)), seconds < 2) == (5, True)
    folder.unlink()
    folder.mkdir()
    ready_trial.start_worker()
    wait_until(lambda: len(smtp_sink.addresses) == 5, 30, f"5 receipts\n{ready_trial.log()}")


# --- The database is away (F24) -------------------------------------------------------------
def _assert_kept_for_later(company: Company) -> None:
    """503 in Korean, when to come back, and everything typed in a form that goes on."""
    answer = company.fill_in()
    kept = [text for text in ("하이퐁 항에서 9일째", str(company.key)) if text in answer.text]
    assert (answer.status, answer.headers.get("Retry-After"), len(kept)) == (503, "5", 2)
    assert '<html lang="ko">' in answer.text


@pytest.fixture
def behind_a_line(ready_work: Site, postgres_url: str) -> Iterator[tuple[int, proxy.Proxy]]:
    """A web server whose way to PostgreSQL leads over a line that can break."""
    address, _slash, name = postgres_url.rpartition("/")
    user, _colon, database_port = address.rpartition(":")
    port = free_port()
    with proxy.before(int(database_port)) as line:
        ready_work.start_web(
            port,
            DATABASE_URL=f"{user}:{line.port}/{name}",
            DATABASE_CONNECT_TIMEOUT="2",
        )
        yield port, line


@pytest.mark.parametrize("fault", ["refuse", "black_hole"])
def test_database_away_keeps_the_text_and_comes_back(
    ready_work: Site, behind_a_line: tuple[int, proxy.Proxy], fault: str
):
    port, line = behind_a_line
    company = Company(port)
    assert company.request("GET", "/file/").status == 200

    setattr(line, fault, True)
    line.cut()
    _assert_kept_for_later(company)
    setattr(line, fault, False)
    line.cut()
    receipt = company.file()

    assert nothing_lost_or_doubled(ready_work, [receipt])


def test_locked_sqlite_keeps_the_text_and_comes_back(ready_trial: Site):
    port = free_port()
    ready_trial.start_web(port)
    company = Company(port, timeout=60)
    lock = sqlite3.connect(ready_trial.folder / "portal.sqlite3", isolation_level=None)

    lock.execute("BEGIN IMMEDIATE")
    _assert_kept_for_later(company)
    lock.execute("ROLLBACK")
    lock.close()
    receipt = company.file()

    assert nothing_lost_or_doubled(ready_trial, [receipt])
