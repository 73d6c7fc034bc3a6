"""What is held on a person, handed to that person and to nobody else."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sign_in import session as proof
from intake import actions, subject
from intake.timeline import COMPANY
from privacy.models import Download
from tests.intake.conftest import *  # noqa: F403 # the fixed cast
from tests.intake.factories import filing

pytestmark = pytest.mark.django_db
CANARY = "홍길동9137"


@pytest.fixture
def hong(cast):
    """Somebody with an account whose address stands on a case; a neighbour has one too."""
    user = User.objects.create_user("hong@own.example", name=CANARY)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    mine, _new = actions.submit(filing=filing(contact_email=user.email), by=COMPANY)
    actions.send_message(case=mine, text="원산지증명서를 첨부합니다.", by=COMPANY)
    user.mine = mine
    user.other, _new = actions.submit(filing=filing(contact_email="a@other.example"), by=COMPANY)
    return user


def unpacked(answer) -> tuple[dict, str]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert sorted(packed.namelist()) == ["data.html", "data.json"]
        return json.loads(packed.read("data.json")), packed.read("data.html").decode()


def test_person_gets_what_is_held_on_them_and_nothing_of_a_neighbour(client, hong):
    client.force_login(hong, method="code")

    answer = client.post(reverse("intake:company-own-data"))

    held, page = unpacked(answer)
    assert [case["facts"]["number"] for case in held["cases"]] == [hong.mine.number]
    case = held["cases"][0]
    assert [row["text"] for row in case["messages"]] == ["원산지증명서를 첨부합니다."]
    assert len(case["consents"]) == hong.mine.consents.count() > 0
    assert held["account"]["name"] == CANARY
    assert hong.mine.situation.splitlines()[0] in page
    for foreign in (hong.other.number, "a@other.example"):
        assert foreign not in page + json.dumps(held, ensure_ascii=False)


def test_twin_without_the_gate_hands_out_the_neighbours_case(hong, monkeypatch):
    monkeypatch.setattr(
        subject.roles, "addresses_of", lambda _user: ("hong@own.example", "a@other.example")
    )

    assert len(subject.held_on(hong)["cases"]) == 2


def test_old_sign_in_must_be_shown_again_first(client, hong, monkeypatch):
    client.force_login(hong, method="code")
    monkeypatch.setattr(proof, "was_recent", lambda *_args: False)

    page = client.post(reverse("intake:company-own-data"), follow=True)

    assert page.redirect_chain == [(reverse("company-sign-in"), 302)]
    assert "다시 로그인" in page.content.decode()
    assert SESSION_KEY not in client.session
    assert not Download.objects.exists()


def test_taking_it_leaves_a_line(client, hong):
    client.force_login(hong, method="code")
    client.post(reverse("intake:company-own-data"), REMOTE_ADDR="203.0.113.9")

    row = Download.objects.get()
    assert (row.user_id, row.what, row.rows, row.place) == (hong.pk, "own-data", 1, "203.0.113.9")


def test_only_a_companys_person_and_only_by_post(client, hong, cast):
    address = reverse("intake:company-own-data")
    client.force_login(hong, method="code")
    assert client.get(address).status_code == 405
    for person in (cast.secretary, cast.auditor, cast.association_officer):
        other = Client()
        other.force_login(person)
        assert other.post(address).status_code == 404
