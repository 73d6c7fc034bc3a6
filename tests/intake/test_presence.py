"""Who is on a case now: signs, marks, and how they are forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from intake.actions import presence
from intake.models import Case, Presence
from intake.tasks.presence import forget_presences

pytestmark = pytest.mark.django_db
ROWS = "/admin/intake/triagecase/presence/"


def browser(user: User) -> Client:
    """An officer's browser, reading English."""
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def sign(user: User, case: Case, **said: str):
    """The sign of an open page."""
    address = reverse("admin:intake_case_presence", args=[case.pk])
    return browser(user).post(address, said)


def words(answer) -> list[str]:
    """What the page would show."""
    return [mark["words"] for mark in answer.json()["marks"]]


def test_second_officer_reads_who_looks_at_the_case(cases, cast):
    case = cases.new()

    alone = sign(cast.secretary, case)
    second = sign(cast.second_secretary, case)

    assert words(alone) == []
    assert words(second) == [f"{cast.secretary.name} is looking at this case now."]


def test_open_form_is_named_and_the_same_form_warned_of(cases, cast):
    case = cases.at("reviewing")
    sign(cast.secretary, case, verb="answer")

    looking = sign(cast.second_secretary, case)
    same = sign(cast.second_secretary, case, verb="answer")

    assert words(looking) == [f"{cast.secretary.name} has “Answer” of this case open now."]
    assert same.json()["marks"] == [
        {
            "words": f"{cast.secretary.name} has this form of the same case open now. "
            "Agree who sends it.",
            "same": True,
        }
    ]


def test_sign_again_moves_the_one_row(cases, cast):
    case = cases.new()
    sign(cast.secretary, case)
    Presence.objects.update(seen_at=timezone.now() - dt.timedelta(minutes=1))

    sign(cast.secretary, case, verb="note")

    (row,) = Presence.objects.all()
    assert row.verb == "note"
    assert timezone.now() - row.seen_at < dt.timedelta(seconds=30)


def test_sign_is_forgotten_after_two_minutes_and_swept(cases, cast):
    old, new = cases.new(), cases.new()
    sign(cast.secretary, old)
    Presence.objects.update(seen_at=timezone.now() - presence.PRESENT_FOR)
    sign(cast.secretary, new)

    assert words(sign(cast.second_secretary, old)) == []
    assert forget_presences() == 1
    assert set(Presence.objects.values_list("case", flat=True)) == {old.pk, new.pk}
    assert Presence.objects.get(case=old).user == cast.second_secretary


def test_closed_page_leaves_at_once_but_not_the_next_page_of_the_same_case(cases, cast):
    case = cases.new()
    sign(cast.secretary, case)
    left = sign(cast.secretary, case, left="1")
    assert (left.status_code, Presence.objects.count()) == (204, 0)

    sign(cast.secretary, case, verb="note")
    sign(cast.secretary, case, left="1")

    assert [row.verb for row in Presence.objects.all()] == ["note"]


def test_unknown_step_counts_as_looking(cases, cast):
    case = cases.new()

    sign(cast.secretary, case, verb="<script>")

    assert [row.verb for row in Presence.objects.all()] == [""]


def test_queue_reads_all_marks_of_a_page_in_one_statement(
    cases, cast, django_assert_max_num_queries
):
    some = [cases.new() for _ in range(4)]
    for case in some[:3]:
        sign(cast.second_secretary, case)
    sign(cast.secretary, some[3])
    reader = browser(cast.secretary)

    with django_assert_max_num_queries(4):  # session, person, roles, marks
        answer = reader.get(ROWS, {"case": [case.pk for case in some]})

    name = cast.second_secretary.name
    assert answer.json() == {
        "rows": {
            str(case.pk): {"names": name, "words": f"{name} is looking at this case now."}
            for case in some[:3]
        }
    }


def test_queue_marks_ignore_what_is_no_number(cases, cast):
    answer = browser(cast.secretary).get(ROWS, {"case": ["x", "-1", "9" * 30, "1"]})

    assert answer.json() == {"rows": {}}


def test_reading_writes_nothing_and_a_sign_is_never_a_get(cases, cast):
    case = cases.new()
    reader = browser(cast.secretary)

    reader.get(ROWS, {"case": case.pk})
    refused = reader.get(reverse("admin:intake_case_presence", args=[case.pk]))

    assert refused.status_code == 405
    assert Presence.objects.count() == 0


def test_sign_without_the_forms_token_is_refused(cases, cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.secretary)

    answer = client.post(reverse("admin:intake_case_presence", args=[cases.new().pk]))

    assert answer.status_code == 403
    assert Presence.objects.count() == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 403), ("platform_admin", 403), ("customs_officer", 302), ("manager", 302)],
)
def test_marks_are_the_secretariats_alone(cases, cast, who, status):
    case = cases.at("referred")
    other = getattr(cast, who)

    assert sign(other, case).status_code == status
    assert browser(other).get(ROWS, {"case": case.pk}).status_code == status
    assert Presence.objects.count() == 0


def test_case_page_of_the_auditor_gives_no_sign(cases, cast):
    case = cases.new()
    address = reverse("admin:intake_case_change", args=[case.pk])

    read = browser(cast.auditor).get(address).content.decode()
    worked = browser(cast.secretary).get(address).content.decode()

    assert [read.count("data-presence="), worked.count("data-presence=")] == [0, 1]


def test_sign_for_a_case_that_is_not_there_is_not_found(cast):
    address = reverse("admin:intake_case_presence", args=[999])

    assert browser(cast.secretary).post(address).status_code == 404
