"""The pages of incoming mail: the desk's decisions, the mission's address, words on the case."""

from __future__ import annotations

import pytest

from accounts.models import Organisation
from intake import actions, incoming
from intake.actions import mailing
from intake.models import LocalAddress
from notifications.models import IncomingMail
from tests.intake.factories import filing
from tests.intake.test_mail_replies import answer, notice_of, replies  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
LIST = "/admin/notifications/incomingmail/"


@pytest.fixture
def held(cases) -> IncomingMail:
    """A stranger's mail that waits."""
    case = cases.at("reviewing")
    return answer(notice_of(case), "<b>처음 뵙겠습니다</b>", sender="other@elsewhere.example")


def test_officer_reads_and_takes_a_mail(client, cast, held):
    client.force_login(cast.secretary)

    listed = client.get(f"{LIST}?state=quarantined").content.decode()
    page = client.get(f"{LIST}{held.pk}/change/").content.decode()
    done = client.post(f"{LIST}{held.pk}/take/")

    held.refresh_from_db()
    assert "other@elsewhere.example" in listed
    assert "&lt;b&gt;처음 뵙겠습니다&lt;/b&gt;" in page
    assert (done.status_code, held.state, held.decided_by) == (302, "taken", cast.secretary)


def test_officer_discards_a_mail(client, cast, held):
    client.force_login(cast.secretary)

    client.post(f"{LIST}{held.pk}/discard/")

    held.refresh_from_db()
    assert (held.state, held.decided_by) == ("discarded", cast.secretary)


def test_looking_decides_nothing(client, cast, held):
    client.force_login(cast.secretary)

    codes = [client.get(f"{LIST}{held.pk}/{verb}/").status_code for verb in ("take", "discard")]

    held.refresh_from_db()
    assert (codes, held.state) == ([405, 405], "quarantined")


def test_auditor_reads_and_decides_nothing(client, cast, held):
    client.force_login(cast.auditor)

    page = client.get(f"{LIST}{held.pk}/change/")
    done = client.post(f"{LIST}{held.pk}/take/")

    held.refresh_from_db()
    assert (page.status_code, done.status_code, held.state) == (200, 403, "quarantined")
    assert f"{held.pk}/take/" not in page.content.decode()


def test_platform_administrator_reads_no_mail(client, cast, held):
    client.force_login(cast.platform_admin)

    assert [client.get(f"{LIST}{rest}").status_code for rest in ("", f"{held.pk}/change/")] == [
        403,
        403,
    ]


def test_mail_of_an_anonymous_company_names_nobody(client, cast, cases):
    kbiz = Organisation.objects.get(code="KBIZ")
    by = incoming.timeline.submitter(cast.association_officer, kbiz)
    case, _new = actions.submit(filing=filing(visibility="anonymous"), by=by)
    actions.claim(case=case, by=cases.by)
    row = answer(
        notice_of(case, "filed_for_you"), "시연상사 홍시연입니다.", sender="ceo@sian.example"
    )
    client.force_login(cast.secretary)

    pages = [client.get(LIST), client.get(f"{LIST}{row.pk}/change/")]

    for page in pages:
        said = page.content.decode()
        assert [name for name in ("ceo@sian.example", "시연상사", "홍시연") if name in said] == []


def test_case_pages_say_that_it_came_by_mail(client, cast, cases):
    case = cases.at("reviewing")
    answer(notice_of(case), "통지서를 보냅니다.")
    client.force_login(cast.secretary)

    page = client.get(f"/admin/intake/case/{case.pk}/change/").content.decode()

    assert "통지서를 보냅니다." in page
    assert "메일로 받음" in page
    assert "<details><summary>메일의 나머지 보기</summary>" in page


def test_mission_makes_renews_and_revokes_its_address(client, cast):
    client.force_login(cast.mission_officer)
    start = "/partner/MIS-HAN/local/mail/"
    mission = Organisation.objects.get(code="MIS-HAN")

    client.post(f"{start}make/")
    first = incoming.local_address(mission)
    page = client.get(start).content.decode()
    client.post(f"{start}make/")
    second = incoming.local_address(mission)
    client.post(f"{start}revoke/")

    assert first in page
    assert first != second
    assert (incoming.local_address(mission), LocalAddress.objects.count()) == ("", 2)


def test_neighbour_learns_no_address(client, cast):
    mission = Organisation.objects.get(code="MIS-HAN")
    mailing.make_local_address(organisation=mission, by=cast.mission_officer)
    client.force_login(cast.association_officer)

    assert client.get("/partner/MIS-HAN/local/mail/").status_code == 404
