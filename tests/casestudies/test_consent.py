"""The company takes its consent to sharing back on the page of its case, and the archive obeys."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from casestudies import actions, candidates
from casestudies.models import CaseStudy
from intake import consents, links, workflow
from intake.actions import RefusedError, withdraw_sharing
from intake.models import Case
from intake.timeline import COMPANY, body, secretary, submitter
from marketinfo.actions import RefusedError as EntryRefusedError
from notifications.models import Notice
from tests.casestudies import scene
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401

pytestmark = pytest.mark.django_db


def by_code(case):
    """A browser that opened the case without an account."""
    client = Client()
    client.post(links.follow_path(case))
    return client


def by_account(case):
    """The contact person, signed in."""
    person = User.objects.create_user(case.contact_email, name="담당자")
    person.emailaddress_set.create(email=case.contact_email, verified=True, primary=True)
    client = Client()
    client.force_login(person)
    return client


DOORS = {"sharing": by_code, "company-sharing": by_account}


def press(client, case, name="sharing"):
    return client.post(reverse(f"intake:{name}", args=[case.number]))


def standing(case):
    return consents.SHARING in consents.standing(case.consents.all())


def story(case):
    return [event.verb for event in case.events.all()].count("withdraw_sharing")


def told():
    return sorted(Notice.objects.filter(kind__startswith="study_").values_list("kind", flat=True))


@pytest.mark.parametrize("name", DOORS)
def test_candidate_is_none_any_more(cases, cast, name):  # noqa: F811
    case = scene.closed(cases)
    client = DOORS[name](case)
    before = case in candidates.waiting(cast.secretary)

    answers = [press(client, case, name).status_code for _turn in range(2)]

    assert (before, case in candidates.waiting(cast.secretary)) == (True, False)
    # Pressed twice, as from two windows: the same page, one event.
    assert (answers, standing(case), story(case)) == ([302, 302], False, 1)


def test_page_offers_it_while_it_stands_and_no_longer(cases):  # noqa: F811
    case = scene.closed(cases)
    client, page = by_code(case), reverse("intake:case", args=[case.number])
    button = f'action="{reverse("intake:sharing", args=[case.number])}"'
    before = client.get(page).content.decode()

    press(client, case)

    after = client.get(page).content.decode()
    assert (before.count(button), after.count(button)) == (1, 0)
    assert "기업이 사례 공유 동의를 철회하였습니다" in after


def test_study_in_preparation_stops(cases, cast):  # noqa: F811
    study = scene.ready(cases, cast)
    actions.ask_approval(study, by=cast.secretary)

    withdraw_sharing(case=study.case, by=COMPANY)

    study = CaseStudy.objects.get(pk=study.pk)
    assert (study.state, study.drift, study.approvals.waiting().count()) == ("draft", "consent", 0)
    with pytest.raises(EntryRefusedError):
        actions.ask_approval(study, by=cast.secretary)
    assert told().count("study_drift") == 1


@pytest.mark.parametrize("made", [scene.approved, scene.published])
def test_what_was_approved_or_published_is_down_in_one_step(cases, cast, made):  # noqa: F811
    study = made(cases, cast)
    reader, address = Client(), study.get_absolute_url()

    press(by_code(study.case), study.case)

    study = CaseStudy.objects.get(pk=study.pk)
    assert (study.state, study.drift) == ("withdrawn", "consent")
    assert reader.get(address).status_code == 410
    assert list(CaseStudy.objects.published().search("품목분류 의견")) == []
    assert told().count("study_drift") == 1
    assert actions.look_at_consents() == 0


def test_readers_would_read_on_without_the_listener(cases, cast, monkeypatch):  # noqa: F811
    """The positive control: an archive that hears nothing goes on telling until the beat."""
    study = scene.published(cases, cast)
    monkeypatch.setattr("intake.timeline._listeners", [])

    press(by_code(study.case), study.case)

    assert Client().get(study.get_absolute_url()).status_code == 200


def test_study_whose_consent_names_the_case_goes_too(cases, cast):  # noqa: F811
    study, case = scene.published(cases, cast), scene.closed(cases)
    CaseStudy.objects.filter(pk=study.pk).update(consent_reference=f"동의서 {case.number.lower()}")

    withdraw_sharing(case=case, by=COMPANY)

    assert CaseStudy.objects.get(pk=study.pk).state == "withdrawn"


def test_button_of_the_study_is_one_step_of_the_case_and_one_letter(cases, cast):  # noqa: F811
    study = scene.published(cases, cast)

    for _turn in range(2):
        actions.take_down_by_company(CaseStudy.objects.get(pk=study.pk))

    assert (story(study.case), standing(study.case)) == (1, False)
    assert (told().count("study_taken_down"), told().count("study_drift")) == (1, 0)


def test_nobody_but_the_company_takes_it_back(cases, cast):  # noqa: F811
    case = scene.closed(cases)
    association = submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
    customs = body(cast.customs_officer, Organisation.objects.get(code="KCS"))

    for actor in (secretary(cast.secretary), customs):
        with pytest.raises(workflow.IllegalStepError):
            withdraw_sharing(case=case, by=actor)
    with pytest.raises(RefusedError):
        withdraw_sharing(case=case, by=association)

    assert (standing(case), story(case)) == (True, 0)


def test_guest_and_stranger_are_turned_away(cases):  # noqa: F811
    case = scene.closed(cases)
    stranger = User.objects.create_user("stranger@example.org", name="남")
    guest = User.objects.create_user("guest@example.org", name="손님")
    guest.emailaddress_set.create(email=guest.email, verified=True, primary=True)
    case.guests.create(
        email=guest.email, may_reply=True, until=timezone.now() + timezone.timedelta(days=3)
    )
    answers = []
    for person in (stranger, guest):
        client = Client()
        client.force_login(person)
        answers.append(press(client, case, "company-sharing").status_code)

    assert (press(Client(), case).status_code, answers) == (404, [404, 409])
    assert (standing(case), story(case)) == (True, 0)


def test_open_case_goes_on_as_it_was(cases):  # noqa: F811
    case = cases.new(**scene.FACTS)
    seen = Case.objects.get(pk=case.pk)

    withdraw_sharing(case=case, by=COMPANY)

    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.version, now.due_at) == (seen.state, seen.version, seen.due_at)
    assert not standing(now)
