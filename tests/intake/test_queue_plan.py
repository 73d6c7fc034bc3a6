"""The queue's statements at 20,000 cases: one walk along an index, whatever is asked."""

import datetime as dt
import json
import random
import uuid
from collections.abc import Iterator
from itertools import combinations

import pytest
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import override_settings
from django.utils import timezone

from accounts import demo
from accounts import loading as accounts_loading
from accounts.models import Company, Organisation, User
from intake import loading as intake_loading
from intake import triage, workflow
from intake.admin.queue import choices, listing, places, rows
from intake.lists import paging
from intake.models import Case, Referral
from intake.models.queue import ORDER, lane_of
from reference import loading as reference_loading
from reference.models import Category
from tests.intake.factories import FACTS

pytestmark = pytest.mark.django_db
CASES, OPEN_SHARE = 20_000, 0.2
# So few rows the planner rightly sorts, where it expects less than a page of them.
FEW = 150


def many(count: int, officers: list[User]) -> None:
    """Cases written at once, a fifth of them open, as skewed as life."""
    rng = random.Random(7)  # noqa: S311
    now = timezone.now()
    company = Company.objects.create(name="시연상사")
    subs = list(Category.objects.subs().values_list("pk", flat=True))
    filers = [None, None, *Organisation.objects.partners().values_list("pk", flat=True)[:12]]
    countries = ["VN"] * 6 + ["US"] * 4 + ["CN"] * 4 + ["JP", "DE", "BR", "KE"]
    made = []
    for serial in range(count):
        is_open = rng.random() < OPEN_SHARE
        state = rng.choice(workflow.OPEN if is_open else (workflow.CLOSED, workflow.WITHDRAWN))
        received = now - dt.timedelta(days=rng.random() * (30 if is_open else 900))
        due = None
        if state != workflow.SUPPLEMENT:
            due = received + dt.timedelta(days=rng.choice([1, 10, 30]))
        facts = {
            "state": state,
            "at_border": rng.random() < 0.03,
            "due_at": due,
            "attention": rng.choice([*triage.BY_ATTENTION, *[""] * 20]) if is_open else "",
        }
        filer = rng.choice(filers)
        made.append(
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
                filer_organisation_id=filer,
                proxy="acting" if filer else "",
                channel=rng.choice(["web"] * 9 + ["phone", "event"]),
                answer="…" if state == workflow.ANSWERED else "",
                answered_at=now if state == workflow.ANSWERED else None,
                supplement_due=now.date() if state == workflow.SUPPLEMENT else None,
                ended_at=None if is_open else now,
            )
        )
    Case.objects.bulk_create(made, batch_size=500)
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


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """Twenty thousand cases, made once for all tests here, and an officer who looks at them."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO=True):
        for loading in (reference_loading, accounts_loading, intake_loading, demo):
            loading.load()
        officers = list(User.objects.filter(email__startswith="secretary").order_by("email"))
        many(CASES, officers)
        yield officers[0]
        transaction.set_rollback(True)


def asked() -> dict[str, dict[str, str]]:
    """Each filter with one of its choices, frequent and rare ones."""
    today = timezone.localdate()
    filer = Organisation.objects.partners()[3].code
    sub = Category.objects.subs().filter(parent="CUS").order_by("pk")[0].pk
    officer = User.objects.filter(email__startswith="secretary").order_by("email")[1].pk
    return {
        "nothing": {},
        "mine": {"who": "mine"},
        "officer": {"who": str(officer)},
        "nobody": {"who": "none"},
        "others": {"who": "others"},
        "ours": {"turn": "ours"},
        "overdue": {"overdue": "yes"},
        "today": {"today": "yes"},
        "border": {"border": "yes"},
        "reason": {"why": "declined"},
        "message": {"why": "message"},
        "state": {"state": "reviewing"},
        "new": {"state": "received"},
        "asked": {"state": "referred"},
        "category": {"category": "CUS"},
        "sub": {"category": sub},
        "unknown": {"category": "none"},
        "country": {"country": "VN"},
        "rare country": {"country": "KE"},
        "filer": {"filer": filer},
        "itself": {"filer": "none"},
        "channel": {"channel": "event"},
        "web": {"channel": "web"},
        "since": {"from": (today - dt.timedelta(days=20)).isoformat()},
        "until": {"to": (today - dt.timedelta(days=20)).isoformat()},
    }


# Three and more that officers choose together.
TOGETHER = (
    ("nobody", "new", "web"),
    ("ours", "since", "category"),
    ("mine", "asked", "country"),
    ("since", "until", "country"),
    ("others", "filer", "sub", "overdue"),
)


def together() -> dict[str, dict[str, str]]:
    """Every two filters that can stand together, and some of more."""
    single = asked()
    names = [*combinations(single, 2), *TOGETHER]
    return {
        "+".join(some): {key: value for name in some for key, value in single[name].items()}
        for some in names
        if sum(len(single[name]) for name in some) == len({k for n in some for k in single[n]})
        and all(single[name] for name in some)
    }


def plan(rows) -> str:
    """How the database gets a page of rows."""
    if connection.vendor == "postgresql":
        return json.dumps(json.loads(rows.explain(format="json", analyze=True)))
    return rows.explain()


def nodes(node: dict) -> Iterator[dict]:
    """Every step of a plan of PostgreSQL."""
    yield node
    for inner in node.get("Plans", []):
        yield from nodes(inner)


def walks(text: str) -> bool:
    """Whether a plan goes along an index of the cases; on PostgreSQL it may sort a few rows."""
    if connection.vendor == "postgresql":
        found = list(nodes(json.loads(text)[0]["Plan"]))
        scans = {node["Node Type"] for node in found if node.get("Relation Name") == "intake_case"}
        sorts = [node["Plans"][0]["Actual Rows"] for node in found if "Sort" in node["Node Type"]]
        return scans <= {"Index Scan", "Bitmap Heap Scan"} and max(sorts, default=0) <= FEW
    case_steps = [line for line in text.splitlines() if "intake_case" in line]
    return (
        bool(case_steps)
        and all("SEARCH intake_case USING INDEX case_queue" in line for line in case_steps)
        and "TEMP B-TREE" not in text
    )


def pages(user, params) -> dict[str, object]:
    """The first page, one from the middle, the last, and one on the way back."""
    cases = listing.filtered(user, params)
    keys = list(cases.values_list(*ORDER)[:CASES])
    first = {"first": rows.read(cases)[:26]}
    if not keys:
        # Shortly before midnight nothing more is due on this day.
        return first
    middle = keys[len(keys) // 2]
    return first | {
        "deep": rows.read(cases.after(middle))[:26],
        "back": rows.read(cases.before(middle))[:26],
        "last": rows.read(cases.reverse())[:26],
    }


def test_every_page_of_every_filter_walks_an_index(crowd):
    for name, params in asked().items():
        for where, page in pages(crowd, params).items():
            text = plan(page)
            assert walks(text), f"{name}, {where}:\n{text}"


def read_of_cases(text: str) -> tuple[int, int]:
    """How many cases an executed plan read that it did not show, and how many it sorted."""
    found = list(nodes(json.loads(text)[0]["Plan"]))
    about = [node for node in found if node.get("Relation Name") == "intake_case"]
    past = sum(node.get("Rows Removed by Filter", 0) for node in about)
    past += sum(node.get("Rows Removed by Index Recheck", 0) for node in about)
    sorts = [node["Plans"][0]["Actual Rows"] for node in found if "Sort" in node["Node Type"]]
    return past, int(max(sorts, default=0))


def test_every_two_filters_pass_by_in_the_index_what_they_leave_out(crowd):
    """No case is read that is not shown, and none but a few are sorted."""
    wanted = together()
    assert len(wanted) > 200

    for name, params in wanted.items():
        cases = listing.filtered(crowd, params)
        if connection.vendor == "postgresql":
            text = plan(rows.read(cases)[:26])
            past, sorted_ = read_of_cases(text)
            # "Others" is told by "not mine", which no index answers.
            assert past <= (100 if params.get("who") == "others" else 26), f"{name}:\n{text}"
            assert sorted_ <= FEW, f"{name}:\n{text}"
            kinds = {node["Node Type"] for node in nodes(json.loads(text)[0]["Plan"])}
            assert "Seq Scan" not in kinds, f"{name}:\n{text}"
        else:
            assert walks(plan(rows.read(cases)[:26])), f"{name}:\n{plan(rows.read(cases)[:26])}"


@pytest.mark.skipif(
    connection.vendor == "postgresql",
    reason="reads the index alone after VACUUM only, which no transaction may run: bin/bench looks",
)
def test_counts_read_the_index_alone(crowd):
    """A capped count of any combination never opens a case."""
    for name, params in (asked() | together()).items():
        text = plan(listing.filtered(crowd, params).order_by().values("pk")[:1001])
        # SQLite keeps no account of columns behind the 63rd, such as the two computed ones.
        computed = {"overdue", "today", "category"} & params.keys()
        wanted = "INDEX" if computed else "COVERING INDEX"
        found = text.replace(" COVERING", "") if computed else text
        assert f"USING {wanted} case_queue" in found, f"{name}:\n{text}"


def test_a_page_by_offset_or_in_another_order_does_not_walk(crowd):
    """The broken twins: what the check must be able to see."""
    cases = listing.filtered(crowd, {})

    assert not walks(plan(rows.read(cases.order_by("title"))[:26]))
    # The order of the former queue: a rank computed for each row.
    ranked = cases.order_by(models.Case(models.When(at_border=True, then=0), default=1), "due_at")
    assert not walks(plan(rows.read(ranked)[:26]))


def test_question_to_a_body_is_read_by_key_while_few_and_walked_when_many(crowd, monkeypatch):
    """Few: their cases alone, whatever else is chosen. Many: along the queue, nothing sorted."""
    code = Referral.objects.open().order_by("organisation")[0].organisation.code
    for more in ({}, {"who": "others"}, {"overdue": "yes"}, {"country": "VN", "channel": "web"}):
        params = {"body": code, **more}
        monkeypatch.setattr(choices, "FEW_ASKED", 900)
        few = listing.filtered(crowd, params)
        text = plan(rows.read(few)[:26])
        if connection.vendor == "postgresql":
            conditions = [
                node.get("Index Cond", "")
                for node in nodes(json.loads(text)[0]["Plan"])
                if node.get("Relation Name") == "intake_case"
            ]
            assert ["id = ANY" in condition for condition in conditions] == [True], text
        else:
            assert "SEARCH intake_case USING INTEGER PRIMARY KEY (rowid=?)" in text, text

        monkeypatch.setattr(choices, "FEW_ASKED", 3)
        many = listing.filtered(crowd, params)
        assert walks(plan(rows.read(many)[:26])), plan(rows.read(many)[:26])
        assert list(many.values_list("pk", flat=True)) == list(few.values_list("pk", flat=True))
        assert more or len(many) > 26


def test_all_cases_walk_an_index_too(crowd):
    def leads(text: str) -> bool:
        if connection.vendor == "postgresql":
            return '"Sort"' not in text and '"Seq Scan"' not in text
        return "TEMP B-TREE" not in text

    for params in (
        {},
        {"state": "closed"},
        {"country": "VN"},
        {"who": "mine"},
        {"category": "CUS"},
    ):
        cases = listing.filtered(crowd, params, everything=True)
        middle = cases.values_list("pk", flat=True)[900]
        for page in (cases, paging.NEWEST.on(cases, middle), paging.NEWEST.back(cases, middle)):
            text = plan(rows.read(page)[:26])
            assert leads(text), f"{params}:\n{text}"


def test_pages_in_a_row_show_every_case_once(crowd):
    """Forward and back, over equal moments and missing ones, in the one order."""
    user = crowd
    Case.objects.filter(lane=triage.NEW).update(due_at=timezone.now() + dt.timedelta(days=3))
    params = {"country": "KE"}
    cases = listing.filtered(user, params)
    wanted = list(cases.values_list("pk", flat=True))
    assert len(wanted) > 100

    for cursor, turned in (("after", False), ("before", True)):
        seen: list[int] = []
        where: dict[str, str] = {"last": "yes"} if turned else {}
        while True:
            page = paging.page(cases, where, places.QUEUE, rows.read)
            keys = [row.id for row in page.rows]
            seen = [key for key in keys if key not in seen] + seen if turned else seen + keys
            place = page.before if turned else page.after
            if not place:
                break
            where = {cursor: place}
        assert seen == wanted
