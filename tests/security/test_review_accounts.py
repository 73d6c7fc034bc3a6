"""What sign-in, people and company accounts could have given away (issue 4), each mended since."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import MANAGER, Membership, RightsChange
from accounts.sign_in import session as proof
from notifications.models import Notice
from tests.intake.conftest import Cast

pytestmark = pytest.mark.django_db


def as_user(user, **how) -> Client:
    """A browser of a person."""
    browser = Client()
    browser.force_login(user, **how)
    return browser


def with_factor(user):
    """The person has an app and recovery codes."""
    Authenticator.objects.filter(user=user).delete()
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={"secret": "x"})
    return user


def seat(user, code="KBIZ") -> Membership:
    return Membership.objects.active().get(user=user, organisation__code=code)


@pytest.fixture
def manager(cast: Cast):
    """The manager of the association whose officer is in the cast."""
    row = seat(cast.association_officer)
    found = Membership.objects.active().filter(organisation=row.organisation, role=MANAGER).first()
    if found is not None and found.user != cast.association_officer:
        return found.user
    boss = type(cast.association_officer).objects.create_user(
        "boss@kbiz.example", "a long password 1", name="관리자"
    )
    Membership.objects.create(user=boss, organisation=row.organisation, role=MANAGER)
    return boss


# --- A lost second factor --------------------------------------------------------------------


def page_of(person, code="KBIZ") -> str:
    return reverse("partner:person", args=[code, seat(person, code).pk])


def test_manager_resets_a_lost_factor_and_everything_is_told(cast: Cast, manager):
    person = with_factor(cast.association_officer)
    lost = as_user(person)
    assert lost.get(reverse("partner:start", args=["KBIZ"])).status_code == 200
    browser = as_user(manager)
    assert "reset_factor" in browser.get(page_of(person)).content.decode()

    browser.post(page_of(person), {"reset_factor": "yes"})

    assert not Authenticator.objects.filter(user=person).exists()
    assert lost.get(reverse("partner:start", args=["KBIZ"])).status_code == 302
    line = RightsChange.objects.get(what="factor_reset")
    assert (line.by, line.user, line.organisation.code) == (manager, person, "KBIZ")
    told = Notice.objects.get(kind="sign_in_changed")
    assert (told.to_address, told.context["by"]) == (person.email, manager.name)
    # The manager's own session goes on.
    assert browser.get(page_of(person)).status_code == 200
    # The password alone leads to setting up a new one, and nowhere else.
    half = as_user(person, method=proof.PASSWORD)
    answer = half.get(reverse("partner:start", args=["KBIZ"]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))


def test_nobody_resets_their_own_factor_nor_that_of_somebody_above(cast: Cast, manager):
    with_factor(manager)
    as_user(manager).post(page_of(manager), {"reset_factor": "yes"})
    for above in ("is_staff", "is_auditor", "is_platform_admin"):
        person = with_factor(cast.association_officer)
        type(person).objects.filter(pk=person.pk).update(**{above: True})
        as_user(manager).post(page_of(person), {"reset_factor": "yes"})
        assert Authenticator.objects.filter(user=person).count() == 2
        type(person).objects.filter(pk=person.pk).update(**{above: False})
        Authenticator.objects.filter(user=person).delete()

    assert Authenticator.objects.filter(user=manager).count() == 2
    assert not RightsChange.objects.filter(what="factor_reset").exists()


def test_neighbours_manager_and_plain_officer_reset_nothing(cast: Cast, manager):
    person = with_factor(cast.association_officer)
    other = seat(cast.other_association_officer, cast_code(cast.other_association_officer))
    Membership.objects.filter(pk=other.pk).update(role=MANAGER)
    foreign = reverse("partner:person", args=[other.organisation.code, seat(person).pk])

    stranger = as_user(cast.other_association_officer)
    answers = [
        stranger.post(page_of(person), {"reset_factor": "yes"}).status_code,
        stranger.post(foreign, {"reset_factor": "yes"}).status_code,
        as_user(person).post(page_of(person), {"reset_factor": "yes"}).status_code,
    ]

    assert (answers, Authenticator.objects.filter(user=person).count()) == ([404, 404, 404], 2)


def cast_code(user) -> str:
    return Membership.objects.active().get(user=user).organisation.code


def test_reset_asks_for_a_recent_proof(cast: Cast, manager, monkeypatch):
    person = with_factor(cast.association_officer)
    monkeypatch.setattr(proof, "was_recent", lambda *_args: False)

    answer = as_user(manager).post(page_of(person), {"reset_factor": "yes"})

    assert (answer.status_code, Authenticator.objects.filter(user=person).count()) == (302, 2)


def test_administrator_resets_a_lost_factor_on_the_page_of_the_account(cast: Cast):
    person = with_factor(cast.association_officer)
    address = reverse("admin:accounts_user_change", args=[person.pk])
    browser = as_user(cast.platform_admin)
    assert "reset_factor" in browser.get(address).content.decode()

    assert browser.post(address, {"reset_factor": "yes"}).status_code == 302

    assert not Authenticator.objects.filter(user=person).exists()
    assert RightsChange.objects.get(what="factor_reset").by == cast.platform_admin
    own = with_factor(cast.platform_admin)
    browser.post(reverse("admin:accounts_user_change", args=[own.pk]), {"reset_factor": "yes"})
    assert Authenticator.objects.filter(user=own).count() == 2


# --- What an administrator changes about somebody's sign-in ----------------------------------


def test_changed_address_is_told_at_the_old_one_and_takes_its_proofs_along(cast: Cast):
    person = cast.association_officer
    was = person.email
    EmailAddress.objects.get_or_create(user=person, email=was, defaults={"verified": True})
    signed_in = as_user(person)
    address = reverse("admin:accounts_user_change", args=[person.pk])
    browser = as_user(cast.platform_admin)
    form = browser.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data = {name: value for name, value in data.items() if value is not False}
    data |= {"email": "taken@elsewhere.example", "memberships-TOTAL_FORMS": 0}
    data |= {"memberships-INITIAL_FORMS": 0, "password": ""}

    answer = browser.post(address, data)

    assert answer.status_code == 302, answer.content.decode()
    assert not EmailAddress.objects.filter(user=person, email__iexact=was).exists()
    assert RightsChange.objects.get(what="address").before == was
    assert Notice.objects.get(kind="sign_in_changed").to_address == was
    keys = [signed_in.session.session_key]
    assert not Session.objects.filter(session_key__in=keys).exists()


def test_password_set_by_an_administrator_is_recorded_and_told(cast: Cast):
    person = cast.association_officer
    address = reverse("admin:auth_user_password_change", args=[person.pk])
    said = {
        "usable_password": "true",
        "password1": "correct horse 77",
        "password2": "correct horse 77",
    }

    answer = as_user(cast.platform_admin).post(address, said)

    assert answer.status_code == 302, answer.content.decode()
    assert RightsChange.objects.get(what="password").user == person
    assert Notice.objects.get(kind="sign_in_changed").to_address == person.email


def test_nobody_reads_secrets_or_proved_addresses_in_the_admin():
    assert [
        model for model in (EmailAddress, Authenticator) if admin.site.is_registered(model)
    ] == []


# --- A person without a password -------------------------------------------------------------


def test_who_has_no_password_is_told_what_to_do(cast: Cast, django_user_model):
    plain = django_user_model.objects.create_user("one@company.example", None, name="김하나")
    officer = cast.association_officer
    officer.set_unusable_password()
    officer.save()

    texts = [
        as_user(plain, method=proof.MAIL_CODE).get(reverse("account_change_password")),
        as_user(officer).get(reverse("account_change_password")),
    ]

    link = reverse("account_reset_password")
    assert [(page.status_code, link in page.content.decode()) for page in texts] == [
        (200, False),
        (200, True),
    ]
