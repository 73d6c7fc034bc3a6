"""Filing survives killed servers, cut lines and a full disk (F5, F7, F20, F26, F29)."""

import hashlib
import os
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
from tests.faults.ledger import ledger, nothing_lost_or_doubled
from tests.processes import Site, free_port, wait_until

pytestmark = pytest.mark.faults


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
