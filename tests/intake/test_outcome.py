"""The page that a mail asks for: prefilled, one button, correctable; looking writes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core import signing
from django.test import Client

from intake import actions, links
from intake.figures import resting
from intake.models import Case, DeskFigure
from intake.timeline import COMPANY
from notifications.models import Notice

pytestmark = pytest.mark.django_db

TEXT = "통관되어 납품하였습니다."


@pytest.fixture
def closed(cases):
    """A case that was closed by silence, with a value at stake."""
    case = cases.at("answered", value=Decimal(50000), currency="USD")
    actions.close(case=case, by=cases.by)
    return Case.objects.get(pk=case.pk)


def send(case: Case, **said: str):
    """The page's button."""
    data = {"outcome": "solved", "saved": "", "currency": "USD", "text": ""} | said
    return Client().post(links.outcome_path(case), data)


def fields(case: Case) -> tuple:
    """What the case keeps of how it ended."""
    stored = Case.objects.get(pk=case.pk)
    return stored.outcome, stored.saved, stored.saved_currency, stored.outcome_settled


def test_looking_writes_nothing_and_shows_what_is_known(closed):
    before = (fields(closed), closed.events.count(), Notice.objects.count())

    response = Client().get(links.outcome_path(closed))

    assert response.status_code == 200
    assert (fields(closed), closed.events.count(), Notice.objects.count()) == before
    assert response.context["form"].initial["currency"] == "USD"
    page = response.content.decode()
    assert [closed.title in page, closed.contact_name in page, closed.answer in page] == [
        True,
        False,
        False,
    ]


def test_one_choice_and_the_button_are_enough(closed):
    response = send(closed)

    assert (response.status_code, response["Location"]) == (302, response.request["PATH_INFO"])
    assert fields(closed) == ("solved", None, "", False)
    event = closed.events.get(verb="tell_outcome")
    assert (event.role, event.facts) == ("submitter", {"outcome": "solved"})


def test_value_saved_is_kept_with_its_currency(closed):
    send(closed, saved="1,200,000", currency="KRW", text=TEXT, settled="on")

    assert fields(closed) == ("solved", Decimal(1200000), "KRW", True)
    event = closed.events.get(verb="tell_outcome")
    assert (event.facts["saved"], event.facts["currency"], event.text) == ("1200000", "KRW", TEXT)


def test_what_was_told_at_thirty_days_is_corrected_at_ninety(closed):
    send(closed, outcome="partly", saved="10")
    send(closed, outcome="solved", saved="30000")

    assert fields(closed) == ("solved", Decimal(30000), "USD", False)
    told = closed.events.filter(verb="tell_outcome")
    assert [event.facts["outcome"] for event in told] == ["partly", "solved"]


def test_pressing_twice_tells_it_once(closed):
    for _round in range(2):
        assert send(closed, saved="10").status_code == 302

    assert closed.events.filter(verb="tell_outcome").count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "splendid"}, "outcome"),
        ({"saved": "-1"}, "saved"),
        ({"saved": "much"}, "saved"),
        ({"saved": "10", "currency": ""}, "currency"),
    ],
)
def test_mistakes_are_shown_beside_what_was_typed(closed, said, field):
    response = send(closed, text=TEXT, **said)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert TEXT in response.content.decode()
    assert fields(closed)[0] == ""


def test_case_that_is_worked_on_again_takes_no_word_and_loses_none(closed, cases):
    path = links.outcome_path(closed)
    actions.reopen(case=closed, reason="다시 봅니다", by=cases.by)

    looked, sent = Client().get(path), Client().post(path, {"outcome": "solved", "text": TEXT})

    assert (looked.status_code, sent.status_code) == (410, 410)
    assert TEXT in sent.content.decode()
    assert fields(closed)[0] == ""


def test_reopened_case_forgets_what_was_saved(closed, cases):
    send(closed, saved="10", settled="on")
    actions.reopen(case=Case.objects.get(pk=closed.pk), reason="다시", by=cases.by)

    assert fields(closed) == ("", None, "", False)


def test_link_is_for_this_case_and_this_purpose_and_is_over_some_day(closed, monkeypatch):
    follow = links.make(links.FOLLOW, closed.number)
    assert Client().get(f"/outcome/{follow}/").status_code == 404
    assert Client().get("/outcome/cut/").status_code == 404

    path = links.outcome_path(closed)
    real = signing.time.time
    monkeypatch.setattr(
        signing.time, "time", lambda: real() + links.LIFETIME[links.OUTCOME].total_seconds() + 60
    )
    late = Client().post(path, {"outcome": "solved", "text": TEXT})
    assert late.status_code == 410
    assert TEXT in late.content.decode()
    assert fields(closed)[0] == ""


def test_page_opens_nothing_else_of_the_case(closed):
    visitor = Client()
    visitor.get(links.outcome_path(closed))

    assert visitor.get(f"/follow/{closed.number}/")["Location"] == "/follow/"


def test_who_filed_learns_of_it(cases, cast, closed):
    Case.objects.filter(pk=closed.pk).update(
        filer_organisation=cast.association_officer.memberships.get().organisation,
        filed_by=cast.association_officer,
        keeper=cast.association_officer,
        proxy="acting",
    )
    send(closed)

    assert Notice.objects.get(kind="filer_update", subject_key=closed.number).to_address == (
        cast.association_officer.email
    )


def test_desk_shows_it_and_the_figures_keep_answered_and_solved_apart(closed, cast, cases):
    other = cases.at("closed")
    actions.tell_outcome(case=other, outcome="not_solved", by=COMPANY)
    send(closed, saved="30000")
    desk = Client()
    desk.force_login(cast.secretary)

    page = desk.get(links.desk_path(closed)).content.decode()
    resting.count_when_rested()

    assert "30,000 USD" in page
    rows = DeskFigure.objects.filter(dimension="outcome", period="90d").order_by("key")
    assert [(row.key, row.answered, row.told, row.solved) for row in rows] == [
        ("not_solved", 1, 1, 0),
        ("solved", 1, 1, 1),
    ]
