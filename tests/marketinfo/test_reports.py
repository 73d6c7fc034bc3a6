"""Errors that readers report: no account, no name, bounded, and settled by who answers."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Membership, Organisation
from marketinfo import actions
from marketinfo.models import EntryReport, Requirement


@pytest.fixture(autouse=True)
def fresh_counts():
    """Nobody has posted yet."""
    cache.clear()
    yield
    cache.clear()


def address(entry):
    return reverse("marketinfo:report", args=[entry._meta.model_name, entry.reference])


def test_reader_reports_without_an_account(write, client, markup_errors):
    entry = write(title="수수료 안내")

    form = client.get(address(entry))
    said = client.post(address(entry), {"text": "수수료가 바뀌었습니다."}, follow=True)

    found = EntryReport.objects.get()
    assert (found.entry, found.text, found.version) == (entry, "수수료가 바뀌었습니다.", 2)
    assert said.status_code == 200
    assert "신고하여 주셔서 고맙습니다" in said.content.decode()
    assert (markup_errors(form), markup_errors(said)) == ([], [])


def test_same_report_twice_is_kept_once(write, client):
    entry = write()

    for _time in range(2):
        client.post(address(entry), {"text": "같은 말"})

    assert EntryReport.objects.count() == 1


def test_sixth_report_of_an_hour_waits_and_keeps_its_words(write, client):
    entry = write()

    codes = [client.post(address(entry), {"text": f"{n}번"}).status_code for n in range(5)]
    sixth = client.post(address(entry), {"text": "여섯째"})

    assert codes == [302] * 5
    assert sixth.status_code == 429
    assert "여섯째" in sixth.content.decode()
    assert EntryReport.objects.count() == 5


def test_empty_report_says_what_is_missing(write, client):
    response = client.post(address(write()), {"text": " "})

    assert response.status_code == 422
    assert EntryReport.objects.count() == 0


def test_entry_that_is_not_out_takes_no_report(write, client):
    draft = write(out=False)

    assert client.get(address(draft)).status_code == 404
    assert client.post(address(draft), {"text": "오류"}).status_code == 404
    assert client.get(reverse("marketinfo:report", args=["user", "x"])).status_code == 404


def test_keeper_and_secretariat_settle_and_nobody_else(write, people):
    mission = Organisation.objects.create(
        code="MIS-X", name_ko="공관", name_en="Mission", kind="mission"
    )
    keeper = type(people.outsider).objects.create_user("keeper@example.org", name="keeper")
    Membership.objects.create(user=keeper, organisation=mission)
    record = write(Requirement, owner=mission)
    first, second = (actions.report(record, text=text) for text in ("가", "나"))

    with pytest.raises(actions.RefusedError):
        actions.settle(first, settlement="고쳤습니다.", by=people.outsider)
    actions.settle(first, settlement="고쳤습니다.", by=keeper)
    actions.settle(second, settlement="맞습니다.", by=people.secretary)

    assert EntryReport.objects.filter(settled_at__isnull=True).count() == 0


def test_desk_lists_and_settles(write, people, client, django_assert_num_queries):
    entry = write(title="수수료 안내")
    row = actions.report(entry, text="금액이 다릅니다")
    page = reverse("admin:marketinfo_entryreport_settle", args=[row.pk])
    client.force_login(people.auditor)
    seen = client.get(page).content.decode()
    refused = client.post(page, {"settlement": "고쳤습니다."}).status_code
    client.force_login(people.secretary)
    listing = client.get(reverse("admin:marketinfo_entryreport_changelist"), {"open": "yes"})

    client.post(page, {"settlement": "고쳤습니다."})

    row.refresh_from_db()
    assert "금액이 다릅니다" in seen
    assert refused == 403
    assert "수수료 안내" in listing.content.decode()
    assert (row.settlement, row.settled_by) == ("고쳤습니다.", people.secretary)


def test_keeper_settles_at_the_partner_desk(write, client):
    from accounts.models import User

    mission = Organisation.objects.create(
        code="MIS-X", name_ko="공관", name_en="Mission", kind="mission", country="VN"
    )
    other = Organisation.objects.create(
        code="MIS-Y", name_ko="다른 공관", name_en="Other", kind="mission", country="US"
    )
    keeper = User.objects.create_user("keeper@example.org", name="keeper")
    Membership.objects.create(user=keeper, organisation=mission)
    own = actions.report(write(Requirement, title="우리 요건", owner=mission), text="오류 하나")
    foreign = actions.report(write(Requirement, title="남의 요건", owner=other), text="오류 둘")
    client.force_login(keeper)

    page = client.get(reverse("partner:records", args=["MIS-X"])).content.decode()
    done = client.post(
        reverse("partner:record-report", args=["MIS-X", own.pk]), {"settlement": "고쳤습니다."}
    )
    refused = client.post(
        reverse("partner:record-report", args=["MIS-X", foreign.pk]), {"settlement": "고쳤습니다."}
    )

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert ("오류 하나" in page, "오류 둘" in page) == (True, False)
    assert (done.status_code, refused.status_code) == (302, 404)
    assert (own.settled_by, foreign.settled_by) == (keeper, None)
