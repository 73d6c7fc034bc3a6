"""What the platform administrator changes on a person's page is in the record of rights too."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import demo
from accounts.models import MANAGER, OFFICER, Membership, Organisation, RightsChange, User
from tests.accounts.test_admin import form_of


@pytest.fixture
def cast(loaded, settings):
    settings.DEMO = True
    demo.load()
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


def change(client, cast, login, **typed):
    client.force_login(cast["admin"])
    address = reverse("admin:accounts_user_change", args=[cast[login].pk])
    data = form_of(client.get(address))
    data |= {f"memberships-{name}": value for name, value in typed.pop("row", {}).items()}
    return client.post(address, {key: value for key, value in (data | typed).items() if value})


def lines():
    rows = RightsChange.objects.order_by("pk")
    return list(rows.values_list("what", "organisation__code", "before", "after"))


def test_unchanged_page_records_nothing(client, cast):
    assert change(client, cast, "kbiz").status_code == 302

    assert lines() == []


def test_changed_role_is_recorded(client, cast):
    answer = change(client, cast, "kbiz", row={"0-role": MANAGER})

    assert answer.status_code == 302
    assert lines() == [("role", "KBIZ", OFFICER, MANAGER)]
    row = RightsChange.objects.get()
    assert (row.by, row.user) == (cast["admin"], cast["kbiz"])


def test_ended_membership_is_recorded(client, cast):
    now = timezone.localtime()

    change(
        client,
        cast,
        "kbiz",
        row={"0-ended_at_0": now.strftime("%Y-%m-%d"), "0-ended_at_1": now.strftime("%H:%M:%S")},
    )

    assert Membership.objects.active().filter(user=cast["kbiz"]).count() == 0
    assert lines() == [("removed", "KBIZ", OFFICER, "")]


def test_new_membership_is_recorded(client, cast):
    now = timezone.localtime()
    innobiz = Organisation.objects.get(code="INNOBIZ")
    row = {
        "TOTAL_FORMS": "2",
        "1-organisation": innobiz.pk,
        "1-role": OFFICER,
        "1-user": cast["kbiz"].pk,
        "1-started_at_0": now.strftime("%Y-%m-%d"),
        "1-started_at_1": now.strftime("%H:%M:%S"),
    }

    change(client, cast, "kbiz", row=row)

    assert lines() == [("joined", "INNOBIZ", "", OFFICER)]


def test_rights_of_the_account_are_recorded(client, cast):
    change(client, cast, "kbiz", is_auditor="on")

    assert lines() == [("flags", None, "is_auditor no", "is_auditor yes")]


def test_switched_off_account_is_recorded(client, cast):
    change(client, cast, "kbiz", is_active="")

    assert lines() == [("flags", None, "is_active yes", "is_active no")]
