"""Demonstration accounts: one per role, and nowhere but in the demonstration."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from accounts import demo, roles
from accounts.demo import FACTOR
from accounts.management.commands.demo_accounts import columns, table
from accounts.models import Membership, User


@pytest.fixture
def people(loaded, settings):
    """The demonstration accounts, loaded."""
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.order_by("pk")}


def test_demo_has_one_account_per_role(people):
    acting = {
        login: list(user.memberships.values_list("organisation__code", "role"))
        for login, user in people.items()
    }

    assert acting == {
        "secretary1": [("SECR", "officer")],
        "secretary2": [("SECR", "officer")],
        "manager": [("KBIZ", "manager")],
        "kbiz": [("KBIZ", "officer")],
        "innobiz": [("INNOBIZ", "officer")],
        "seoul": [("EXP-SEO", "officer")],
        "hanoi": [("MIS-HAN", "officer")],
        "customs": [("KCS", "officer")],
        "kats": [("KATS", "officer")],
        "kotra": [("KOTRA", "officer")],
        "auditor": [],
        "admin": [],
    }


def test_demo_roles_are_the_ones_named(people):
    assert [login for login, user in people.items() if roles.is_secretary(user)] == [
        "secretary1",
        "secretary2",
    ]
    assert [login for login, user in people.items() if roles.is_auditor(user)] == ["auditor"]
    assert [login for login, user in people.items() if roles.is_platform_admin(user)] == ["admin"]


def test_demo_desk_opens_for_four_only(people):
    staff = {login for login, user in people.items() if user.is_staff}

    assert staff == {"secretary1", "secretary2", "auditor", "admin"}


def test_demo_people_are_marked_as_invented(people):
    unmarked = [user.name for user in people.values() if "「시연」" not in user.name]

    assert unmarked == []
    assert {user.email.partition("@")[2] for user in people.values()} == {"demo.example"}


def test_demo_people_sign_in(people, client):
    signed_in = [
        client.login(username=user.email, password="demo-portal-2026") for user in people.values()
    ]

    assert signed_in == [True] * 12


def test_second_load_keeps_a_changed_password(people):
    user = people["kbiz"]
    user.set_password("another-password-1")
    user.save(update_fields=["password"])

    made = demo.load()

    assert made == 0
    assert User.objects.get(pk=user.pk).check_password("another-password-1")
    assert Membership.objects.count() == 10


def test_load_refuses_outside_the_demonstration(loaded, settings):
    settings.DEMO = False

    with pytest.raises(ImproperlyConfigured):
        demo.load()

    assert User.objects.count() == 0


@pytest.mark.parametrize("command", ["demo_accounts", "load_demo_accounts"])
def test_commands_refuse_outside_the_demonstration(settings, command):
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command(command)


def test_table_is_aligned_for_hangul():
    lines = table([("역할", "x"), ("abcdef", "y")]).splitlines()

    assert [columns(line.rpartition(" ")[0]) for line in lines] == [7, 7]


def test_command_prints_every_account(settings, capsys):
    settings.DEMO = True

    call_command("demo_accounts")

    lines = capsys.readouterr().out.splitlines()
    assert [line.endswith("demo-portal-2026") for line in lines] == [
        False,
        *[True] * 12,
        *[False] * 3,
    ]
    assert lines[-1].endswith(FACTOR)
