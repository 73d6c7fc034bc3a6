"""Mail to somebody comes back: who is told, what the pages say, and another address takes over."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from intake import actions, links
from intake.actions import access
from intake.models import Case, OneTimeCode, Revision
from intake.timeline import COMPANY, submitter
from notifications import addresses
from notifications.models import FAILED, QUEUED, SENT, Notice
from notifications.models.address import BAD, GOOD, UNKNOWN
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
NEW = "new@company.example"


def came_back(case, *, kind="receipt", reason="550 5.1.1 user unknown", to=""):
    """The last notice of a kind about a case is returned for good."""
    rows = Notice.objects.filter(subject_key=case.number, kind=kind)
    row = (rows.filter(to_address=to) if to else rows).latest("pk")
    Notice.objects.filter(pk=row.pk, state=QUEUED).update(state=SENT, sent_at=timezone.now())
    addresses.returned(row, permanent=True, reason=reason)
    return row


def told(case, kind):
    rows = Notice.objects.filter(subject_key=case.number, kind=kind).order_by("pk")
    return [row.to_address for row in rows]


def fresh(case):
    return Case.objects.get(pk=case.pk)


def company(case):
    """A browser that opened the case by the link of a mail."""
    client = Client()
    client.post(links.follow_path(case))
    return client


def desk_page(client, case):
    return client.get(reverse("admin:intake_case_change", args=[case.pk]))


@pytest.fixture
def desk(cast):
    client = Client()
    client.force_login(cast.secretary)
    session = client.session
    from accounts.sign_in import session as proof

    proof.record(session, proof.PASSWORD, cast.secretary.pk)
    proof.record(session, proof.SECOND_FACTOR, cast.secretary.pk)
    session.save()
    return client


@pytest.fixture
def filed(cast):
    """A case that an officer of an association filed for a member."""

    def make(**changes):
        by = submitter(cast.association_officer, Organisation.objects.get(code="KBIZ"))
        return actions.submit(filing=filing(**changes), by=by)[0]

    return make


# --- Who is told ----------------------------------------------------------------------------
def test_officer_in_charge_is_told_once_per_address_and_case(cases, cast):
    case = cases.at("answered")

    came_back(case)
    came_back(case, kind="answer")

    assert told(case, "address_failed") == [cast.secretary.email]
    row = Notice.objects.get(subject_key=case.number, kind="address_failed")
    assert row.context["address"] == "ho***@company.example"
    assert row.context["server_said"] == "550 5.1.1 user unknown"


def test_who_filed_is_told_too_in_words_of_its_own(filed, cases, cast):
    case = filed()
    actions.claim(case=case, by=cases.by)

    came_back(case, kind="filed_for_you")

    assert told(case, "address_failed") == [cast.secretary.email]
    assert told(case, "address_failed_filer") == [cast.association_officer.email]


def test_word_about_a_body_goes_to_the_officer_alone(cases, cast):
    case = cases.at("referred")
    row = Notice.objects.filter(subject_key=case.number, kind="referral").latest("pk")

    came_back(case, kind="referral", to=row.to_address)

    said = Notice.objects.get(subject_key=case.number, kind="address_failed").context
    assert (said["whom"] in ("body", "person"), bool(said["name"])) == (True, True)
    assert told(case, "address_failed_filer") == []


def test_anonymous_company_stays_unknown_to_the_officer(filed, cases):
    case = filed(visibility="anonymous")
    actions.claim(case=case, by=cases.by)

    came_back(case, kind="filed_for_you", reason="550 시연상사 hong@company.example unknown")

    said = Notice.objects.get(subject_key=case.number, kind="address_failed").context
    assert (said["address"], "시연상사" in str(said), "company.example" in str(said)) == (
        "",
        False,
        False,
    )


def test_word_of_an_address_that_was_replaced_is_no_news(cases):
    case = cases.at("reviewing")
    actions.correct_contact(case=case, email=NEW, by=cases.by)

    came_back(case)

    assert told(case, "address_failed") == []


# --- Notices meanwhile ----------------------------------------------------------------------
def test_news_to_a_dead_address_is_kept_and_the_next_officer_told(cases, cast):
    case = cases.at("reviewing")
    addresses.prove(case.contact_email)
    row = Notice.objects.get(subject_key=case.number, kind="receipt")
    # Somebody else's case gave the address up.
    addresses._strike(addresses.folded(row.to_address), timezone.now(), permanent=True, reason="x")

    actions.answer(case=case, text="답입니다.", by=cases.by)

    answer = Notice.objects.get(subject_key=case.number, kind="answer")
    assert (answer.state, answer.permanent) == (FAILED, True)
    assert told(case, "address_failed") == [cast.secretary.email]


def test_receipt_to_an_address_typed_anew_is_tried(cases):
    came_back(cases.new())

    case = cases.new()

    assert Notice.objects.get(subject_key=case.number, kind="receipt").state == QUEUED


# --- Another address ------------------------------------------------------------------------
def test_officer_enters_another_address_and_what_was_lost_goes_there(cases, desk):
    case = cases.at("answered")
    came_back(case)
    came_back(case, kind="answer")
    said = {"version": fresh(case).version, "email": NEW, "send_again": "on"}

    answer = desk.post(
        reverse("admin:intake_case_step", args=[case.pk, "correct_contact"]), said, follow=True
    )

    rows = Notice.objects.filter(subject_key=case.number, to_address=NEW).order_by("pk")
    assert answer.status_code == 200
    assert fresh(case).contact_email == NEW
    assert [(row.kind, row.state) for row in rows] == [
        ("contact_given", QUEUED),
        ("receipt", QUEUED),
        ("answer", QUEUED),
    ]
    assert told(case, "contact_changed") == ["hong@company.example"]
    event = case.events.last()
    assert (event.verb, event.facts, event.actor) == (
        "correct_contact",
        {"fields": ["contact_email"], "again": 2},
        cases.officer,
    )
    change = Revision.objects.get(event=event)
    assert (change.before, change.after) == ("hong@company.example", NEW)


def test_nothing_is_sent_again_unasked(cases):
    case = cases.at("answered")
    came_back(case, kind="answer")

    actions.correct_contact(case=case, email=NEW, by=cases.by)

    rows = Notice.objects.filter(subject_key=case.number, to_address=NEW)
    assert [row.kind for row in rows] == ["contact_given"]


def test_same_address_once_more_is_tried_anew(cases):
    case = cases.at("answered")
    came_back(case, kind="answer")

    actions.correct_contact(case=case, email=case.contact_email, send_again=True, by=cases.by)

    again = Notice.objects.filter(subject_key=case.number, kind="answer").latest("pk")
    assert addresses.state_of(case.contact_email).state == UNKNOWN
    assert (again.state, Revision.objects.filter(case=case).count()) == (QUEUED, 0)
    assert told(case, "contact_changed") == []


def test_codes_on_their_way_to_the_first_address_end(cases):
    case = cases.new()
    access.mail_code(number=case.number, address="192.0.2.1")
    code = Notice.objects.get(kind="one_time_code").context["code"]

    actions.correct_contact(case=fresh(case), email=NEW, by=COMPANY)

    opened = access.open_by_one_time_code(number=case.number, code=code, address="192.0.2.1")
    assert (opened, OneTimeCode.objects.filter(used_at__isnull=False).count()) == (None, 0)


def test_officer_cannot_give_an_anonymous_company_an_address(filed, cases):
    case = filed(visibility="anonymous")

    with pytest.raises(actions.RefusedError):
        actions.correct_contact(case=case, email=NEW, by=cases.by)

    assert fresh(case).contact_email == "hong@company.example"


# --- The pages ------------------------------------------------------------------------------
def test_desk_says_that_mail_comes_back_why_and_what_to_do(cases, desk):
    case = cases.at("reviewing")
    before = desk_page(desk, case).content.decode()

    came_back(case)

    page = desk_page(desk, case).content.decode()
    assert ("desk-returned" in before, "desk-returned" in page) == (False, True)
    assert ("550 5.1.1 user unknown" in page, "02-123-4567" in page) == (True, True)
    assert reverse("admin:intake_case_step", args=[case.pk, "correct_contact"]) in page


def test_desk_shows_whether_the_address_is_proven(cases, desk):
    case = cases.at("reviewing")
    states = [desk_page(desk, case).context["contact"].state]

    addresses.prove(case.contact_email.upper())

    states.append(desk_page(desk, case).context["contact"].state)
    assert states == [UNKNOWN, GOOD]


def test_company_sees_it_and_gives_another_address_itself(cases):
    case = cases.at("answered")
    came_back(case, kind="answer")
    browser = company(case)
    page = browser.get(reverse("intake:case", args=[case.number]))

    said = {"correct_contact-email": NEW, "correct_contact-send_again": "on"}
    done = browser.post(reverse("intake:contact", args=[case.number]), said)

    rows = Notice.objects.filter(subject_key=case.number, to_address=NEW).order_by("pk")
    assert (page.context["contact"].state, done.status_code) == (BAD, 302)
    assert (fresh(case).contact_email, [row.kind for row in rows]) == (
        NEW,
        ["contact_given", "answer"],
    )


def test_wrong_address_is_said_beside_its_field(cases):
    case = cases.new()

    answer = company(case).post(
        reverse("intake:contact", args=[case.number]), {"correct_contact-email": "no address"}
    )

    assert (answer.status_code, fresh(case).contact_email) == (422, "hong@company.example")
    assert list(answer.context["forms"]["correct_contact"].errors) == ["email"]


def test_stranger_cannot_change_the_address(cases):
    case = cases.new()

    answer = Client().post(
        reverse("intake:contact", args=[case.number]), {"correct_contact-email": NEW}
    )

    assert (answer.status_code, fresh(case).contact_email) == (404, "hong@company.example")


# --- Proof ----------------------------------------------------------------------------------
def mailed_link(case, kind="receipt", fact="link"):
    return Notice.objects.filter(subject_key=case.number, kind=kind).latest("pk").context[fact]


def state(case):
    return addresses.state_of(fresh(case).contact_email).state


def test_link_of_a_mail_proves_by_its_button_not_by_looking(cases):
    case = cases.new()
    client, link = Client(), mailed_link(case)

    client.get(link)
    looked = state(case)
    client.post(link)

    assert (looked, state(case)) == (UNKNOWN, GOOD)


def test_link_to_the_first_address_proves_nothing_of_the_second(cases):
    case = cases.new()
    old = mailed_link(case)
    actions.correct_contact(case=case, email=NEW, by=COMPANY)

    Client().post(old)
    by_old = state(case)
    Client().post(mailed_link(case, "contact_given"))

    assert (by_old, state(case)) == (UNKNOWN, GOOD)


def test_link_of_the_receipt_page_proves_nothing(cases):
    case = cases.new()

    Client().post(links.follow_path(case))

    assert state(case) == UNKNOWN


def test_mailed_link_does_not_name_the_address(cases):
    case = cases.new()
    token = mailed_link(case).split("/")[-2]

    whole = links.stale_whole(links.FOLLOW, token)

    assert (links.read(links.FOLLOW, token), "@" in whole) == (case.number, False)


def test_one_time_code_proves(cases):
    case = cases.new()
    access.mail_code(number=case.number, address="192.0.2.1")
    code = Notice.objects.get(kind="one_time_code").context["code"]

    access.open_by_one_time_code(number=case.number, code=code, address="192.0.2.1")

    assert state(case) == GOOD


def test_wrong_code_proves_nothing(cases):
    case = cases.new()
    access.mail_code(number=case.number, address="192.0.2.1")

    access.open_by_one_time_code(number=case.number, code="000000", address="192.0.2.1")

    assert state(case) == UNKNOWN
