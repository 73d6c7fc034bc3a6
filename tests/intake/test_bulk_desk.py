"""Many cases at once at the desk: the question before, what is done, and what is told after."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from intake import actions, workflow
from intake.admin.bulk import running
from intake.forms.bulk import BULK_FORMS, written
from intake.models import Case, CaseEvent, Referral
from intake.timeline import COMPANY, secretary
from notifications.models import Notice
from tests.intake.test_queue import text

pytestmark = pytest.mark.django_db
BULK = "/admin/intake/triagecase/bulk/"
DONE = "/admin/intake/triagecase/bulk/done/"
QUEUE = "/admin/intake/triagecase/"


@pytest.fixture
def desk(client, cast):
    """A browser in which a secretary has signed in, reading English."""
    client.force_login(cast.secretary)
    client.cookies["django_language"] = "en"
    return client


def ask(desk, what: str, *cases: Case, **more: str):
    """The page that asks."""
    return desk.get(BULK, {"do": what, "case": [case.pk for case in cases], **more})


def confirm(desk, page, **typed: object):
    """Press the button of the page that asks, as it stands."""
    markup = page.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(do|in|seen)" value="([^"]*)"', markup))
    return desk.post(BULK, hidden | typed, follow=True)


def seen_on(page) -> set[int]:
    """The cases that the page would act on."""
    (found,) = re.findall(r'name="seen" value="([^"]*)"', page.content.decode())
    return {int(word.partition(":")[0]) for word in found.split()}


def fresh(case: Case) -> Case:
    """The case as the table has it."""
    return Case.objects.get(pk=case.pk)


def test_question_names_what_each_case_will_do_and_writes_nothing(desk, cases, cast):
    free, mine, others = cases.new(), cases.at("reviewing"), cases.new()
    actions.claim(case=others, by=secretary(cast.second_secretary))
    before = list(Case.objects.values()), CaseEvent.objects.count()

    page = ask(desk, "claim", free, mine, others)

    words = text(page)
    assert seen_on(page) == {free.pk}
    assert "1 case that will take the step" in words
    assert "2 cases that stay as they are" in words
    assert "You have it already." in words
    assert f"“{workflow.STATES['reviewing'].label}”. ({cast.second_secretary.name})" in words
    assert (list(Case.objects.values()), CaseEvent.objects.count()) == before


def test_confirmed_claim_takes_what_is_free_and_names_who_was_first(desk, cases, cast):
    free, raced = cases.new(), cases.new()
    page = ask(desk, "claim", free, raced)
    actions.claim(case=raced, by=secretary(cast.second_secretary))

    told = confirm(desk, page)

    assert told.redirect_chain == [(DONE, 302)]
    words = text(told)
    assert "You took up 1 case." in words
    assert "1 was left alone." in words
    assert f"Somebody was first: {cast.second_secretary.name}" in words
    assert (fresh(free).assignee, fresh(raced).assignee) == (cast.secretary, cast.second_secretary)


def test_confirmed_step_sent_twice_does_no_harm(desk, cases, cast):
    some = [cases.new() for _ in range(3)]
    page = ask(desk, "claim", *some)
    confirm(desk, page)
    written_before = CaseEvent.objects.count(), Notice.objects.count()

    again = confirm(desk, page)

    assert "3 were so already." in text(again)
    assert (CaseEvent.objects.count(), Notice.objects.count()) == written_before


def test_confirmed_assign_gives_the_cases_to_the_officer(desk, cases, cast):
    some = [cases.new(), cases.at("reviewing"), cases.at("supplement")]
    page = ask(desk, "assign", *some)

    told = confirm(desk, page, officer=cast.second_secretary.pk)

    assert {fresh(case).assignee for case in some} == {cast.second_secretary}
    assert "3 cases were given." in text(told)
    assert Notice.objects.filter(kind="assigned_many").count() == 1


def test_assign_without_an_officer_comes_back_with_the_cases(desk, cases):
    case = cases.new()
    page = ask(desk, "assign", case)

    back = confirm(desk, page)

    assert back.status_code == 422
    assert case.number in text(back)
    assert seen_on(back) == {case.pk}


def test_confirmed_classify_writes_only_what_differs_and_tells_a_new_date(desk, cases):
    other, same = cases.new(), cases.new(category_id="MKT-01", country_id="US")
    page = ask(desk, "classify", other, same)

    told = confirm(desk, page, category="MKT-01", country="US", policy="")

    assert "1 case was classified." in text(told)
    assert "1 was so already." in text(told)
    changed = fresh(other)
    assert (changed.category_id, changed.country_id) == ("MKT-01", "US")
    event = changed.events.last()
    assert (event.verb, set(event.facts["is"])) == ("classify", {"category", "country"})
    assert list(same.events.values_list("verb", flat=True)) == ["submit"]


def test_classify_that_chooses_nothing_is_told_so(desk, cases):
    back = confirm(desk, ask(desk, "classify", cases.new()), category="", policy="", country="")

    assert back.status_code == 422
    assert "Nothing was chosen." in text(back)


def test_confirmed_remind_reaches_every_open_question_once_a_day(desk, cases):
    case, none_open = cases.at("reviewing"), cases.at("reviewing")
    cases.refer(case, "KCS", "KATS")
    done_body = case.referrals.get(organisation__code="KATS")
    actions.answer_referral(referral=done_body, text="회신", by=cases.by)
    page = ask(desk, "remind", case, none_open)
    assert seen_on(page) == {case.pk}

    told = confirm(desk, page, text="")
    again = confirm(desk, page, text="")

    assert "The bodies of 1 case were reminded." in text(told)
    assert "1 was so already." in text(again)
    reminded = Referral.objects.filter(reminded_at__isnull=False)
    assert [row.organisation.code for row in reminded] == ["KCS"]
    assert Notice.objects.filter(kind="referral_reminder").count() == 1


def test_remind_today_is_said_before_it_is_tried(desk, cases):
    case = cases.at("referred")
    Referral.objects.update(reminded_at=timezone.now())

    page = ask(desk, "remind", case)

    assert "Reminded today already: " in text(page)
    assert "No chosen case can take this step" in text(page)


def test_everything_that_the_filter_leaves_is_chosen_and_nothing_else(desk, cases):
    wanted = [cases.new(country_id="US"), cases.new(country_id="US")]
    cases.new(country_id="VN")

    page = desk.get(BULK, {"do": "claim", "all": "1", "in": "country=US", "case": ["1"]})

    assert seen_on(page) == {case.pk for case in wanted}


def test_choice_beyond_the_limit_is_cut_and_said_so(desk, cases, monkeypatch):
    monkeypatch.setattr("intake.admin.bulk.choosing.AT_MOST", 2)
    for _ in range(3):
        cases.new()

    page = desk.get(BULK, {"do": "claim", "all": "1"})

    assert len(seen_on(page)) == 2
    assert "More than 2 cases match." in text(page)


def test_whole_page_is_chosen_without_scripts(desk, cases):
    some = [cases.new() for _ in range(3)]

    page = desk.get(BULK, {"do": "claim", "page": ",".join(str(case.pk) for case in some)})

    assert seen_on(page) == {case.pk for case in some}


def test_nothing_ticked_leads_back_to_the_filtered_queue(desk, cases):
    page = desk.get(BULK, {"do": "claim", "in": "country=VN"})

    assert page.status_code == 302
    assert page["Location"] == f"{QUEUE}?country=VN"


@pytest.mark.parametrize("seen", ["", "x", "1", "1:", "1:x", "1:1 " * 3 + "2:y", "-1:-1:3"])
def test_bad_list_of_cases_is_refused_in_words(desk, cases, seen):
    page = desk.post(BULK, {"do": "claim", "seen": seen})

    assert page.status_code == 422


def test_rest_is_offered_when_the_time_is_over(desk, cases, monkeypatch):
    some = [cases.new() for _ in range(3)]
    page = ask(desk, "classify", *some)
    monkeypatch.setattr(running, "SECONDS", -1.0)

    told = confirm(desk, page, category="MKT-01", policy="", country="")

    assert "There was no time for 3." in text(told)
    monkeypatch.undo()
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', told.content.decode())
    )
    fields.pop("csrfmiddlewaretoken", None)
    after = desk.post(BULK, fields, follow=True)
    assert "3 cases were classified." in text(after)
    assert {fresh(case).category_id for case in some} == {"MKT-01"}


def test_one_by_one_steps_leave_alone_what_moved_and_do_the_rest(cases, cast):
    moved, free, ended = cases.new(), cases.new(), cases.new()
    form = BULK_FORMS["classify"](
        {
            "seen": written({case.pk: case.version for case in (moved, free, ended)} | {999: 1}),
            "category": "MKT-01",
        }
    )
    assert form.is_valid(), form.errors
    actions.claim(case=moved, by=secretary(cast.second_secretary))
    actions.withdraw(case=ended, reason="해결되었습니다.", by=COMPANY)

    ran = running.run("classify", form, secretary(cast.secretary))

    assert ran.outcome.done == [free.pk]
    assert ran.outcome.refused == {moved.pk: "first", ended.pk: "first", 999: "gone"}


@pytest.mark.parametrize("address", [BULK + "?do=claim&case=1", DONE])
@pytest.mark.parametrize(
    ("who", "status"),
    [("auditor", 403), ("platform_admin", 403), ("kats_officer", 302), ("manager", 302)],
)
def test_steps_of_many_cases_are_closed_to_everybody_else(
    client, cast, cases, who, status, address
):
    cases.new()
    client.force_login(getattr(cast, who))

    assert client.get(address).status_code == status
    assert client.post(BULK, {"do": "claim", "seen": "1:1"}).status_code == status
    assert Case.objects.filter(assignee__isnull=False).count() == 0


def test_page_after_without_anything_done_leads_to_the_queue(desk):
    page = desk.get(DONE)

    assert (page.status_code, page["Location"]) == (302, QUEUE)


def test_question_about_many_cases_costs_the_same_with_3_and_with_30(
    desk, cases, django_assert_max_num_queries
):
    some = [cases.at("referred") for _ in range(3)]
    ask(desk, "remind", *some)
    with django_assert_max_num_queries(8):
        ask(desk, "remind", *some)
    some += [cases.at("referred") for _ in range(9)]
    with django_assert_max_num_queries(8):
        ask(desk, "remind", *some)


def test_step_that_nobody_knows_is_not_found(desk, cases):
    assert desk.get(BULK, {"do": "delete", "case": "1"}).status_code == 404


def test_officers_may_be_chosen_only_from_the_secretariat(desk, cases, cast):
    case = cases.new()
    page = ask(desk, "assign", case)

    offered = re.findall(r'<option value="(\d+)"', page.content.decode())
    back = confirm(desk, page, officer=cast.kats_officer.pk)

    assert str(cast.kats_officer.pk) not in offered
    assert back.status_code == 422
    assert User.objects.get(pk=cast.kats_officer.pk).assigned_cases.count() == 0


def test_addresses_of_the_steps_have_names():
    assert reverse("admin:intake_triagecase_bulk") == BULK
    assert reverse("admin:intake_triagecase_bulk_done") == DONE
