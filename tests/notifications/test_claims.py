"""Claiming costs the same however long the outbox is: counted statements, and no scan."""

import datetime as dt
import re

import pytest
from django.core.mail import get_connection
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import delivery, lease
from notifications.models import QUEUED, SENT, MailDomain, Notice

# The claim (5), its domains (1), what goes back (1), the rows that a worker died with (1).
A_BATCH = 8


@pytest.fixture
def memory(settings) -> None:
    """Mails go nowhere."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    get_connection()


def statements(mails: int, enqueue) -> int:
    """How many statements one batch takes, marks included."""
    for number in range(mails):
        enqueue(f"r@d{number}.example", subject_key=f"n-{number}")
    with CaptureQueriesContext(connection) as seen:
        delivery.deliver_due()
    assert set(Notice.objects.values_list("state", flat=True)) == {SENT}
    return len([query for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("mails", [1, 3, 60])
def test_mail_costs_one_statement_and_a_batch_a_few(enqueue, memory, mails):
    found = statements(mails, enqueue)

    assert found - mails == A_BATCH


def test_paced_domains_cost_a_batch_two_statements_more(enqueue, memory):
    for number in range(20):
        MailDomain.objects.create(name=f"d{number}.example", per_minute=600)

    found = statements(20, enqueue)

    assert found - 20 == A_BATCH + 2


def test_empty_outbox_costs_two_statements(db, django_assert_num_queries, memory):
    with django_assert_num_queries(2):
        delivery.deliver_due()


# --- Plans ----------------------------------------------------------------------------------------
def fill(count: int, **facts) -> None:
    """Many rows at once."""
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(
            kind="sample",
            to_address=f"r{number}@example.kr",
            domain="example.kr",
            subject_key=f"n-{number}",
            **({"next_try_at": now} | facts),
        )
        for number in range(count)
    )


def plan(rows) -> str:
    """How the database reads these rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_notice")
        return rows.explain(analyze=True)
    return rows.explain()


def test_nothing_due_is_known_without_reading_what_waits(db):
    fill(3000, next_try_at=timezone.now() + dt.timedelta(minutes=30))

    found = plan(Notice.objects.due(timezone.now()).filter(channel="mail", losses=0)[:1])

    assert "notice_due" in found
    assert "Rows Removed by Filter" not in found
    assert re.search(r"SCAN notifications_notice\b(?! USING)", found) is None


def test_rows_of_dead_workers_are_found_among_many(db):
    fill(3000)
    Notice.objects.filter(subject_key="n-2999").update(losses=1)

    rows = Notice.objects.due(timezone.now()).filter(channel="mail", losses__gt=0)
    found = plan(rows.order_by("next_try_at", "pk")[:1])

    assert "notice_due_alone" in found


def test_urgent_rows_are_found_among_many(db):
    fill(3000)
    Notice.objects.filter(subject_key="n-2999").update(urgent=True)

    rows = Notice.objects.due(timezone.now()).filter(channel="mail", losses=0, urgent=True)
    found = plan(rows.order_by("next_try_at", "pk")[:100])

    assert "notice_due_at_once" in found


def test_claim_of_a_long_queue_takes_its_share(db):
    fill(3000)

    held = lease.claim(100)

    assert (len(held.rows), Notice.objects.filter(state=QUEUED).count()) == (100, 2900)
