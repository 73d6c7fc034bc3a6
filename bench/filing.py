"""Jobs inside the portal for the bench of filing: drafts to be filed, statements, the books."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from django.test import Client

from bench.probe import Recorder
from intake import consents
from intake.models import Case, Draft
from intake.models.draft import FILING
from notifications.models import Notice

ANSWERS = {
    "title": "하이퐁 항에서 화장품이 보류되었습니다",
    "country": "VN",
    "category": "unknown",
    "situation": "하이퐁 항에서 9일째 보류되어 있습니다. 서류를 다시 냈으나 답이 없습니다.",
    "problem": "보관료가 날마다 늘고 있으며 납기를 지키지 못하게 됩니다.",
    "request": "현지 세관이 요구하는 서류가 무엇인지 알려 주시기 바랍니다.",
    "company_name": "(시연) 한빛수출",
    "business_number": "9998100000",
    "province": "KR-41",
    "contact_name": "(시연) 담당자",
    "contact_phone": "010-0000-0000",
    "contact_email": "clerk@example.com",
    "visibility": "named",
    **{f"consent_{text.kind}": "yes" for text in consents.CONSENTS},
}


def answers(number: int) -> dict[str, str]:
    """What one company answers; no two file the same words."""
    return ANSWERS | {
        "title": f"{ANSWERS['title']} {number}",
        "contact_email": f"clerk-{number}@d{number % 200}.example",
    }


def drafts(*, n: int, start: int = 0) -> list[str]:
    """Kept drafts that only wait for the button; their keys."""
    rows = [
        Draft(
            key=uuid.uuid4(),
            data={name: [value] for name, value in answers(number).items()},
            language="ko",
            purpose=FILING,
        )
        for number in range(start, start + n)
    ]
    Draft.objects.bulk_create(rows)
    return [str(row.key) for row in rows]


def statements() -> dict[str, Any]:
    """The statements of the form's post and of the button's, with warm caches.

    SQLite is told in a statement of its own that a transaction begins; PostgreSQL's driver does
    so unseen. It is counted on neither.
    """
    client = Client(HTTP_HOST="127.0.0.1")
    found: dict[str, Any] = {}
    for turn in range(2):
        key = str(uuid.uuid4())
        form = answers(7_000_000 + turn) | {"key": key, "action": "check"}
        for name, url, post in (
            ("form", "/file/", form),
            ("button", "/file/submit/", {"key": key}),
        ):
            recorder = Recorder()
            with connection.execute_wrapper(recorder):
                response = client.post(url, post)
            if response.status_code != 302:
                raise RuntimeError(f"{url} answers {response.status_code}")
            said = [sql for sql in recorder.statements if not sql.startswith("BEGIN")]
            found[name] = len(said)
            found[f"{name}/said"] = [sql[:160] for sql in said]
    return found


def books(*, since: int = 0) -> dict[str, int]:
    """Cases filed in this run, and their receipts by state."""
    filed = Case.objects.filter(title__startswith=ANSWERS["title"], pk__gt=since)
    numbers = set(filed.values_list("number", flat=True))
    found: dict[str, int] = {"cases": len(numbers)}
    receipts = Notice.objects.filter(kind="receipt", subject_key__startswith="GT-")
    for number, state in receipts.values_list("subject_key", "state").iterator():
        if number in numbers:
            found[state] = found.get(state, 0) + 1
    return found
