"""A mission takes its local difficulties away as a file; nobody else does."""

import uuid

import pytest

from accounts.models import Membership, Organisation
from intake.actions import local as verbs
from privacy.models import Download
from tests.intake.test_partner_export import as_csv

ADDRESS = "/partner/MIS-HAN/export/local/"
REASON = {"format": "csv", "reason": "본부 보고 자료"}


@pytest.fixture
def taken_down(cast):
    by = verbs.Mission(cast.mission_officer, Organisation.objects.get(code="MIS-HAN"))
    for name in ("가", "나"):
        facts = {"country_id": "VN", "company_name": f"{name}비나", "title": f"{name} 문의"}
        facts |= {"situation": "=1+1", "help_needed": False}
        verbs.record_local(key=uuid.uuid4(), facts=facts, by=by)


def test_file_holds_the_filtered_rows_and_is_kept(client, cast, taken_down):
    client.force_login(cast.mission_officer)

    answer = client.post(f"{ADDRESS}?q=가&page=7&odd=1", REASON)
    rows = as_csv(answer)

    assert [(row[1], row[2], row[5]) for row in rows[1:]] == [("가 문의", "가비나", "'=1+1")]
    kept = Download.objects.get()
    assert (kept.user, kept.organisation, kept.what, kept.query, kept.rows) == (
        cast.mission_officer,
        "MIS-HAN",
        "local",
        "q=%EA%B0%80",
        1,
    )


def test_neighbouring_mission_takes_nothing_of_it(client, cast, taken_down):
    neighbour = Organisation.objects.get(code="MIS-SIN")
    Membership.objects.filter(user=cast.mission_officer).update(organisation=neighbour)
    client.force_login(cast.mission_officer)

    assert client.post(ADDRESS, REASON).status_code == 404
    page = client.post(ADDRESS.replace("MIS-HAN", "MIS-SIN"), REASON)
    assert (page.status_code, page.context["taken"].rows) == (200, 0)
    assert not Download.objects.exists()


def test_association_has_no_such_list(client, cast):
    client.force_login(cast.association_officer)

    assert client.get("/partner/KBIZ/export/local/").status_code == 404
