"""The plan of the queue's statements at 20,000 cases: one walk along an index, whatever is asked."""

import datetime as dt
import json
import random
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts.models import Company, Organisation, User
from intake import triage, workflow
from intake.admin.queue import listing
from intake.models import Case, Referral, TriageCase
from intake.models.queue import Beside, lane_of
from reference.models import Category
from tests.intake.factories import FACTS

pytestmark = pytest.mark.django_db
CASES, OPEN_SHARE = 20_000, 0.2
NOT_COLUMNS = {"queue_at", "topic"}


def many(count: int, officers: list[User]) -> None:
    """Cases written at once, a fifth of them open, as skewed as life."""
    rng = random.Random(7)  # noqa: S311
    now = timezone.now()
    company = Company.objects.create(name="시연상사")
    subs = list(Category.objects.subs().values_list("pk", flat=True))
    filers = [None, None, *Organisation.objects.partners().values_list("pk", flat=True)[:12]]
    countries = ["VN"] * 6 + ["US"] * 4 + ["CN"] * 4 + ["JP", "DE", "BR", "KE"]
    rows = []
    for serial in range(count):
        is_open = rng.random() < OPEN_SHARE
        state = rng.choice(workflow.OPEN if is_open else (workflow.CLOSED, workflow.WITHDRAWN))
        received = now - dt.timedelta(days=rng.random() * (30 if is_open else 900))
        due = None
        if is_open and state != workflow.SUPPLEMENT:
            due = received + dt.timedelta(days=rng.choice([1, 10, 30]))
        facts = {
            "state": state,
            "at_border": rng.random() < 0.03,
            "due_at": due,
            "attention": rng.choice([*triage.BY_ATTENTION, *[""] * 20]) if is_open else "",
        }
        rows.append(
            Case(
                **FACTS
                | {"category_id": rng.choice([None, *subs])}
                | {"country_id": rng.choice(countries), "at_border": facts["at_border"]},
                number=f"GT-2026-{serial:06d}-0",
                idempotency_key=uuid.UUID(int=serial + 1),
                fingerprint="",
                state=state,
                policy="standard",
                company=company,
                received_at=received,
                due_at=due,
                attention=facts["attention"],
                lane=lane_of(now=now, **facts),
                assignee=None if state == workflow.RECEIVED else rng.choice(officers),
                filer_organisation_id=rng.choice(filers),
                channel=rng.choice(["web"] * 9 + ["phone", "event"]),
                answer="…" if state == workflow.ANSWERED else "",
                answered_at=now if state == workflow.ANSWERED else None,
                supplement_due=now.date() if state == workflow.SUPPLEMENT else None,
                ended_at=None if is_open else now,
            )
        )
    Case.objects.bulk_create(rows, batch_size=500)
    asked = Case.objects.filter(state=workflow.REFERRED).values_list("pk", flat=True)
    bodies = list(Organisation.objects.values_list("pk", flat=True)[:30])
    Referral.objects.bulk_create(
        [
            Referral(
                case_id=pk, organisation_id=body, question="?", due_at=now, asked_by=officers[0]
            )
            for pk in asked
            for body in rng.sample(bodies, 2)
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cache.clear()
