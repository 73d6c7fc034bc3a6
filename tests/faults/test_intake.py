"""Filing survives killed servers, cut lines, an absent broker, database or disk (FAULTS A, B)."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults import proxy
from tests.faults.company import PAPER, Company, LineError
from tests.faults.sink import Sink
from tests.processes import Site, environment, free_port, redis_server, wait_until

pytestmark = pytest.mark.faults

# What the database knows, and what lies on the disk once the sweeps of two days later have run.
LEDGER = """
import datetime, json
from django.utils import timezone
from files import sweeping
from files.models import StoredFile
from intake.models import Case, Draft
from notifications.models import Notice
from pathlib import Path
from django.conf import settings
later = timezone.now() + datetime.timedelta(days={days})
if {days}:
    sweeping.remove_unclaimed(now=later), sweeping.remove_strays(now=later)
    sweeping.remove_unfinished(now=later)
folders = [Path(settings.MEDIA_ROOT), Path(settings.FILE_UPLOAD_TEMP_DIR)]
on_disk = [p.name for folder in folders for p in folder.rglob("*") if p.is_file()]
cases = {{
    case.number: sorted(row.file.sha256 for row in case.attachments.select_related("file"))
    for case in Case.objects.all()
}}
receipts = list(Notice.objects.filter(kind="receipt").values_list("subject_key", flat=True))
print(json.dumps({{"cases": cases, "receipts": receipts, "on_disk": on_disk,
                   "rows": StoredFile.objects.count(), "drafts": Draft.objects.count()}}))
"""


def ledger(site: Site, *, days: int = 0, **env: str) -> dict:
    """Cases with the hashes of their files, receipt notices, and files on the disk."""
    return json.loads(site.python(LEDGER.format(days=days), **env))


def nothing_lost_or_doubled(site: Site, receipts: list[str]) -> bool:
    """Every receipt that somebody saw has its case and one notice, and there is no other case."""
    books = ledger(site)
    return sorted(receipts) == sorted(books["cases"]) == sorted(books["receipts"])


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with tables and reference data, copied for each trial."""
    site = Site(environment(tmp_path_factory.mktemp("filled")))
    site.manage("load_reference")
    return site.folder / "portal.sqlite3"


@pytest.fixture
def ready_trial(product_env: dict[str, str], smtp_sink: Sink, filled: Path) -> Iterator[Site]:
    """The trial with its reference data."""
    shutil.copy(filled, product_env["DATA_DIR"])
    site = Site(
        product_env,
        migrate=False,
        EMAIL_URL=f"smtp://127.0.0.1:{smtp_sink.port}",
        EMAIL_TIMEOUT="3",
    )
    yield site
    site.stop()


@pytest.fixture
def ready_work(work: Site) -> Site:
    """The real thing with its reference data."""
    work.manage("load_reference")
    return work


@pytest.fixture(params=["ready_trial", "ready_work"])
def ready(request: pytest.FixtureRequest) -> Site:
    """Either way of running."""
    return request.getfixturevalue(request.param)


# --- The web server is killed (F20) ---------------------------------------------------------
def test_killed_web_server_loses_and_doubles_no_case(ready: Site):
    port = free_port()
    web = ready.start_web(port)
    receipts: list[str] = []

    def file(company: Company) -> None:
        receipts.append(company.file())

    with ThreadPoolExecutor(6) as people:
        filing = [
            people.submit(file, Company(port, f"clerk-{place}@hanbit.example"))
            for place in range(30)
        ]
        for enough in (4, 12, 20):
            wait_until(lambda enough=enough: len(receipts) >= enough, 60, f"{enough} receipts")
            ready.kill(web)
            web = ready.start_web(port)
        for one in filing:
            one.result(120)

    assert len(receipts) == 30
    assert nothing_lost_or_doubled(ready, receipts)


# --- The line breaks (F5, F7) ---------------------------------------------------------------
def _lose_the_answer(company: Company, line: proxy.Proxy) -> None:
    """Press the button; the case is filed and the line breaks before anybody is told."""
    company.filled_in = company.fill_in().status == 302
    line.cut_down = 0
    with pytest.raises(LineError):
        company.confirm()
    line.cut_down = None


def test_answer_lost_after_commit_gives_the_same_receipt(ready: Site):
    port = free_port()
    ready.start_web(port)

    with proxy.before(port) as line:
        company = Company(line.port, files=[PAPER])
        _lose_the_answer(company, line)
        receipt = company.file()

    assert nothing_lost_or_doubled(ready, [receipt])


