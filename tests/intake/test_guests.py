"""Guests of one case: invited by the company, for some days, as readers or writers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from files.models import StoredFile
from intake import workflow
from intake.actions import RefusedError
from intake.actions.guests import GUESTS_AT_MOST, end_guest, invite_guest
from intake.models import Case, CaseGuest
from notifications.models import Notice
from tests.intake.test_company_accounts import filed, fresh, hong, person, stranger

__all__ = ["hong", "stranger"]
pytestmark = pytest.mark.django_db
BROKER = "broker@customs.example"


def invite(case, by, **changes):
    what = {
        "email": BROKER,
        "name": "이관세",
        "kind": "broker",
        "may_reply": False,
        "days": 14,
        "language": "ko",
    }
    return invite_guest(case=case, by=by, **(what | changes))


@pytest.fixture
def broker(cast):
    return person(BROKER)


def url(name, case, *more):
    return reverse(f"intake:company-{name}", args=[case.number, *more])


def seen(user):
    return list(Case.objects.visible_to(fresh(user)).values_list("number", flat=True))


def test_guest_sees_one_case_by_a_proved_address(hong, broker):
    case, _other = filed(50), filed(51)
    guest = invite(case, hong, email="Broker@Customs.example")

    assert seen(broker) == [case.number]
    assert guest.email == BROKER
    assert [
        (one.to_address, one.context["link"]) for one in Notice.objects.filter(kind="guest_invited")
    ] == [(BROKER, url("case", case))]


def test_address_that_is_not_proved_is_no_guest(hong, cast):
    case = filed(52)
    invite(case, hong)
    pretender = person(BROKER, verified=False)

    assert seen(pretender) == []


def test_reader_writes_nothing(client, hong, broker):
    case = filed(53)
    invite(case, hong)
    client.force_login(broker)

    page = client.get(url("case", case))
    posts = {
        name: client.post(url(name, case), data).status_code
        for name, data in (
            ("send-message", {"send_message-text": "몰래 씁니다."}),
            ("withdraw", {"withdraw-reason": "취하"}),
            ("guests", {"email": "x@y.example"}),
            ("open", {}),
        )
    }

    case.refresh_from_db()
    assert page.context["steps"] == []
    assert posts == {"send-message": 409, "withdraw": 409, "guests": 404, "open": 404}
    assert (case.state, case.messages.count(), case.guests.count()) == ("received", 0, 1)


def test_writer_writes_and_supplies_and_does_nothing_else(client, hong, broker, cases):
    case = cases.at("supplement", contact_email=hong.email)
    invite(case, hong, may_reply=True)
    client.force_login(broker)

    page = client.get(url("case", case))
    sent = client.post(url("send-message", case), {"send_message-text": "관세사입니다."})
    others = {
        verb: client.post(url(verb.replace("_", "-"), case), {}).status_code
        for verb in ("withdraw", "solved", "not-solved", "outcome", "agree", "refuse")
    }

    assert set(page.context["steps"]) <= {"send_message", "supplement"}
    assert sent.status_code == 302
    assert case.messages.get().author == broker
    assert set(others.values()) == {409}
    assert Case.objects.get(pk=case.pk).state == workflow.SUPPLEMENT


@pytest.mark.parametrize("how", ["expired", "ended"])
def test_access_ends_by_time_or_word(client, hong, broker, how):
    case = filed(54)
    guest = invite(case, hong)
    client.force_login(broker)
    before = client.get(url("case", case)).status_code

    if how == "expired":
        CaseGuest.objects.filter(pk=guest.pk).update(until=timezone.now() - dt.timedelta(1))
    else:
        end_guest(guest=guest, by=hong)
    after = client.get(url("case", case)).status_code

    assert (before, after, seen(broker)) == (200, 404, [])


def test_company_sees_and_ends_its_guests_in_the_browser(client, hong, broker, stranger):
    case = filed(55)
    client.force_login(hong)
    client.post(
        url("guests", case),
        {
            "name": "이관세",
            "email": BROKER,
            "kind": "broker",
            "may_reply": "no",
            "days": "7",
            "language": "ko",
        },
    )
    [guest] = client.get(url("case", case)).context["guests"]
    client.force_login(stranger)
    foreign = client.post(url("guest-end", case, guest.pk)).status_code
    client.force_login(hong)
    ended = client.post(url("guest-end", case, guest.pk)).status_code

    assert (foreign, ended) == (404, 302)
    assert client.get(url("case", case)).context["guests"] == []


@pytest.mark.parametrize("days", ["0", "91", "-1", "x", ""])
def test_days_are_one_to_ninety_and_nothing_typed_is_lost(client, hong, days):
    case = filed(56)
    client.force_login(hong)

    page = client.post(
        url("guests", case),
        {
            "name": "이관세",
            "email": BROKER,
            "kind": "broker",
            "may_reply": "no",
            "days": days,
            "language": "ko",
        },
    )

    assert page.status_code == 422
    assert page.context["guest_form"]["email"].value() == BROKER
    assert case.guests.count() == 0


def test_same_address_is_invited_once_and_again_when_its_time_is_over(hong):
    case = filed(57)
    first = invite(case, hong)

    with pytest.raises(RefusedError):
        invite(case, hong, email=BROKER.upper())
    CaseGuest.objects.filter(pk=first.pk).update(until=timezone.now() - dt.timedelta(1))
    second = invite(case, hong)

    assert second.pk != first.pk


def test_guests_are_bounded_and_the_contact_is_none(hong):
    case = filed(58)
    for serial in range(GUESTS_AT_MOST):
        invite(case, hong, email=f"guest{serial}@x.example")

    with pytest.raises(RefusedError):
        invite(case, hong)
    with pytest.raises(RefusedError):
        invite(filed(59), hong, email=hong.email)


def test_guest_of_one_case_fetches_no_file_of_another(client, hong, broker):
    case, other = filed(60), filed(61)
    invite(case, hong)
    client.force_login(broker)

    statuses = {
        client.get(
            reverse(
                "intake:company-attachment",
                args=[other.number, "00000000-0000-4000-8000-000000000000"],
            )
        ).status_code,
        client.get(url("case", other)).status_code,
    }

    assert statuses == {404}
    assert StoredFile.objects.count() == 0
