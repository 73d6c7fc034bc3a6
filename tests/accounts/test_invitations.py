"""An invitation is good once, for one person, for some days; reading it changes nothing."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import demo, invitations, people
from accounts.models import (
    MANAGER,
    OFFICER,
    Invitation,
    Membership,
    Organisation,
    RightsChange,
    User,
)
from notifications.models import Notice

PASSWORD = "correct horse 11"
ACCOUNT = {"name": "새 담당", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def cast(loaded, settings):
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


@pytest.fixture
def kbiz(cast):
    return Organisation.objects.get(code="KBIZ")


def invited(by, organisation, **changes):
    facts = {"name": "새 담당", "email": "new@kbiz.example", "role": OFFICER} | changes
    return people.invite(organisation=organisation, by=by, **facts)


def test_manager_invites_by_form(client, cast, kbiz):
    client.force_login(cast["manager"])

    answer = client.post(
        reverse("partner:people-invite", args=["KBIZ"]),
        {
            "name": "새 담당",
            "email": "New@KBIZ.example",
            "role": MANAGER,
            "unit": "수출지원팀",
            "language": "en",
            # None of the form's business (F82).
            "is_staff": "on",
            "organisation": Organisation.objects.get(code="SECR").pk,
        },
    )

    row = Invitation.objects.get()
    assert answer.status_code == 302
    assert (row.email, row.role, row.unit, row.language) == (
        "new@kbiz.example",
        MANAGER,
        "수출지원팀",
        "en",
    )
    assert (row.organisation, row.invited_by) == (kbiz, cast["manager"])
    assert row.expires_at - row.created_at == pytest.approx(
        dt.timedelta(days=7), abs=dt.timedelta(seconds=5)
    )
    mail = Notice.objects.get(kind="invitation")
    assert (mail.to_address, mail.language) == ("new@kbiz.example", "en")
    assert mail.context["link"] == invitations.path(row)
    assert RightsChange.objects.get().after == "manager · new@kbiz.example"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"role": "secretariat"}, "role"),
        ({"language": "xx"}, "language"),
        ({"name": ""}, "name"),
        ({"email": "kbiz@demo.example"}, "email"),
    ],
)
def test_what_cannot_be_invited_is_said_beside_its_field(client, cast, kbiz, typed, field):
    client.force_login(cast["manager"])
    facts = {
        "name": "새 담당",
        "email": "new@kbiz.example",
        "role": OFFICER,
        "unit": "",
        "language": "ko",
    } | typed

    page = client.post(reverse("partner:people-invite", args=["KBIZ"]), facts)

    assert list(page.context["form"].errors) == [field]
    assert Invitation.objects.count() == 0


def test_address_is_invited_once(cast, kbiz):
    invited(cast["manager"], kbiz)

    with pytest.raises(people.RefusedError):
        invited(cast["manager"], kbiz, email="NEW@kbiz.example")

    assert Notice.objects.filter(kind="invitation").count() == 1


def test_manager_sends_twenty_mails_an_hour_at_most(cast, kbiz):
    for number in range(20):
        invited(cast["manager"], kbiz, email=f"n{number}@kbiz.example")

    with pytest.raises(people.RefusedError):
        invited(cast["manager"], kbiz, email="n21@kbiz.example")
    with pytest.raises(people.RefusedError):
        people.invite_again(invitation=Invitation.objects.first(), by=cast["manager"])

    RightsChange.objects.update(at=timezone.now() - dt.timedelta(hours=2))
    invited(cast["manager"], kbiz, email="n21@kbiz.example")
    assert Invitation.objects.count() == 21


def test_reading_the_page_changes_nothing(client, cast, kbiz):
    row = invited(cast["manager"], kbiz)

    page = client.get(invitations.path(row))

    row.refresh_from_db()
    assert (page.status_code, page.context["turn"]) == (200, "new")
    assert row.accepted_at is None
    assert page.headers["Cache-Control"].startswith("max-age=0")
    assert not User.objects.filter(email=row.email).exists()


def test_new_person_makes_an_account_and_is_signed_in(client, cast, kbiz):
    row = invited(cast["manager"], kbiz, unit="수출지원팀")

    answer = client.post(invitations.path(row), ACCOUNT | {"is_staff": "on", "role": MANAGER})

    user = User.objects.get(email=row.email)
    joined = Membership.objects.get(user=user)
    assert (answer.status_code, answer["Location"]) == (302, "/partner/KBIZ/")
    assert client.session["_auth_user_id"] == str(user.pk)
    # A password alone opens nothing: the second factor comes first.
    assert client.get(answer["Location"])["Location"] == reverse("mfa_index")
    assert (joined.organisation, joined.role, joined.unit) == (kbiz, OFFICER, "수출지원팀")
    assert (user.is_staff, user.is_auditor, user.is_platform_admin) == (False, False, False)
    assert user.check_password(PASSWORD)
    proved = EmailAddress.objects.get(user=user)
    assert (proved.email, proved.verified, proved.primary) == (row.email, True, True)
    assert RightsChange.objects.filter(what="joined").get().user == user


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"again": "another horse 11"}, "again"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "new@kbiz.example", "again": "new@kbiz.example"}, "password"),
        ({"name": ""}, "name"),
    ],
)
def test_weak_account_is_not_made_and_the_invitation_stays_good(client, cast, kbiz, typed, field):
    row = invited(cast["manager"], kbiz)

    page = client.post(invitations.path(row), ACCOUNT | typed)

    assert list(page.context["form"].errors) == [field]
    assert not User.objects.filter(email=row.email).exists()
    assert invitations.find(path_token(row)).fault == ""


def path_token(row):
    return re.search("/invitation/(.*)/$", invitations.path(row))[1]


def test_link_is_good_once(client, cast, kbiz):
    row = invited(cast["manager"], kbiz)
    client.post(invitations.path(row), ACCOUNT)
    again = client.post(invitations.path(row), ACCOUNT)
    client.logout()

    stranger = client.post(invitations.path(row), ACCOUNT)

    assert (again.status_code, again["Location"]) == (302, reverse("after-sign-in"))
    assert (stranger.status_code, stranger.context["fault"]) == (410, "used")
    assert Membership.objects.filter(organisation=kbiz, user__email=row.email).count() == 1


def test_account_signs_in_first_and_keeps_what_it_had(client, cast, kbiz):
    row = invited(cast["manager"], kbiz, email=cast["innobiz"].email)

    asked = client.get(invitations.path(row))
    tried = client.post(invitations.path(row), ACCOUNT)
    client.force_login(cast["innobiz"])
    ready = client.get(invitations.path(row))
    answer = client.post(invitations.path(row))

    turns = (asked.context["turn"], tried.context["turn"], ready.context["turn"])
    assert turns == ("sign_in", "sign_in", "ready")
    assert answer["Location"] == "/partner/KBIZ/"
    codes = cast["innobiz"].memberships.active().values_list("organisation__code", flat=True)
    assert sorted(codes) == ["INNOBIZ", "KBIZ"]
    assert cast["innobiz"].check_password(demo.PASSWORD)


def test_wrong_person_accepts_nothing(client, cast, kbiz):
    row = invited(cast["manager"], kbiz)
    client.force_login(cast["innobiz"])

    page = client.post(invitations.path(row), ACCOUNT)

    row.refresh_from_db()
    assert (page.context["turn"], row.accepted_at) == ("other", None)
    assert cast["innobiz"].email in page.content.decode()


def test_new_round_makes_the_link_before_worthless(client, cast, kbiz):
    row = invited(cast["manager"], kbiz)
    before = invitations.path(row)

    row = people.invite_again(invitation=row, by=cast["manager"])

    assert client.get(before).context["fault"] == "replaced"
    assert client.post(before, ACCOUNT).status_code == 410
    assert client.get(invitations.path(row)).status_code == 200


@pytest.mark.parametrize("fault", ["expired", "withdrawn", "void", "bad"])
def test_link_that_is_over_says_what_to_do(client, cast, kbiz, fault):
    row = invited(cast["manager"], kbiz)
    link = invitations.path(row)
    if fault == "expired":
        Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    elif fault == "withdrawn":
        people.withdraw_invitation(invitation=row, by=cast["manager"])
    elif fault == "void":
        # The right of whoever invited is gone, by whatever way.
        Membership.objects.filter(user=cast["manager"]).update(role=OFFICER)
    else:
        link = link[:-3] + "x/"

    page = client.post(link, ACCOUNT)

    assert (page.status_code, page.context["fault"]) == (404 if fault == "bad" else 410, fault)
    assert Membership.objects.filter(user__email=row.email).count() == 0


def test_secretary_by_invitation_enters_the_desk(client, cast):
    Membership.objects.filter(user=cast["secretary1"]).update(role=MANAGER)
    row = invited(cast["secretary1"], Organisation.objects.get(code="SECR"))

    client.post(invitations.path(row), ACCOUNT)

    user = User.objects.get(email=row.email)
    assert user.is_staff is True
    whats = RightsChange.objects.order_by("pk").values_list("what", flat=True)
    assert list(whats) == ["invited", "joined", "desk"]


@pytest.mark.parametrize("login", ["auditor", "admin"])
def test_auditor_and_administrator_take_no_office(client, cast, kbiz, login):
    row = invited(cast["manager"], kbiz, email=cast[login].email)
    client.force_login(cast[login])

    page = client.post(invitations.path(row))

    assert (page.status_code, cast[login].memberships.count()) == (409, 0)


def test_switched_off_account_takes_nothing_up(cast, kbiz):
    row = invited(cast["manager"], kbiz, email=cast["innobiz"].email)
    cast["innobiz"].is_active = False

    with pytest.raises(people.RefusedError):
        people.accept(invitation=row, sent=1, user=cast["innobiz"])


def test_proved_second_address_belongs_to_the_account(client, cast, kbiz):
    EmailAddress.objects.create(user=cast["innobiz"], email="new@kbiz.example", verified=True)
    row = invited(cast["manager"], kbiz)

    assert client.get(invitations.path(row)).context["turn"] == "sign_in"
    assert people.accept(invitation=row, sent=1, user=cast["innobiz"]).user == cast["innobiz"]


def test_unproved_second_address_opens_nothing(client, cast, kbiz):
    EmailAddress.objects.create(user=cast["innobiz"], email="new@kbiz.example", verified=False)
    row = invited(cast["manager"], kbiz)
    client.force_login(cast["innobiz"])

    assert client.get(invitations.path(row)).context["turn"] == "other"


def test_platform_administrator_invites_the_first_manager(cast):
    gaps = Organisation.objects.get(code="INNOBIZ")

    row = people.invite(
        organisation=gaps, name="첫 관리자", email="first@x.example", role=MANAGER, by=cast["admin"]
    )

    assert invitations.find(path_token(row)).fault == ""


@pytest.mark.parametrize("login", ["secretary1", "auditor", "kbiz", "innobiz"])
def test_nobody_else_invites(cast, kbiz, login):
    with pytest.raises(people.RefusedError):
        invited(cast[login], kbiz)


def test_person_who_came_by_mail_codes_chooses_a_password(client, cast, kbiz):
    user = User.objects.create_user("new@kbiz.example", None, name="기업 담당")
    row = invited(cast["manager"], kbiz)
    client.force_login(user, method="code")

    bare = client.post(invitations.path(row))
    answer = client.post(invitations.path(row), ACCOUNT)

    user.refresh_from_db()
    assert (bare.status_code, bare.context["turn"]) == (200, "ready")
    assert answer["Location"] == "/partner/KBIZ/"
    assert user.check_password(PASSWORD)
    assert client.get("/partner/KBIZ/people/")["Location"] == reverse("mfa_index")