def test_answer_lost_to_a_client_with_a_new_key_doubles_the_case(ready_trial: Site):
    """The positive control: the same loss, and a client that does not keep its key."""
    port = free_port()
    ready_trial.start_web(port)

    with proxy.before(port) as line:
        company = Company(line.port)
        _lose_the_answer(company, line)
        company.key, company.filled_in = uuid.uuid4(), False
        receipt = company.file()

    assert nothing_lost_or_doubled(ready_trial, [receipt]) is False


def test_upload_cut_anywhere_leaves_no_case_and_no_file(ready_trial: Site):
    port = free_port()
    ready_trial.start_web(port)
    whole = len(Company(port, files=[PAPER]).body())
    points = [0, 80, 400, 1500, *range(whole // 8, whole, whole // 8), whole - 40, whole - 2]

    with proxy.before(port) as line:
        for point in points:
            line.cut_up = point
            with pytest.raises(LineError):
                Company(line.port, files=[PAPER]).fill_in()
    books = ledger(ready_trial, days=20)

    assert (books["cases"], books["on_disk"], books["rows"]) == ({}, [], 0)


def test_upload_cut_and_sent_again_has_the_file_once_and_whole(ready_trial: Site):
    port = free_port()
    ready_trial.start_web(port)

    with proxy.before(port) as line:
        company = Company(line.port, files=[PAPER])
        for share in (3, 2):
            line.cut_up = len(company.body()) * share // 4
            with pytest.raises(LineError):
                company.fill_in()
        line.cut_up = None
        receipt = company.file()
    books = ledger(ready_trial, days=2)

    assert books["cases"] == {receipt: [hashlib.sha256(PAPER[2]).hexdigest()]}
    assert len(books["on_disk"]) == 1


def test_slow_line_does_not_hold_up_others(ready_trial: Site):
    port = free_port()
    ready_trial.start_web(port)

    with proxy.before(port) as line:
        line.latency = 0.1
        slow = [threading.Thread(target=_ignore, args=(Company(line.port, files=[PAPER]),))]
        slow[0].start()
        time.sleep(0.3)
        began = time.monotonic()
        receipt = Company(port, "quick@hanbit.example").file_once()
        seconds = time.monotonic() - began
        still_sending = slow[0].is_alive()
        slow[0].join(60)

    assert (bool(receipt), still_sending, seconds < 5) == (True, True, True)


def _ignore(company: Company) -> None:
    try:
        company.fill_in()
    except LineError:
        return


# --- The broker is away (F22) ---------------------------------------------------------------
def test_absent_redis_neither_stops_nor_slows_filing(work: Site, smtp_sink: Sink):
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    work.manage("load_reference")
    nowhere = free_port()
    broker = {"BROKER_URL": f"redis://127.0.0.1:{nowhere}/0"}
    port = free_port()
    work.start_web(port, **broker)
    Company(port, "first@hanbit.example").file()

    began = time.monotonic()
    receipts = [Company(port, f"late-{place}@hanbit.example").file_once() for place in range(5)]
    seconds = (time.monotonic() - began) / 5

    assert (len(set(receipts)), seconds < 2) == (5, True)
    with redis_server(port=nowhere):
        work.start_worker(**broker)
        wait_until(lambda: len(smtp_sink.addresses) == 6, 30, f"6 receipts\n{work.log()}")


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
def behind_a_line(work: Site, postgres_url: str) -> Iterator[tuple[int, proxy.Proxy]]:
    """A web server whose way to PostgreSQL leads over a line that can break."""
    work.manage("load_reference")
    address, _slash, name = postgres_url.rpartition("/")
    user, _colon, database_port = address.rpartition(":")
    port = free_port()
    with proxy.before(int(database_port)) as line:
        work.start_web(
            port,
            DATABASE_URL=f"{user}:{line.port}/{name}",
            DATABASE_CONNECT_TIMEOUT="2",
        )
        yield port, line


@pytest.mark.parametrize("fault", ["refuse", "black_hole"])
def test_database_away_keeps_the_text_and_comes_back(
    work: Site, behind_a_line: tuple[int, proxy.Proxy], fault: str
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

    assert nothing_lost_or_doubled(work, [receipt])


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


# --- The disk is full (F26) -----------------------------------------------------------------
@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB; needs root and a kernel that lets root mount."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_refuses_the_file_and_takes_the_text(ready_trial: Site, small_disk: Path):
    port = free_port()
    ready_trial.start_web(port, FILE_STORE=str(small_disk))
    company = Company(port, files=[PAPER])

    refused = company.fill_in()
    company.files = []
    receipt = company.file()

    assert (refused.status, "하이퐁 항에서 9일째" in refused.text) == (422, True)
    books = ledger(ready_trial, FILE_STORE=str(small_disk))
    assert (books["cases"], books["on_disk"]) == ({receipt: []}, [])
