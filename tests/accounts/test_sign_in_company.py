"""Companies come in by a code from a mail; officers never do."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import Membership, Organisation, User
from accounts.sign_in import session as proof
from intake.models import Case, CaseGuest
from notifications.models import Notice
from tests.intake.conftest import cases, cast, reference_data  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db
ASK, CONFIRM = "company-sign-in", "account_confirm_login_code"


@pytest.fixture
def case(cases):  # noqa: F811
    """A case of a company, with its contact."""
    return cases.at("received")


def ask(client, email, **more):
    return client.post(reverse(ASK), {"email": email, **more})


def code_for(email):
    return Notice.objects.filter(kind="sign_in_code", to_address=email).last().context["code"]


def test_contact_of_a_case_comes_in_and_sees_it(client, case):
    email = case.contact_email
    asked = ask(client, email.upper())

    let_in = client.post(reverse(CONFIRM), {"code": code_for(email.lower())})

    user = User.objects.get(email=email.lower())
    assert asked["Location"] == reverse(CONFIRM)
    assert let_in["Location"] == reverse("after-sign-in")
    assert not user.has_usable_password()
    assert roles.addresses_of(user) == (email.lower(),)
    assert list(Case.objects.visible_to(user)) == [case]
    assert client.get(reverse("home")).wsgi_request.user == user


def test_guest_comes_in_while_the_invitation_runs(client, case):
    later = timezone.now() + dt.timedelta(days=3)
    CaseGuest.objects.create(case=case, email="Broker@example.com", name="관세사", until=later)
    CaseGuest.objects.create(
        case=case, email="gone@example.com", name="x", until=later, ended_at=timezone.now()
    )

    ask(client, "broker@example.com")
    ask(Client(), "gone@example.com")

    kinds = dict(
        Notice.objects.filter(kind__startswith="sign_in").values_list("to_address", "kind")
    )
    assert kinds == {"broker@example.com": "sign_in_code", "gone@example.com": "sign_in_unknown"}


def test_everybody_sees_the_same_pages(case, cast):  # noqa: F811
    pages = []
    for email in (case.contact_email, "nobody@example.com", cast.association_officer.email):
        browser = Client()
        asked = ask(browser, email)
        page = browser.get(asked["Location"]).content.decode()
        wrong = browser.post(reverse(CONFIRM), {"code": "000000x"}).content.decode()
        pages.append(
            [
                (asked.status_code, asked["Location"]),
                *(
                    re.sub(
                        r'(value|nonce)="[^"]{20,}"',
                        "",
                        text.replace(email.lower(), "X").replace(email.replace("@", "%40"), "X"),
                    )
                    for text in (page, wrong)
                ),
            ]
        )
        # What names the request, not the person.
        pages[-1] = [re.sub(r"[0-9a-f]{32}", "", str(part)) for part in pages[-1]]

    assert pages[0] == pages[1] == pages[2]


def test_stranger_gets_one_mail_a_day_and_no_row(case):
    for _time in range(3):
        ask(Client(), "nobody@example.com")

    assert Notice.objects.filter(to_address="nobody@example.com").count() == 1
    assert not User.objects.filter(email="nobody@example.com").exists()


def test_officer_is_led_to_the_other_door(client, cast):  # noqa: F811
    officer = cast.association_officer
    ask(client, officer.email)

    client.post(reverse(CONFIRM), {"code": ""})

    assert [row.kind for row in Notice.objects.filter(to_address=officer.email)] == [
        "sign_in_officer"
    ]
    assert SESSION_KEY not in client.session


def test_code_session_of_who_becomes_an_officer_is_over(client, case):
    email = case.contact_email.lower()
    ask(client, email)
    client.post(reverse(CONFIRM), {"code": code_for(email)})
    user = User.objects.get(email=email)
    Membership.objects.create(user=user, organisation=Organisation.objects.first())

    opened = [client.get(reverse(name))["Location"] for name in ("partner:choose", "mfa_index")]

    assert opened == [reverse("mfa_index"), reverse("sign-in")]
    assert SESSION_KEY not in client.session


def test_code_is_guessed_five_times_at_most(client, case):
    email = case.contact_email.lower()
    ask(client, email)
    for _attempt in range(5):
        client.post(reverse(CONFIRM), {"code": "000000x"})

    answer = client.post(reverse(CONFIRM), {"code": code_for(email)})

    assert answer["Location"] == reverse(ASK)
    assert SESSION_KEY not in client.session


def test_code_of_one_browser_opens_no_other(client, case):
    email = case.contact_email.lower()
    ask(client, email)
    thief = Client()
    ask(thief, "nobody@example.com")

    answer = thief.post(reverse(CONFIRM), {"code": code_for(email)})

    assert answer.status_code == 200
    assert SESSION_KEY not in thief.session


def test_old_code_is_over(client, case, settings):
    email = case.contact_email.lower()
    ask(client, email)
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1

    answer = client.post(reverse(CONFIRM), {"code": code_for(email)})

    assert answer["Location"] == reverse(ASK)


def test_address_is_asked_three_times_a_minute_at_most(case):
    answers = [ask(Client(), case.contact_email).status_code for _time in range(5)]

    assert answers == [302, 302, 302, 200, 200]
    assert Notice.objects.filter(kind="sign_in_code").count() == 3


def test_switched_off_person_gets_no_code(client, case):
    User.objects.create_user(case.contact_email, None, name="x", is_active=False)

    ask(client, case.contact_email)

    assert not Notice.objects.filter(kind="sign_in_code").exists()


def test_address_is_proved_only_by_the_code(client, case):
    ask(client, case.contact_email)

    assert list(EmailAddress.objects.values_list("verified", flat=True)) == [False]


def test_coming_back_makes_no_second_row(case):
    email = case.contact_email.lower()
    for _time in range(2):
        browser = Client()
        ask(browser, email)
        browser.post(reverse(CONFIRM), {"code": code_for(email)})
        assert proof.methods(browser.session) == {proof.MAIL_CODE}

    assert User.objects.filter(email=email).count() == 1
    assert EmailAddress.objects.filter(email=email, verified=True, primary=True).count() == 1


def test_mail_speaks_the_language_of_the_page(client, case):
    client.cookies["django_language"] = "en"

    ask(client, "nobody@example.com")

    assert Notice.objects.get(to_address="nobody@example.com").language == "en"
