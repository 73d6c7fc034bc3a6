"""The books of a portal after a fault: which cases, notices and files there are."""

import json

from tests.processes import Site

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
