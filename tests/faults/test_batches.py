"""A worker is killed while it files a spreadsheet: nothing is lost, nothing is filed twice."""

import contextlib
import json
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.faults.conftest import Site, wait_until

pytestmark = pytest.mark.faults
ROWS = 60
PREPARE = f"""
import io
from django.core.files.base import ContentFile
from accounts.models import Organisation, User
from files import storing
from intake.actions import batches
from intake.bulk import running
from tests.intake.test_batch_fifty_faults import right_row, workbook
content = workbook([right_row(one) for one in range({ROWS})])
user = User.objects.get(email__startswith="kbiz@")
batch = batches.receive(organisation=Organisation.objects.get(code="KBIZ"), by=user,
    file=storing.store(ContentFile(content, name="rows.xlsx")), name="rows.xlsx")
running.run_unfinished()
batches.start_filing(batch=batch, by=user)
"""
FILE = "from intake.bulk import running; running.run_unfinished()"
FILE_NAIVELY = "from tests.faults import naive_batches; naive_batches.file_all()"
BOOKS = """
import json
from collections import Counter
from intake.models import Batch, BatchRow, Case
filed = Case.objects.filter(company_name__startswith="시험수출")
titles = Counter(filed.values_list("title", flat=True))
print(json.dumps({"state": Batch.objects.get().state, "cases": sum(titles.values()),
                  "kinds": len(titles), "filed": BatchRow.objects.filter(state="filed").count()}))
"""
LAPSE = """
from intake.models import Batch
Batch.objects.update(leased_until="2026-01-01T00:00Z")
"""


def copied(env: dict[str, str], filled: Path) -> Site:
    """A portal whose tables and reference data stand already."""
    shutil.copyfile(filled, Path(env["DATA_DIR"]) / "portal.sqlite3")
    return Site(env, migrate=False)


def cases(site: Site) -> int:
    """How many cases another process has committed so far."""
    path = site.folder / "portal.sqlite3"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as base:
        return int(base.execute("SELECT count(*) FROM intake_case").fetchone()[0])


def books(site: Site) -> dict[str, object]:
    """What stands in the database."""
    told: dict[str, object] = json.loads(site.python(BOOKS))
    return told


def killed_half_way_and_gone_on(site: Site, code: str) -> tuple[int, dict[str, object]]:
    """File, kill the process when some rows are cases, let the lease lapse, go on."""
    site.manage("load_demo_accounts")
    site.python(PREPARE)
    worker = site._start("batch.log", [sys.executable, "manage.py", "shell", "-v0", "-c", code])
    wait_until(lambda: 0 < cases(site) < ROWS, 60, site.log("batch.log"))
    site.kill(worker)
    left = cases(site)
    site.python(LAPSE)
    site.python(code)
    return left, books(site)


def test_killed_filing_is_gone_on_with_and_each_row_is_one_case(
    product_env: dict[str, str], filled: Path
):
    site = copied(product_env, filled)

    left, told = killed_half_way_and_gone_on(site, FILE)

    assert left < ROWS
    assert told == {"state": "filed", "cases": ROWS, "kinds": ROWS, "filed": ROWS}


def test_naive_filing_doubles_rows_when_it_is_killed(product_env: dict[str, str], filled: Path):
    site = copied(product_env, filled)

    left, told = killed_half_way_and_gone_on(site, FILE_NAIVELY)

    assert told["kinds"] == ROWS
    assert told["cases"] == ROWS + left > ROWS
