"""Managers invite, change and remove people of their own organisation, and of no other."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import demo, people, roles
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


@pytest.fixture
def cast(loaded, settings):
    """The demonstration accounts stand in for the cast."""
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


@pytest.fixture
def kbiz(cast):
    return Organisation.objects.get(code="KBIZ")


def row_of(user, code="KBIZ"):
    return Membership.objects.active().get(user=user, organisation__code=code)


def address(name, *more, code="KBIZ"):
    return reverse(f"partner:{name}", args=[code, *more])


def invited(by, organisation, **changes):
    facts = {"name": "새 담당", "email": "new@kbiz.example", "role": OFFICER} | changes
    return people.invite(organisation=organisation, by=by, **facts)


# --- The list --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("login", "code"),
    [("kbiz", "KBIZ"), ("customs", "KCS"), ("secretary1", "SECR"), ("hanoi", "MIS-HAN")],
)
def test_colleagues_of_every_kind_of_organisation_see_each_other(client, cast, login, code):
    client.force_login(cast[login])

    page = client.get(address("people", code=code))

    names = [row.user.email for row in page.context["rows"]]
    here = Membership.objects.active().filter(organisation__code=code)
    assert sorted(names) == sorted(here.values_list("user__email", flat=True))
    assert "invited" not in page.context


@pytest.mark.parametrize("login", ["innobiz", "secretary1", "auditor", "admin"])
@pytest.mark.parametrize("name", ["people", "people-invite", "person", "person-remove"])
def test_others_find_no_such_page(client, cast, login, name):
    client.force_login(cast[login])
    more = [row_of(cast["kbiz"]).pk] if name.startswith("person") else []

    assert client.get(address(name, *more)).status_code == 404


@pytest.mark.parametrize("name", ["people-invite", "person", "person-remove"])
def test_officer_finds_no_page_of_a_manager(client, cast, name):
    client.force_login(cast["kbiz"])
    more = [row_of(cast["manager"]).pk] if name.startswith("person") else []

    assert client.get(address(name, *more)).status_code == 404


@pytest.mark.parametrize("name", ["person", "person-remove"])
def test_manager_reaches_nobody_of_a_neighbour(client, cast, name):
    client.force_login(cast["manager"])
    neighbour = row_of(cast["innobiz"], "INNOBIZ")

    answer = client.post(address(name, neighbour.pk), {"role": MANAGER, "unit": ""})

    assert answer.status_code == 404
    assert row_of(cast["innobiz"], "INNOBIZ").role == OFFICER


@pytest.mark.parametrize("name", ["invitation-again", "invitation-withdraw"])
def test_manager_reaches_no_invitation_of_a_neighbour(client, cast, name):
    other = Organisation.objects.get(code="INNOBIZ")
    Membership.objects.filter(user=cast["innobiz"]).update(role=MANAGER)
    row = invited(cast["innobiz"], other)
    client.force_login(cast["manager"])

    answer = client.post(address(name, row.pk))

    row.refresh_from_db()
    assert (answer.status_code, row.round, row.withdrawn_at) == (404, 1, None)


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_number_of_statements(
    client, cast, kbiz, count, django_assert_num_queries
):
    for number in range(count):
        user = User.objects.create_user(f"p{number}@kbiz.example", "x", name=f"직원 {number}")
        Membership.objects.create(user=user, organisation=kbiz)
        invited(cast["manager"], kbiz, email=f"i{number}@kbiz.example")
    client.force_login(cast["manager"])
    client.get(address("people"))

    with django_assert_num_queries(8):
        client.get(address("people"))


@pytest.mark.parametrize("name", ["invitation-again", "invitation-withdraw"])
def test_reading_changes_no_invitation(client, cast, kbiz, name):
    row = invited(cast["manager"], kbiz)
    client.force_login(cast["manager"])

    assert client.get(address(name, row.pk)).status_code == 405


# --- Role and unit ---------------------------------------------------------------------------
def test_changed_role_and_unit_are_recorded_and_told(client, cast):
    row = row_of(cast["kbiz"])
    client.force_login(cast["manager"])

    answer = client.post(address("person", row.pk), {"role": MANAGER, "unit": "수출지원팀"})

    row.refresh_from_db()
    assert (answer.status_code, row.role, row.unit) == (302, MANAGER, "수출지원팀")
    changes = RightsChange.objects.order_by("pk").values_list(
        "what", "by__email", "user__email", "organisation__code", "before", "after"
    )
    assert list(changes) == [
        ("unit", cast["manager"].email, cast["kbiz"].email, "KBIZ", "", "수출지원팀"),
        ("role", cast["manager"].email, cast["kbiz"].email, "KBIZ", OFFICER, MANAGER),
    ]
    told = Notice.objects.filter(kind="role_changed").values_list("to_address", flat=True)
    assert list(told) == [cast["kbiz"].email] * 2


def test_same_role_again_changes_and_tells_nothing(cast):
    people.change_role(membership=row_of(cast["kbiz"]), role=OFFICER, by=cast["manager"])

    assert (RightsChange.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["owner", "", "secretariat"])
def test_unknown_role_is_refused(cast, role):
    with pytest.raises(people.RefusedError):
        people.change_role(membership=row_of(cast["kbiz"]), role=role, by=cast["manager"])

    assert row_of(cast["kbiz"]).role == OFFICER


def test_last_manager_stays_and_learns_how_to_mend_it(client, cast):
    row = row_of(cast["manager"])
    client.force_login(cast["manager"])

    demoted = client.post(address("person", row.pk), {"role": OFFICER, "unit": ""})
    gone = client.post(address("person-remove", row.pk))

    assert demoted.context["form"].errors["role"] == [
        "이 기관의 관리자가 한 명뿐입니다. 다른 분을 먼저 기관 관리자로 지정한 뒤 다시 시도해 "
        "주십시오."
    ]
    assert gone.status_code == 409
    assert row_of(cast["manager"]).role == MANAGER


def test_manager_whose_only_colleague_is_switched_off_is_the_last_one(cast):
    people.change_role(membership=row_of(cast["kbiz"]), role=MANAGER, by=cast["manager"])
    User.objects.filter(pk=cast["kbiz"].pk).update(is_active=False)

    with pytest.raises(people.RefusedError):
        people.remove(membership=row_of(cast["manager"]), by=cast["manager"])


def test_one_of_two_managers_may_go(client, cast):
    people.change_role(membership=row_of(cast["kbiz"]), role=MANAGER, by=cast["manager"])
    client.force_login(cast["manager"])

    answer = client.post(address("person-remove", row_of(cast["manager"]).pk))

    assert (answer.status_code, answer["Location"]) == (302, reverse("after-sign-in"))
    assert roles.organisations_of(User.objects.get(pk=cast["manager"].pk)) == {}


# --- Removal ---------------------------------------------------------------------------------
def test_removed_person_loses_the_desk_with_the_very_next_request(cast, client):
    from django.test import Client

    theirs = Client()
    theirs.force_login(cast["kbiz"])
    assert theirs.get(address("people")).status_code == 200
    client.force_login(cast["manager"])

    client.post(address("person-remove", row_of(cast["kbiz"]).pk))

    assert theirs.get(address("people")).status_code == 404
    assert Notice.objects.get(kind="removed").to_address == cast["kbiz"].email
    assert RightsChange.objects.get().what == "removed"


def test_removed_twice_is_said_and_recorded_once(cast):
    row = row_of(cast["kbiz"])
    people.remove(membership=row, by=cast["manager"])

    with pytest.raises(people.RefusedError):
        people.remove(membership=row, by=cast["manager"])

    assert RightsChange.objects.count() == 1


def test_invitations_by_somebody_removed_lead_nowhere(cast, kbiz):
    people.change_role(membership=row_of(cast["kbiz"]), role=MANAGER, by=cast["manager"])
    row = invited(cast["kbiz"], kbiz)

    done = people.remove(membership=row_of(cast["kbiz"]), by=cast["manager"])

    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert done.withdrawn == ["새 담당"]


def test_removed_secretary_enters_the_admin_no_more(cast):
    secretariat = Organisation.objects.get(code="SECR")
    Membership.objects.filter(user=cast["secretary1"]).update(role=MANAGER)

    people.remove(membership=row_of(cast["secretary2"], "SECR"), by=cast["secretary1"])

    cast["secretary2"].refresh_from_db()
    assert cast["secretary2"].is_staff is False
    changes = RightsChange.objects.order_by("pk").values_list("what", "organisation")
    assert list(changes) == [("removed", secretariat.pk), ("desk", secretariat.pk)]


@pytest.mark.parametrize("flag", ["is_auditor", "is_platform_admin"])
def test_removed_secretary_with_another_office_stays_in_the_admin(cast, flag):
    Membership.objects.filter(user=cast["secretary1"]).update(role=MANAGER)
    User.objects.filter(pk=cast["secretary2"].pk).update(**{flag: True})

    people.remove(membership=row_of(cast["secretary2"], "SECR"), by=cast["secretary1"])

    cast["secretary2"].refresh_from_db()
    assert cast["secretary2"].is_staff is True


# --- F83: no sequence of a manager's actions yields a right outside ------------------------------
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["invite", "role", "unit", "remove", "again", "withdraw", "accept"]),
        st.integers(0, 9),
        st.sampled_from([OFFICER, MANAGER, "secretariat", ""]),
        st.sampled_from(["KBIZ", "INNOBIZ", "SECR", "KCS"]),
        st.sampled_from(["manager", "kbiz"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
def test_no_sequence_of_a_managers_actions_yields_a_right_outside(cast, kbiz, actions):
    from django.db import transaction

    def outside():
        rows = Membership.objects.active().exclude(organisation=kbiz)
        flags = User.objects.order_by("pk").values_list(
            "pk", "is_staff", "is_auditor", "is_platform_admin"
        )
        known = set(cast_ids)
        return (
            sorted(rows.values_list("user", "organisation", "role")),
            [row for row in flags if row[0] in known],
            User.objects.exclude(pk__in=known).filter(is_staff=True).count(),
        )

    cast_ids = [user.pk for user in cast.values()]
    with transaction.atomic():
        before = outside()
        for what, number, role, code, who in actions:
            by = User.objects.get(pk=cast[who].pk)
            organisation = Organisation.objects.get(code=code)
            rows = list(Membership.objects.order_by("pk"))
            row = rows[number % len(rows)]
            sent = list(Invitation.objects.order_by("pk"))
            one = sent[number % len(sent)] if sent else None
            try:
                if what == "invite":
                    invited(by, organisation, role=role, email=f"x{number}@y.example")
                elif what == "role":
                    people.change_role(membership=row, role=role, by=by)
                elif what == "unit":
                    people.change_unit(membership=row, unit="부서", by=by)
                elif what == "remove":
                    people.remove(membership=row, by=by)
                elif one is not None and what == "again":
                    people.invite_again(invitation=one, by=by)
                elif one is not None and what == "withdraw":
                    people.withdraw_invitation(invitation=one, by=by)
                elif one is not None:
                    people.accept(invitation=one, sent=one.round, password="correct horse 11")
            except people.RefusedError:
                pass
            assert len(people_managing(kbiz)) >= 1
        assert outside() == before
        transaction.set_rollback(True)


def people_managing(organisation):
    return Membership.objects.active().filter(organisation=organisation, role=MANAGER)


def test_expired_invitations_are_marked(client, cast, kbiz):
    row = invited(cast["manager"], kbiz)
    Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() - dt.timedelta(hours=1))
    client.force_login(cast["manager"])

    page = client.get(address("people")).content.decode()

    assert "기간 만료" in page
