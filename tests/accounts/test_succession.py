"""A renamed, merged or dissolved organisation: people move, what it filed and was asked stays."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import demo, people, roles, succession
from accounts.models import (
    MANAGER,
    OFFICER,
    Company,
    Invitation,
    Member,
    Membership,
    Organisation,
    RightsChange,
    User,
)
from accounts.rights import RefusedError
from notifications.models import Notice
from reference.models import Category

NEW = succession.New("KBIZ2", "새중앙회", "New KBIZ")


@pytest.fixture
def cast(loaded, settings):
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


def org(code):
    return Organisation.objects.get(code=code)


def succeed(by, *codes, into=NEW, day=None):
    return succession.succeed(
        predecessors=[org(code) for code in codes],
        into=into,
        day=day or timezone.localdate(),
        by=by,
    )


def test_renamed_organisation_keeps_its_row_and_names_its_successor(cast):
    new = succeed(cast["secretary1"], "KBIZ")

    old = org("KBIZ")
    today = timezone.localdate()
    assert (old.valid_to, old.successor) == (today - dt.timedelta(days=1), new)
    assert (new.valid_from, new.valid_to, new.kind) == (today, None, old.kind)
    assert not Organisation.objects.current().filter(code="KBIZ").exists()
    assert Organisation.objects.current().filter(code="KBIZ2").exists()


def test_people_move_with_their_roles_and_reach_what_was_before(client, cast):
    old = org("KBIZ")
    new = succeed(cast["secretary1"], "KBIZ")

    for login, role in (("manager", MANAGER), ("kbiz", OFFICER)):
        user = User.objects.get(pk=cast[login].pk)
        assert user.memberships.active().get().role == role
        assert set(roles.organisations_of(user)) == {old.pk, new.pk}
    client.force_login(User.objects.get(pk=cast["kbiz"].pk))
    assert client.get(reverse("partner:people", args=["KBIZ2"])).status_code == 200
    assert client.get(reverse("partner:people", args=["KBIZ"])).status_code == 404
    changes = RightsChange.objects.filter(what="moved").order_by("user__email")
    assert list(changes.values_list("before", "after")) == [
        ("KBIZ officer", "KBIZ2 officer"),
        ("KBIZ manager", "KBIZ2 manager"),
    ]
    told = Notice.objects.filter(kind="organisation_moved").values_list("to_address", flat=True)
    assert sorted(told) == [cast["kbiz"].email, cast["manager"].email]


def test_neighbour_gains_nothing(cast):
    succeed(cast["secretary1"], "KBIZ")

    user = User.objects.get(pk=cast["innobiz"].pk)
    assert set(roles.organisations_of(user)) == {org("INNOBIZ").pk}


def test_two_become_one(cast):
    for code, name in (("KBIZ", "가상사"), ("INNOBIZ", "나상사")):
        company = Company.objects.create(name=name)
        Member.objects.create(organisation=org(code), company=company, name=name)
    both = Company.objects.create(name="다상사")
    kept = Member.objects.create(
        organisation=org("KBIZ"), company=both, name="다상사", note="먼저 쓴 글"
    )
    spare = Member.objects.create(
        organisation=org("INNOBIZ"), company=both, name="다 상사", note="나중 글"
    )

    new = succeed(cast["secretary1"], "KBIZ", "INNOBIZ")

    assert sorted(new.predecessors.values_list("code", flat=True)) == ["INNOBIZ", "KBIZ"]
    assert sorted(Member.objects.of(new).values_list("name", flat=True)) == [
        "가상사",
        "나상사",
        "다상사",
    ] or sorted(Member.objects.of(new).values_list("name", flat=True)) == [
        "가상사",
        "나상사",
        "다 상사",
    ]
    notes = Member.objects.of(new).get(company=both).note
    assert ("먼저 쓴 글" in notes, "나중 글" in notes) == (True, True)
    assert Member.objects.filter(pk__in=[kept.pk, spare.pk]).count() == 2
    assert Membership.objects.active().filter(organisation=new).count() == 3


def test_who_acted_for_both_leads_the_one_when_they_led_either(cast):
    Membership.objects.create(user=cast["manager"], organisation=org("INNOBIZ"))

    new = succeed(cast["secretary1"], "INNOBIZ", "KBIZ")

    assert Membership.objects.active().get(user=cast["manager"], organisation=new).role == MANAGER


def test_whoever_comes_into_an_existing_organisation_comes_as_an_officer(cast):
    Membership.objects.filter(user=cast["innobiz"]).update(role=MANAGER)

    succeed(cast["secretary1"], "KBIZ", into=org("INNOBIZ"))

    rows = Membership.objects.active().filter(organisation__code="INNOBIZ")
    assert dict(rows.values_list("user__email", "role")) == {
        cast["innobiz"].email: MANAGER,
        cast["manager"].email: OFFICER,
        cast["kbiz"].email: OFFICER,
    }


def test_open_invitations_lead_to_the_successor_once(cast):
    Membership.objects.filter(user=cast["innobiz"]).update(role=MANAGER)
    for login, code in (("manager", "KBIZ"), ("innobiz", "INNOBIZ")):
        people.invite(
            organisation=org(code), name="새", email="new@x.example", role=OFFICER, by=cast[login]
        )

    new = succeed(cast["secretary1"], "KBIZ", "INNOBIZ")

    assert Invitation.objects.filter(withdrawn_at__isnull=False).count() == 1
    assert Invitation.objects.open().get().organisation == new


def test_taxonomy_proposes_the_successor(cast):
    lead = Category.objects.filter(primary_body="KCS").first()

    succeed(cast["secretary1"], "KCS", into=succession.New("KCS2", "새관세청", "New Customs"))

    lead.refresh_from_db()
    assert lead.primary_body == "KCS2"
    assert not Category.objects.filter(primary_body="KCS").exists()


@pytest.mark.parametrize(
    ("codes", "into", "day"),
    [
        (["KBIZ"], NEW, 1),  # ahead
        (["KBIZ", "KCS"], NEW, 0),  # not of one kind
        (["KBIZ"], succession.New("INNOBIZ", "새", "New"), 0),  # code taken
        (["KBIZ"], "KCS", 0),  # another side of the table
        (["KBIZ"], "SECR", 0),
        (["KCS"], "SECR", 0),
        (["KBIZ"], "KBIZ", 0),
        (["SECR"], NEW, 0),  # the secretariat is the platform administrator's
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, codes, into, day):
    target = org(into) if isinstance(into, str) else into
    before = list(Organisation.objects.order_by("pk").values())

    with pytest.raises(RefusedError):
        succeed(
            cast["secretary1"],
            *codes,
            into=target,
            day=timezone.localdate() + dt.timedelta(days=day),
        )

    assert list(Organisation.objects.order_by("pk").values()) == before
    assert RightsChange.objects.count() == 0


@pytest.mark.parametrize("login", ["manager", "kbiz", "auditor", "customs"])
def test_nobody_else_succeeds_anything(cast, login):
    with pytest.raises(RefusedError):
        succeed(cast[login], "KBIZ")


def test_succeeded_organisation_is_not_succeeded_again(cast):
    succeed(cast["secretary1"], "KBIZ")

    with pytest.raises(RefusedError):
        succeed(cast["secretary1"], "KBIZ", into=succession.New("KBIZ3", "또", "Again"))


def test_secretariat_moves_with_its_access_to_the_desk(cast):
    new = succeed(cast["admin"], "SECR", into=succession.New("SECR2", "새사무국", "New"))

    user = User.objects.get(pk=cast["secretary1"].pk)
    assert (user.is_staff, roles.is_secretary(user)) == (True, True)
    assert new.kind == "secretariat"


def test_dissolved_organisation_ends_with_everybodys_rights(cast):
    yesterday = timezone.localdate() - dt.timedelta(days=1)

    succession.dissolve(organisation=org("KBIZ"), last_day=yesterday, by=cast["secretary1"])

    assert (org("KBIZ").valid_to, org("KBIZ").successor) == (yesterday, None)
    assert roles.organisations_of(User.objects.get(pk=cast["kbiz"].pk)) == {}
    whats = RightsChange.objects.order_by("pk").values_list("what", flat=True)
    assert list(whats) == ["dissolved", "removed", "removed"]


def test_line_tells_the_whole_family(cast):
    second = succeed(cast["secretary1"], "KBIZ", "INNOBIZ")
    Organisation.objects.filter(pk=second.pk).update(
        valid_from=timezone.localdate() - dt.timedelta(days=9)
    )
    succeed(cast["secretary1"], "KBIZ2", into=succession.New("KBIZ3", "셋째", "Third"))

    told = [(away, one.code) for away, one in succession.line(org("KBIZ2"))]

    assert told == [(-1, "INNOBIZ"), (-1, "KBIZ"), (0, "KBIZ2"), (1, "KBIZ3")]


# --- The admin ---------------------------------------------------------------------------------
def page(name, code="KBIZ"):
    return reverse(f"admin:accounts_organisation_{name}", args=[org(code).pk])


FORM = {
    "how": "new",
    "code": "KBIZ2",
    "name_ko": "새중앙회",
    "name_en": "New KBIZ",
    "into": "",
}


def test_secretary_renames_by_the_step(client, cast):
    client.force_login(cast["secretary1"])

    shown = client.get(page("succeed"))
    answer = client.post(page("succeed"), FORM | {"day": timezone.localdate().isoformat()})
    told = client.get(page("history")).content.decode()

    assert shown.status_code == 200
    assert answer.status_code == 302
    assert org("KBIZ").successor.code == "KBIZ2"
    assert "KBIZ2" in told


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"code": "kbiz 2"}, "code"),
        ({"code": ""}, "code"),
        ({"name_en": ""}, "name_en"),
        ({"how": "existing"}, "into"),
        ({"day": "soon"}, "day"),
    ],
)
def test_step_says_what_is_missing(client, cast, typed, field):
    client.force_login(cast["secretary1"])
    form = FORM | {"day": timezone.localdate().isoformat()} | typed

    answer = client.post(page("succeed"), form)

    assert list(answer.context["form"].errors) == [field]
    assert org("KBIZ").successor is None


@pytest.mark.parametrize("name", ["succeed", "dissolve", "invite"])
@pytest.mark.parametrize(("login", "status"), [("auditor", 403), ("kbiz", 302), ("manager", 302)])
def test_steps_are_shut_for_others(client, cast, name, login, status):
    client.force_login(cast[login])

    assert client.post(page(name), FORM).status_code == status


def test_secretary_neither_ends_the_secretariat_nor_invites(client, cast):
    client.force_login(cast["secretary1"])

    assert client.get(page("succeed", "SECR")).status_code == 403
    assert client.get(page("invite")).status_code == 403


def test_platform_administrator_invites_a_first_manager(client, cast):
    client.force_login(cast["admin"])

    client.post(
        page("invite", "INNOBIZ"),
        {"name": "첫", "email": "a@x.example", "role": MANAGER, "unit": "", "language": "ko"},
    )

    assert Invitation.objects.get().role == MANAGER


@pytest.mark.parametrize(("login", "status"), [("auditor", 200), ("admin", 200)])
def test_record_of_rights_is_read_and_never_written(client, cast, login, status):
    people.change_role(
        membership=Membership.objects.get(user=cast["kbiz"]), role=MANAGER, by=cast["manager"]
    )
    row = RightsChange.objects.get()
    client.force_login(cast[login])

    listed = client.get(reverse("admin:accounts_rightschange_changelist"))
    one = reverse("admin:accounts_rightschange_change", args=[row.pk])
    shown = client.get(one)
    client.post(one, {"what": "nothing"})
    deleted = client.post(reverse("admin:accounts_rightschange_delete", args=[row.pk]))

    assert (listed.status_code, shown.status_code, deleted.status_code) == (status, status, 403)
    assert RightsChange.objects.get().what == "role"


@pytest.mark.parametrize("login", ["secretary1"])
def test_record_of_rights_is_shut_for_the_secretariat(client, cast, login):
    client.force_login(cast[login])

    assert client.get(reverse("admin:accounts_rightschange_changelist")).status_code == 403
